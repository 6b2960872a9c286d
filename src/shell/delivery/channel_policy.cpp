// SPDX-License-Identifier: Apache-2.0
// What a channel holds back, and until when.
#include "channel.hpp"
#include "finality_wait.hpp"
#include "kept_row.hpp"
#include "lanes.hpp"
#include "outbox.hpp"
#include "policy.hpp"
#include "subject.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/route.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/backoff.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::delivery {

using alerts::Transition;

void Channel::look_at_gates() {
    if (lanes_.any_gate()) {
        gates_moved();
        wake_senders();
    }
}

void Channel::open_gates() {
    const auto wait = [this](const Lanes::Row& row) {
        return wait_of(row);
    };
    do {
        lanes_.open(wait, parts_.clock.now());
    } while (finish_over(lanes_.take_over(wait)));
    metrics_.waiting_for_finality.set(static_cast<double>(lanes_.gated()));
    metrics_.held_back.set(static_cast<double>(lanes_.held_back()));
    say_finality_stalls();
}

/// What leaves for that, read() finishes. It does not wake itself: what it cannot read now, it
/// would be woken for again and again.
void Channel::gates_moved() {
    open_gates();
    if (!over_.empty() || !lanes_.to_keep().empty()) {
        more_.notify();
    }
}

/// Firings that are over while they are held back leave with their ends. True when some did.
bool Channel::finish_over(const std::vector<Lanes::Over>& all) {
    for (const Lanes::Over& over : all) {
        Why why = policy_.why(*over.rows.front().subject);
        if (why.held == Held::kNot) {
            why = {.held = Held::kOver, .by = "its end"};
        }
        for (const Lanes::Row& row : over.rows) {
            suppressed(why.held).add();
            over_.push_back(finished_row(row));
        }
        const auto stored = outbox_.row(over.rows.back().sequence);
        const auto last = stored && *stored ? alerts::decode_transition(**stored)
                                            : Result<Transition>(Error(Code::kMissing, ""));
        if (last) {
            say_suppressed(*last, why);
        }
    }
    return !all.empty();
}

/// What is held back leaves the outbox.
void Channel::keep_held(Finished& finished) {
    for (const Lanes::Job& job : lanes_.to_keep()) {
        const auto stored = outbox_.row(job.row.sequence);
        if (stored && *stored) {
            lanes_.keep(job.fingerprint);
            finished.push_back(kept_row(job.row, **stored, job.row.maybe_sent));
        }
    }
}

Lanes::Wait Channel::wait_of(const Lanes::Row& row) const {
    const bool fires = row.says == Lanes::Says::kFires;
    if (fires && (row.over || policy_.why(*row.subject).held != Held::kNot)) {
        return Lanes::Wait::kPolicy;
    }
    const Lanes::Gate& gate = *row.gate;
    const bool reached =
        gate.level == eth::Finality::kLatest || parts_.is_final(gate.fact.block, gate.level);
    return reached ? Lanes::Wait::kNothing : Lanes::Wait::kFinality;
}

/// Of a row that would be of no use later.
Why Channel::why_not(const Transition& transition, const Subject& subject) const {
    if (!transition.repeated && transition.kind != alerts::Kind::kPending) {
        return {};
    }
    Why why = policy_.why(subject);
    // Who has the alert in hand does not know of what is new.
    const bool known = transition.repeated && transition.news == alerts::News::kNone;
    if (why.held == Held::kNot && known) {
        if (auto who = policy_.acknowledged_by(subject)) {
            why = {.held = Held::kAcknowledged, .by = *std::move(who)};
        }
    }
    return why;
}

Outbox::Finished Channel::kept_row(const Lanes::Row& row, const Bytes& stored, bool maybe_sent) {
    Outbox::Finished out;
    out.sequence = row.sequence;
    out.told = row.untold;
    out.keep = encode(KeptRow{
        .first_seen_ms = static_cast<std::uint64_t>(row.subject->first_seen.value),
        .maybe_sent = maybe_sent,
        .row = stored
    });
    return out;
}

runtime::Task<bool> Channel::may_send(
    const Lanes::Job& job, const Transition& transition, const Bytes& row
) {
    const bool fires = job.row.says == Lanes::Says::kFires;
    // What was tried may have arrived.
    if (job.row.subject && job.failures == 0) {
        Why why = fires ? policy_.why(*job.row.subject) : why_not(transition, *job.row.subject);
        if (job.row.over && why.held == Held::kNot) {
            why = {.held = Held::kOver, .by = "its end"};
        }
        if (why.held != Held::kNot) {
            co_await hold_back(job, transition, why);
            co_return false;
        }
    }
    // Its acknowledgement may be lost with us, and its block with a reorg: then the retraction must
    // not be kept from who has it, nor the end of what was held back.
    if (job.row.kept) {
        if (job.failures == 0 && !job.row.maybe_sent) {
            auto note = kept_row(job.row, row, true);
            co_await outbox_.keep(id_, job.row.sequence, *std::move(note.keep));
        }
    } else if (gate_of(transition)) {
        const auto sent = outbox_.was_sent(id_, job.row.sequence);
        if (!sent || !*sent) {
            co_await outbox_.note_sent(id_, job.row.sequence);
        }
    }
    co_return true;
}

/// Its turn came, and by now somebody does not want it told.
runtime::Task<> Channel::hold_back(
    const Lanes::Job& job, const Transition& transition, const Why& why
) {
    Finished finished;
    if (job.row.says != Lanes::Says::kFires) {
        suppressed(why.held).add();
        say_suppressed(transition, why);
        finished.push_back(unsent_row(job.fingerprint, job.row));
        co_await outbox_.finish(id_, std::move(finished));
        left(job, false);
        co_return;
    }
    // That it still fires is of no use before it.
    for (const Lanes::Row& behind : lanes_.take_behind(job)) {
        finished.push_back(finished_row(behind));
        suppressed(why.held).add();
    }
    say_held(transition, why);
    auto gate = gate_of(transition);
    if (!gate) {
        gate = {.fact = fact_of(transition), .level = eth::Finality::kLatest};
    }
    gate->held = true;
    lanes_.hold(job, *std::move(gate));
    gates_moved();
    if (!finished.empty()) {
        co_await outbox_.finish(id_, std::move(finished));
    }
}

runtime::Task<> Channel::load_notes() {
    runtime::Backoff backoff({});
    // Waits for the store: what is not known to be held back would never be told.
    for (;;) {
        const auto kept = outbox_.kept(id_);
        const auto untold = outbox_.untold(id_);
        if (kept && untold) {
            for (const Outbox::Row& one : *untold) {
                untold_[std::string(one.value.begin(), one.value.end())].insert(one.sequence);
            }
            Finished finished;
            for (const Outbox::Row& one : *kept) {
                load_kept_row(one, finished);
            }
            if (!finished.empty()) {
                co_await outbox_.finish(id_, std::move(finished));
            }
            co_return;
        }
        parts_.log.error(
            "outbox_unreadable",
            kept ? untold.error().message() : kept.error().message(),
            {{"receiver", receiver_.name}}
        );
        co_await parts_.clock.sleep(backoff.next(parts_.random));
    }
}

void Channel::load_kept_row(const Outbox::Row& note, Finished& finished) {
    const auto kept = decode_kept_row(note.value);
    const auto transition =
        kept ? alerts::decode_transition(kept->row) : Result<Transition>(kept.error());
    if (!transition) {
        bury_unreadable(note.sequence, note.value, transition.error().message(), finished);
        finished.back().kept = true;
        return;
    }
    const alerts::Labels labels = alerts::labels_of(*transition, chain_name_);
    // By a route that no longer leads here it leaves with its end.
    const auto placement = policy_.placement_of(receiver_.name, labels);
    const Duration after = placement ? placement->after : Duration::max();
    Subject subject = subject_of(*transition, labels, after);
    subject.first_seen = {static_cast<std::int64_t>(kept->first_seen_ms)};
    // Its block was final when it was let go; orphaned all the same, it would never be again.
    auto gate = kept->maybe_sent ? std::nullopt : gate_of(*transition);
    if (!gate) {
        gate = {.fact = fact_of(*transition), .level = eth::Finality::kLatest};
    }
    gate->held = true;
    Lanes::Row row{.sequence = note.sequence, .seen = parts_.clock.now(), .gate = std::move(gate)};
    row.says = Lanes::Says::kFires;
    row.subject = std::make_shared<const Subject>(std::move(subject));
    row.maybe_sent = kept->maybe_sent;
    row.group = group_of(*transition, labels, placement.value_or(alerts::Placement{}).group_by);
    row.kept = true;
    row.untold = take_untold(transition->fingerprint, note.sequence);
    lanes_.add(transition->fingerprint, std::move(row));
}

obs::Counter& Channel::suppressed(Held held) {
    switch (held) {
        case Held::kSilenced:
            return metrics_.silenced;
        case Held::kInhibited:
            return metrics_.inhibited;
        case Held::kAcknowledged:
            return metrics_.acknowledged_by_person;
        case Held::kReplayed:
            return metrics_.replayed;
        case Held::kOver:
            return metrics_.over;
        case Held::kNot:
        case Held::kUnescalated:
            break;
    }
    return metrics_.unescalated;
}

void Channel::say_held(const Transition& transition, const Why& why) {
    parts_.log.info(
        "alert_held",
        "The receiver is not told yet",
        {{"receiver", receiver_.name},
         {"key", transition.key()},
         {"reason", std::string(held_name(why.held))},
         {"by", why.by}}
    );
}

void Channel::say_suppressed(const Transition& transition, const Why& why) {
    parts_.log.info(
        "alert_not_told",
        "The receiver is not told at all",
        {{"receiver", receiver_.name},
         {"key", transition.key()},
         {"reason", std::string(held_name(why.held))},
         {"by", why.by}}
    );
}

}  // namespace faultline::delivery
