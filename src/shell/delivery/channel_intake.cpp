// SPDX-License-Identifier: Apache-2.0
// What becomes of a row when a channel reads it.
#include "channel.hpp"
#include "finality_wait.hpp"
#include "lanes.hpp"
#include "outbox.hpp"
#include "policy.hpp"
#include "subject.hpp"
#include "trigger.hpp"
#include "wording.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/route.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/obs/metrics.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::delivery {
namespace {

using alerts::Transition;

Lanes::Says said_by(const Transition& transition) {
    if (over_after(transition)) {
        return Lanes::Says::kEnds;
    }
    return stands_after(transition) ? Lanes::Says::kFires : Lanes::Says::kOther;
}

}  // namespace

/// False when the store cannot be read now.
bool Channel::take_page(Finished& finished) {
    const auto page = outbox_.page(next_, kPageRows);
    if (!page) {
        parts_.log.error(
            "outbox_unreadable", page.error().message(), {{"receiver", receiver_.name}}
        );
        return false;
    }
    for (const Outbox::Row& row : *page) {
        const auto done = outbox_.is_done(id_, row.sequence);
        if (!done) {
            parts_.log.error(
                "outbox_unreadable", done.error().message(), {{"receiver", receiver_.name}}
            );
            return false;
        }
        const auto sent = outbox_.was_sent(id_, row.sequence);
        if (!sent) {
            parts_.log.error(
                "outbox_unreadable", sent.error().message(), {{"receiver", receiver_.name}}
            );
            return false;
        }
        if (!*done) {
            take_row(row, *sent, finished);
        }
        next_ = row.sequence + 1;
    }
    return true;
}

void Channel::bury_unreadable(
    std::uint64_t sequence, Bytes stored, std::string reason, Finished& finished
) {
    parts_.log.error(
        "dead_letter",
        "An outbox row cannot be read and was set aside: " + reason,
        {{"receiver", receiver_.name}, {"sequence", sequence}}
    );
    metrics_.unreadable.add();
    metrics_.dead_letters.add();
    finished.push_back(
        {.sequence = sequence, .dead = dead_letter(sequence, std::move(stored), std::move(reason))}
    );
}

void Channel::take_row(const Outbox::Row& row, bool sent, Finished& finished) {
    const auto transition = alerts::decode_transition(row.value);
    if (!transition) {
        bury_unreadable(row.sequence, row.value, transition.error().message(), finished);
    } else if (!wants(receiver_, *transition)) {
        metrics_.skipped.add();
        finished.push_back({.sequence = row.sequence, .dead = std::nullopt});
    } else if (const auto annulled = annul(lanes_, *transition); !annulled.empty()) {
        for (const Lanes::Row& unsent : annulled) {
            metrics_.annulled.add();
            finished.push_back(unsent_row(transition->fingerprint, unsent));
        }
        metrics_.annulled.add();
        finished.push_back({.sequence = row.sequence, .dead = std::nullopt});
    } else if (alerts::takes_back_repeat(*transition)) {
        metrics_.skipped.add();
        finished.push_back({.sequence = row.sequence, .dead = std::nullopt});
    } else {
        place(row, *transition, sent, finished);
    }
}

Outbox::Finished Channel::finished_row(const Lanes::Row& row) {
    Outbox::Finished out;
    out.sequence = row.sequence;
    out.kept = row.kept;
    out.told = row.untold;
    return out;
}

/// Of a row of which the receiver did not hear. That of a repeat leaves what it knew as it was.
Outbox::Finished Channel::unsent_row(const std::string& fingerprint, const Lanes::Row& row) {
    Outbox::Finished out = finished_row(row);
    if (row.untold && row.says == Lanes::Says::kOther) {
        untold_[fingerprint].insert(*row.untold);
        out.told.reset();
    }
    return out;
}

/// Of that alert, the row before `sequence` of which the receiver was not told; it is no more.
std::optional<std::uint64_t> Channel::take_untold(
    const std::string& fingerprint, std::uint64_t sequence
) {
    const auto found = untold_.find(fingerprint);
    if (found == untold_.end()) {
        return std::nullopt;
    }
    // What an earlier process read may be read again, behind notes of later rows. Those of a new
    // receiver are of what was before all rows.
    const auto note = std::ranges::find_if(found->second, [sequence](std::uint64_t one) {
        return one < sequence || one >= Outbox::kBeforeRows;
    });
    if (note == found->second.end()) {
        return std::nullopt;
    }
    const std::uint64_t out = *note;
    found->second.erase(note);
    if (found->second.empty()) {
        untold_.erase(found);
    }
    return out;
}

Subject Channel::subject_of(
    const Transition& transition, const alerts::Labels& labels, Duration after
) const {
    return {
        .fingerprint = transition.fingerprint,
        .episode = transition.episode,
        .labels = labels,
        .after = after,
        .first_seen = parts_.clock.wall_now(),
        .block_at = {transition.block_timestamp_s}
    };
}

void Channel::place(
    const Outbox::Row& row, const Transition& transition, bool sent, Finished& finished
) {
    const bool waits = gate_of(transition).has_value();
    Lanes::Row lane_row{
        .sequence = row.sequence,
        .seen = parts_.clock.now(),
        .gate = sent ? std::nullopt : gate_of(transition)
    };
    lane_row.says = said_by(transition);
    const bool fires = lane_row.says == Lanes::Says::kFires;
    // What waited for finality is noted before it is sent; of the rest an earlier process may have
    // died in between, unless it had to wait for another.
    lane_row.maybe_sent =
        sent || (starting_ && !waits && !lanes_.ends_unsent(transition.fingerprint));
    const alerts::Labels labels = alerts::labels_of(transition, chain_name_);
    auto placement = policy_.placement_of(receiver_.name, labels);
    if (sent) {
        // Its turn came before; routes may have changed since, and it may have arrived.
        placement = alerts::Placement{.group_by = placement.value_or(alerts::Placement{}).group_by};
    }
    lane_row.group = group_of(transition, labels, placement.value_or(alerts::Placement{}).group_by);
    if (lane_row.says == Lanes::Says::kEnds) {
        place_end(row, transition, std::move(lane_row), finished);
        return;
    }
    if (!placement || (!fires && placement->after > Duration::zero())) {
        metrics_.not_routed.add();
        finished.push_back({.sequence = row.sequence, .dead = std::nullopt});
        // Who was told that it fires is told of its end, whatever routes say of a repeat.
        if (fires && !transition.repeated) {
            untold_[transition.fingerprint].insert(row.sequence);
            finished.back().untold = transition.fingerprint;
        }
        return;
    }
    if (fires) {
        lane_row.untold = take_untold(transition.fingerprint, row.sequence);
    }
    Subject subject = subject_of(transition, labels, placement->after);
    if (fires && !transition.repeated) {
        lane_row.subject = std::make_shared<const Subject>(std::move(subject));
        place_firing(row, transition, std::move(lane_row), finished);
        return;
    }
    // Whoever's turn has not come has the firing waiting.
    subject.after = {};
    lane_row.says = Lanes::Says::kOther;
    lane_row.subject = std::make_shared<const Subject>(std::move(subject));
    place_other(transition, std::move(lane_row), finished);
}

void Channel::place_firing(
    const Outbox::Row& row, const Transition& transition, Lanes::Row lane_row, Finished& finished
) {
    const Why why = policy_.why(*lane_row.subject);
    if (why.held == Held::kNot) {
        lanes_.add(transition.fingerprint, std::move(lane_row));
        return;
    }
    say_held(transition, why);
    if (!lane_row.gate) {
        lane_row.gate = {.fact = fact_of(transition), .level = eth::Finality::kLatest};
    }
    lane_row.gate->held = true;
    // Behind others of its alert it would be read before them after a restart.
    lane_row.kept = !lanes_.has(transition.fingerprint);
    if (lane_row.kept) {
        finished.push_back(kept_row(lane_row, row.value, lane_row.maybe_sent));
    }
    lanes_.add(transition.fingerprint, std::move(lane_row));
}

/// That it still fires, or that its condition holds, but not yet for long enough: of no use later.
void Channel::place_other(const Transition& transition, Lanes::Row lane_row, Finished& finished) {
    Why why = why_not(transition, *lane_row.subject);
    const Lanes::Row* before = lanes_.untried(transition.fingerprint);
    const bool firing_waits = before != nullptr && before->says == Lanes::Says::kFires;
    if (why.held == Held::kNot && transition.repeated && firing_waits) {
        why = policy_.why(*before->subject);
    }
    if (why.held == Held::kNot) {
        lanes_.add(transition.fingerprint, std::move(lane_row));
        return;
    }
    suppressed(why.held).add();
    say_suppressed(transition, why);
    finished.push_back(unsent_row(transition.fingerprint, lane_row));
}

void Channel::place_end(
    const Outbox::Row& row, const Transition& transition, Lanes::Row lane_row, Finished& finished
) {
    const std::string& fingerprint = transition.fingerprint;
    const Lanes::Row* before = lanes_.untried(fingerprint);
    const Why why = before != nullptr && before->says == Lanes::Says::kFires
                        ? policy_.why(*before->subject)
                        : Why{};
    const bool waits_with_it =
        why.held != Held::kNot && !before->maybe_sent && lane_row.gate.has_value();
    if (waits_with_it) {
        // It may be taken back: then the alert fires on, and that is told when it may be.
        lanes_.end_untold(fingerprint);
    } else if (why.held != Held::kNot) {
        const std::vector<Lanes::Row> withdrawn = lanes_.withdraw(fingerprint);
        for (const Lanes::Row& unsent : withdrawn) {
            finished.push_back(finished_row(unsent));
            suppressed(why.held).add();
        }
        if (!withdrawn.front().maybe_sent) {
            suppressed(why.held).add();
            say_suppressed(transition, why);
            finished.push_back({.sequence = row.sequence, .dead = std::nullopt});
            return;
        }
    }
    if (const auto untold = waits_with_it ? std::nullopt : take_untold(fingerprint, row.sequence)) {
        metrics_.not_routed.add();
        finished.push_back({.sequence = row.sequence, .dead = std::nullopt});
        finished.back().told = untold;
        return;
    }
    lanes_.add(fingerprint, std::move(lane_row));
}

}  // namespace faultline::delivery
