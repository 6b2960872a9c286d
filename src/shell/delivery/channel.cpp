// SPDX-License-Identifier: Apache-2.0
#include "channel.hpp"

#include "channel_metrics.hpp"
#include "kept_row.hpp"
#include "lanes.hpp"
#include "outbox.hpp"
#include "policy.hpp"
#include "verdict.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/shell/delivery/dead_letter.hpp>
#include <faultline/shell/delivery/delivery.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/backoff.hpp>
#include <faultline/shell/runtime/event.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/task_group.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::delivery {
namespace {

double seconds_of(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

Duration since(UnixMillis earlier, UnixMillis now) {
    return std::chrono::milliseconds(std::max<std::int64_t>(now.value - earlier.value, 0));
}

}  // namespace

Channel::Channel(
    const DeliveryOptions& options,
    Outbox::Receiver receiver,
    Outbox& outbox,
    const Policy& policy,
    const DeliveryParts& parts
)
    : receiver_(options.receivers.at(receiver)),
      id_(receiver),
      chain_name_(options.chain_name),
      outbox_(outbox),
      policy_(policy),
      parts_(parts),
      courier_(options, receiver_, parts_),
      metrics_(parts.metrics, options.chain_name, receiver_.name),
      lanes_(parts.random) {
    // What is told together is not noted as standing.
    FAULTLINE_ASSERT(
        courier_.most_together() == 1 || courier_.standing_interval() == Duration::zero()
    );
}

runtime::Task<> Channel::run() {
    const bool repeats = courier_.standing_interval() > Duration::zero();
    if (repeats) {
        co_await load_standing();
    }
    co_await load_notes();
    starting_ = !outbox_.is_new(id_);
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
        const bool readable = lanes_.in_outbox() >= kHeldRows || take_page(finished);
        open_gates();
        std::ranges::move(std::exchange(over_, {}), std::back_inserter(finished));
        keep_held(finished);
        wake_senders();
        if (!finished.empty()) {
            co_await outbox_.finish(id_, std::move(finished));
        }
        if (!readable) {
            co_await parts_.clock.sleep(backoff.next(parts_.random));
        } else if (next_ == before) {
            starting_ = starting_ && lanes_.in_outbox() >= kHeldRows;
            backoff.reset();
            co_await more_.wait();
        }
    }
}

runtime::Task<> Channel::send(runtime::Event& wake) {
    // Endless: ends by cancellation.
    for (;;) {
        const Instant now = parts_.clock.now();
        const Instant free = courier_.free_at();
        auto job = free <= now && resting_ == 0 ? lanes_.take(now) : std::nullopt;
        if (job) {
            courier_.take();
            auto others = lanes_.take_group(*job, courier_.most_together() - 1, now);
            if (others.empty()) {
                co_await attempt(*std::move(job));
            } else {
                others.insert(others.begin(), *std::move(job));
                co_await attempt_together(std::move(others));
            }
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
runtime::Task<Bytes> Channel::stored_row(std::uint64_t sequence, bool kept) {
    runtime::Backoff backoff({});
    for (;;) {
        Result<std::optional<Bytes>> row;
        if (kept) {
            row = outbox_.kept_row(id_, sequence);
            if (row && *row) {
                co_return row_of(**row);
            }
        }
        // Until its note is committed, a row that is kept is where it was.
        if (row) {
            row = outbox_.row(sequence);
        }
        if (row) {
            co_return std::move(*row).value_or(Bytes());
        }
        parts_.log.error(
            "outbox_unreadable", row.error().message(), {{"receiver", receiver_.name}}
        );
        co_await parts_.clock.sleep(backoff.next(parts_.random));
    }
}

runtime::Task<std::optional<alerts::Transition>> Channel::ready(const Lanes::Job& job) {
    const Bytes row = co_await stored_row(job.row.sequence, job.row.kept);
    auto transition = alerts::decode_transition(row);
    if (!transition) {
        co_await bury(job, transition.error().message(), false);
        co_return std::nullopt;
    }
    const bool may = co_await may_send(job, *transition, row);
    co_return may ? std::optional(*std::move(transition)) : std::nullopt;
}

runtime::Task<> Channel::attempt(Lanes::Job job) {
    const auto transition = co_await ready(job);
    if (!transition) {
        courier_.give_back();
        co_return;
    }
    const std::string key = transition->key();
    Verdict verdict = co_await courier_.send(*transition);
    co_await conclude(job, key, std::move(verdict));
}

void Channel::count_failure(const Verdict& verdict) {
    if (verdict.outcome == Outcome::kStopped) {
        metrics_.stopped.add();
        say_stopped(verdict);
    } else {
        (verdict.outcome == Outcome::kBlocked ? metrics_.blocked : metrics_.retried).add();
    }
}

runtime::Task<> Channel::conclude(const Lanes::Job& job, const std::string& key, Verdict verdict) {
    note(verdict);
    switch (verdict.outcome) {
        case Outcome::kAcknowledged:
            co_await acknowledge(job, key);
            co_return;
        case Outcome::kTooRich:
        case Outcome::kRefused:
            metrics_.refused.add();
            co_await bury(job, verdict.text + ". " + verdict.advice, true);
            co_return;
        case Outcome::kRetry:
        case Outcome::kBlocked:
        case Outcome::kStopped:
            count_failure(verdict);
            break;
    }
    co_await retry(job, key, verdict);
}

void Channel::say_delivered(const Lanes::Job& job, const std::string& key) {
    (receiver_.dry_run ? metrics_.dry_run : metrics_.acknowledged).add();
    metrics_.seconds.observe(seconds_of(parts_.clock.now() - job.row.seen));
    if (lanes_.down()) {
        parts_.log.info(
            "receiver_recovered",
            "The receiver takes alerts again",
            {{"receiver", receiver_.name}, {"waiting", lanes_.in_outbox()}}
        );
    }
    parts_.log.info(
        receiver_.dry_run ? "alert_composed" : "alert_delivered",
        receiver_.dry_run ? "Dry run: the receiver was not told" : "The receiver has it",
        {{"receiver", receiver_.name}, {"key", key}, {"attempts", job.failures + 1}}
    );
}

runtime::Task<> Channel::acknowledge(const Lanes::Job& job, const std::string& key) {
    say_delivered(job, key);
    std::vector<Outbox::Finished> rows = {finished_row(job.row)};
    co_await keep_standing(rows.front());
    const Outbox::Finished done = rows.front();
    co_await outbox_.finish(id_, std::move(rows));
    stood(done);
    left(job, true);
}

runtime::Task<> Channel::retry(
    const Lanes::Job& job, const std::string& key, const Verdict& verdict, bool counts
) {
    const UnixMillis now = parts_.clock.wall_now();
    const UnixMillis first = co_await outbox_.first_failure(id_, job.row.sequence, now);
    const Duration tried = since(first, now);
    if (tried >= receiver_.give_up_after) {
        metrics_.gave_up.add();
        std::string reason =
            "given up after " + seconds_text(tried) + "; the last attempt: " + verdict.text;
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
    failure.counts = counts && !stopped;
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
    Bytes row = co_await stored_row(job.row.sequence, job.row.kept);
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
    std::vector<Outbox::Finished> rows = {finished_row(job.row)};
    rows.front().dead = dead_letter(job.row.sequence, std::move(row), std::move(reason));
    co_await outbox_.finish(id_, std::move(rows));
    left(job, answered);
}

void Channel::left(const Lanes::Job& job, bool answered) {
    lanes_.done(job, parts_.clock.now(), answered);
    gates_moved();
    if (lanes_.in_outbox() < kHeldRows) {
        more_.notify();
    }
}

void Channel::wake_senders() {
    for (runtime::Event& wake : wake_) {
        wake.notify();
    }
}

}  // namespace faultline::delivery
