// SPDX-License-Identifier: Apache-2.0
#include "channel.hpp"

#include "channel_metrics.hpp"
#include "finality_wait.hpp"
#include "lanes.hpp"
#include "outbox.hpp"
#include "trigger.hpp"
#include "verdict.hpp"
#include "wording.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/shell/delivery/dead_letter.hpp>
#include <faultline/shell/delivery/delivery.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/backoff.hpp>
#include <faultline/shell/runtime/event.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/task_group.hpp>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::delivery {
namespace {

double seconds_of(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

std::string text_of(Duration duration) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(duration).count();
    return std::to_string(seconds) + " s";
}

Duration since(UnixMillis earlier, UnixMillis now) {
    return std::chrono::milliseconds(std::max<std::int64_t>(now.value - earlier.value, 0));
}

}  // namespace

Channel::Channel(
    const DeliveryOptions& options,
    Outbox::Receiver receiver,
    Outbox& outbox,
    const DeliveryParts& parts
)
    : receiver_(options.receivers.at(receiver)),
      id_(receiver),
      outbox_(outbox),
      parts_(parts),
      courier_(options, receiver_, parts_),
      metrics_(parts.metrics, options.chain_name, receiver_.name),
      lanes_(parts.random) {}

runtime::Task<> Channel::run() {
    const bool repeats = courier_.standing_interval() > Duration::zero();
    if (repeats) {
        co_await load_standing();
    }
    runtime::TaskGroup group;
    group.spawn("read the outbox for " + receiver_.name, read());
    for (runtime::Event& wake : wake_) {
        group.spawn("send to " + receiver_.name, send(wake));
    }
    if (repeats) {
        group.spawn("repeat to " + receiver_.name, repeat_standing());
    }
    co_await group.wait();
}

runtime::Task<> Channel::read() {
    runtime::Backoff backoff({});
    // Endless: ends by cancellation.
    for (;;) {
        std::vector<Outbox::Finished> finished;
        const std::uint64_t before = next_;
        const bool readable = lanes_.held() >= kHeldRows || take_page(finished);
        open_gates();
        wake_senders();
        if (!finished.empty()) {
            co_await outbox_.finish(id_, std::move(finished));
        }
        if (!readable) {
            co_await parts_.clock.sleep(backoff.next(parts_.random));
        } else if (next_ == before) {
            backoff.reset();
            co_await more_.wait();
        }
    }
}

/// False when the store cannot be read now.
bool Channel::take_page(std::vector<Outbox::Finished>& finished) {
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

void Channel::take_row(const Outbox::Row& row, bool sent, std::vector<Outbox::Finished>& finished) {
    const auto transition = alerts::decode_transition(row.value);
    if (!transition) {
        std::string reason = transition.error().message();
        parts_.log.error(
            "dead_letter",
            "An outbox row cannot be read and was set aside: " + reason,
            {{"receiver", receiver_.name}, {"sequence", row.sequence}}
        );
        metrics_.unreadable.add();
        metrics_.dead_letters.add();
        finished.push_back(
            {.sequence = row.sequence,
             .dead = dead_letter(row.sequence, row.value, std::move(reason))}
        );
    } else if (!wants(receiver_, *transition)) {
        metrics_.skipped.add();
        finished.push_back({.sequence = row.sequence, .dead = std::nullopt});
    } else if (auto annulled = annul(lanes_, *transition)) {
        metrics_.annulled.add(2);
        finished.push_back({.sequence = annulled->sequence, .dead = std::nullopt});
        finished.push_back({.sequence = row.sequence, .dead = std::nullopt});
    } else {
        lanes_.add(
            transition->fingerprint,
            {.sequence = row.sequence,
             .seen = parts_.clock.now(),
             .gate = sent ? std::nullopt : gate_of(*transition)}
        );
    }
}

void Channel::finality_moved() {
    if (lanes_.gated() > 0) {
        open_gates();
        wake_senders();
    }
}

void Channel::open_gates() {
    lanes_.open(
        [this](const Lanes::Gate& gate) { return parts_.is_final(gate.fact.block, gate.level); },
        parts_.clock.now()
    );
    metrics_.waiting_for_finality.set(static_cast<double>(lanes_.gated()));
    say_finality_stalls();
}

runtime::Task<> Channel::send(runtime::Event& wake) {
    // Endless: ends by cancellation.
    for (;;) {
        const Instant now = parts_.clock.now();
        const Instant free = courier_.free_at();
        auto job = free <= now && resting_ == 0 ? lanes_.take(now) : std::nullopt;
        if (job) {
            courier_.take();
            co_await attempt(*std::move(job));
            wake_senders();
            nothing_in_flight_.notify();
            at_rest_.notify();
            continue;
        }
        if (const auto due = lanes_.next_due(); due && resting_ == 0) {
            co_await wake.wait_for(parts_.clock, std::max(*due, free) - now);
        } else {
            co_await wake.wait();
        }
    }
}

/// Waits for the store when it cannot be read: the row is there until we finish it.
runtime::Task<Bytes> Channel::stored_row(std::uint64_t sequence) {
    runtime::Backoff backoff({});
    for (;;) {
        auto row = outbox_.row(sequence);
        if (row) {
            co_return std::move(*row).value_or(Bytes());
        }
        parts_.log.error(
            "outbox_unreadable", row.error().message(), {{"receiver", receiver_.name}}
        );
        co_await parts_.clock.sleep(backoff.next(parts_.random));
    }
}

runtime::Task<> Channel::attempt(Lanes::Job job) {
    const Bytes row = co_await stored_row(job.row.sequence);
    const auto transition = alerts::decode_transition(row);
    if (!transition) {
        co_await bury(job, transition.error().message(), false);
        co_return;
    }
    if (gate_of(*transition)) {
        // Its acknowledgement may be lost with us, and its block with a reorg: then the retraction
        // must not be kept from who has it.
        const auto sent = outbox_.was_sent(id_, job.row.sequence);
        if (!sent || !*sent) {
            co_await outbox_.note_sent(id_, job.row.sequence);
        }
    }
    const std::string key = transition->key();
    Verdict verdict = co_await courier_.send(*transition);
    co_await conclude(job, key, std::move(verdict));
}

runtime::Task<> Channel::conclude(const Lanes::Job& job, const std::string& key, Verdict verdict) {
    note(verdict);
    switch (verdict.outcome) {
        case Outcome::kAcknowledged:
            (receiver_.dry_run ? metrics_.dry_run : metrics_.acknowledged).add();
            co_await acknowledge(job, key);
            co_return;
        case Outcome::kTooRich:
        case Outcome::kRefused:
            metrics_.refused.add();
            co_await bury(job, verdict.text + ". " + verdict.advice, true);
            co_return;
        case Outcome::kRetry:
            metrics_.retried.add();
            break;
        case Outcome::kBlocked:
            metrics_.blocked.add();
            break;
        case Outcome::kStopped:
            metrics_.stopped.add();
            say_stopped(verdict);
            break;
    }
    co_await retry(job, key, verdict);
}

runtime::Task<> Channel::acknowledge(const Lanes::Job& job, const std::string& key) {
    metrics_.seconds.observe(seconds_of(parts_.clock.now() - job.row.seen));
    if (lanes_.down()) {
        parts_.log.info(
            "receiver_recovered",
            "The receiver takes alerts again",
            {{"receiver", receiver_.name}, {"waiting", lanes_.held()}}
        );
    }
    parts_.log.info(
        receiver_.dry_run ? "alert_composed" : "alert_delivered",
        receiver_.dry_run ? "Dry run: the receiver was not told" : "The receiver has it",
        {{"receiver", receiver_.name}, {"key", key}, {"attempts", job.failures + 1}}
    );
    std::vector<Outbox::Finished> rows(1);
    rows.front().sequence = job.row.sequence;
    co_await keep_standing(rows.front());
    const Outbox::Finished done = rows.front();
    co_await outbox_.finish(id_, std::move(rows));
    stood(done);
    left(job, true);
}

runtime::Task<> Channel::retry(
    const Lanes::Job& job, const std::string& key, const Verdict& verdict
) {
    const UnixMillis now = parts_.clock.wall_now();
    const UnixMillis first = co_await outbox_.first_failure(id_, job.row.sequence, now);
    const Duration tried = since(first, now);
    if (tried >= receiver_.give_up_after) {
        metrics_.gave_up.add();
        std::string reason =
            "given up after " + text_of(tried) + "; the last attempt: " + verdict.text;
        if (!verdict.advice.empty()) {
            reason += ". " + verdict.advice;
        }
        co_await bury(job, std::move(reason), false);
        co_return;
    }
    const bool stopped = verdict.outcome == Outcome::kStopped;
    Lanes::Failure failure;
    // Of a receiver that is stopped nothing is tried: each row is looked at again to be given up.
    failure.at_least = stopped ? receiver_.give_up_after : verdict.at_least;
    failure.counts = !stopped;
    // The last attempt is made when giving up is due; a clock that is set back cannot make it spin.
    failure.at_most = std::max<Duration>(receiver_.give_up_after - tried, std::chrono::seconds(1));
    failure.pause_receiver = verdict.asked_to_wait;
    const bool was_down = lanes_.down();
    const Duration wait = lanes_.failed(job, parts_.clock.now(), failure);
    say_failed(job, key, verdict, wait);
    if (lanes_.down() && !was_down) {
        say_down(verdict);
    }
}

DeadLetter Channel::dead_letter(std::uint64_t sequence, Bytes row, std::string reason) const {
    const auto first = outbox_.stored_first_failure(id_, sequence);
    DeadLetter out;
    out.receiver = receiver_.name;
    out.reason = std::move(reason);
    out.first_failure_ms = first && *first ? static_cast<std::uint64_t>((*first)->value) : 0;
    out.given_up_ms = static_cast<std::uint64_t>(parts_.clock.wall_now().value);
    out.transition = std::move(row);
    return out;
}

runtime::Task<> Channel::bury(const Lanes::Job& job, std::string reason, bool answered) {
    Bytes row = co_await stored_row(job.row.sequence);
    const auto transition = alerts::decode_transition(row);
    parts_.log.error(
        "dead_letter",
        "An alert was not delivered and will not be: " + reason,
        {{"receiver", receiver_.name},
         {"url", courier_.address()},
         {"sequence", job.row.sequence},
         {"key", transition ? transition->key() : std::string()},
         {"alert", transition ? transition->rule + ": " + transition->summary : std::string()}}
    );
    metrics_.dead_letters.add();
    std::vector<Outbox::Finished> rows(1);
    rows.front().sequence = job.row.sequence;
    rows.front().dead = dead_letter(job.row.sequence, std::move(row), std::move(reason));
    co_await outbox_.finish(id_, std::move(rows));
    left(job, answered);
}

void Channel::left(const Lanes::Job& job, bool answered) {
    lanes_.done(job, parts_.clock.now(), answered);
    open_gates();
    if (lanes_.held() < kHeldRows) {
        more_.notify();
    }
}

void Channel::wake_senders() {
    for (runtime::Event& wake : wake_) {
        wake.notify();
    }
}

}  // namespace faultline::delivery
