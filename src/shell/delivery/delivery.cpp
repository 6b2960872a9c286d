// SPDX-License-Identifier: Apache-2.0
#include "backlog.hpp"
#include "channel.hpp"
#include "channel_slot.hpp"
#include "dead_letter_gauges.hpp"
#include "outbox.hpp"
#include "policy.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/inhibition.hpp>
#include <faultline/shell/delivery/delivery.hpp>
#include <faultline/shell/delivery/letters.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/backoff.hpp>
#include <faultline/shell/runtime/event.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/task_group.hpp>
#include <faultline/shell/store/store.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::delivery {
namespace {

/// Who finishes rows when there is no receiver.
constexpr Outbox::Receiver kNobody = std::numeric_limits<Outbox::Receiver>::max();

std::vector<std::string> names_of(const std::vector<Receiver>& receivers) {
    std::vector<std::string> out;
    out.reserve(receivers.size());
    for (const Receiver& receiver : receivers) {
        out.push_back(receiver.name);
    }
    return out;
}

}  // namespace

struct Delivery::State {
    State(DeliveryOptions the_options, DeliveryParts the_parts);

    void note_age_of_oldest();
    void say_dead_letters();
    /// Leaves in `planned` what was planned: that may be when our caller is gone.
    Outbox::Change change_of(
        std::shared_ptr<LetterChange> planned, std::function<Result<LetterChange>()> plan
    );
    void changed(const LetterChange& change);
    runtime::Task<> discard();
    runtime::Task<> watch_gates();
    void look_at_gates();

    static constexpr Duration kLongestChange = std::chrono::seconds(15);

    DeliveryOptions options;
    DeliveryParts parts;
    Policy policy;
    Outbox outbox;
    Backlog backlog;
    DeadLetterGauges dead_letters;
    std::vector<std::unique_ptr<ChannelSlot>> channels;
    runtime::Event discardable;
};

Delivery::State::State(DeliveryOptions the_options, DeliveryParts the_parts)
    : options(std::move(the_options)),
      parts(std::move(the_parts)),
      policy(options, parts),
      outbox(
          {.store = parts.store,
           .committer = parts.committer,
           .clock = parts.clock,
           .random = parts.random,
           .log = parts.log},
          names_of(options.receivers)
      ),
      backlog(outbox, parts.clock, parts.log, parts.metrics, options.chain_name),
      dead_letters(parts.metrics, options.chain_name, names_of(options.receivers)) {
    outbox.on_deleted([this](std::uint64_t sequence) { backlog.deleted(sequence); });
    outbox.on_dead([this](const std::string& receiver) { dead_letters.added(receiver); });
    for (Outbox::Receiver i = 0; i < options.receivers.size(); ++i) {
        channels.push_back(std::make_unique<ChannelSlot>(options, i, outbox, policy, parts));
    }
}

/// An age that began again at each start would hide a daemon that delivers nothing and restarts.
void Delivery::State::note_age_of_oldest() {
    const auto first = outbox.page(0, 1);
    if (!first || first->empty()) {
        return;
    }
    const std::uint64_t sequence = first->front().sequence;
    std::optional<UnixMillis> oldest;
    for (Outbox::Receiver i = 0; i < options.receivers.size(); ++i) {
        const auto failed = outbox.stored_first_failure(i, sequence);
        if (failed && *failed && (!oldest || **failed < *oldest)) {
            oldest = **failed;
        }
    }
    if (oldest) {
        backlog.oldest_since(sequence, *oldest);
    }
}

void Delivery::State::say_dead_letters() {
    dead_letters.recount(parts.store);
    if (dead_letters.total() > 0) {
        parts.log.warn(
            "dead_letters_present",
            "Earlier alerts were given up and are kept as dead letters: `faultline outbox list` "
            "shows them",
            {{"chain", options.chain_name}, {"count", dead_letters.total()}}
        );
    }
}

Outbox::Change Delivery::State::change_of(
    std::shared_ptr<LetterChange> planned, std::function<Result<LetterChange>()> plan
) {
    return {
        .make_batch = [planned, plan = std::move(plan)]() -> Result<store::Batch> {
            FAULTLINE_TRY(*planned, plan());
            return planned->batch;
        },
        .then =
            [this, planned] {
                changed(*planned);
            }
    };
}

void Delivery::State::changed(const LetterChange& change) {
    for (const std::uint64_t sequence : change.reappeared) {
        backlog.returned(sequence);
    }
    dead_letters.recount(parts.store);
    parts.log.info(
        "dead_letters_changed",
        "Dead letters were put back or dropped as asked",
        {{"chain", options.chain_name},
         {"done", change.done.size()},
         {"refused", change.refused.size()}}
    );
}

runtime::Task<> Delivery::State::discard() {
    obs::Counter& discarded = parts.metrics.counter(
        "faultline_deliveries_total",
        "Attempts to deliver an alert transition, and transitions that need none, by outcome.",
        {{"channel", "none"}, {"outcome", "discarded"}}
    );
    parts.log.warn(
        "no_receivers",
        "No receiver is configured: alerts are seen in the API and the metrics only",
        {{"chain", options.chain_name}}
    );
    runtime::Backoff backoff({});
    // Endless: ends by cancellation.
    for (;;) {
        const auto page = outbox.page(0, Channel::kPageRows);
        if (!page) {
            parts.log.error("outbox_unreadable", page.error().message());
            co_await parts.clock.sleep(backoff.next(parts.random));
        } else if (page->empty()) {
            co_await discardable.wait();
        } else {
            std::vector<Outbox::Finished> rows;
            for (const Outbox::Row& row : *page) {
                rows.push_back({.sequence = row.sequence, .dead = std::nullopt});
            }
            discarded.add(static_cast<double>(rows.size()));
            co_await outbox.finish(kNobody, std::move(rows));
        }
    }
}

/// Finality moves in minutes and time passes, also while no block comes, so nobody needs to tell
/// us.
runtime::Task<> Delivery::State::watch_gates() {
    constexpr Duration kInterval = std::chrono::seconds(2);
    // Endless: ends by cancellation.
    for (;;) {
        co_await parts.clock.sleep(kInterval);
        look_at_gates();
    }
}

void Delivery::State::look_at_gates() {
    policy.refresh();
    for (const auto& channel : channels) {
        channel->look_at_gates();
    }
}

Delivery::Delivery(DeliveryOptions options, DeliveryParts parts)
    : state_(std::make_unique<State>(std::move(options), std::move(parts))) {}

Delivery::~Delivery() = default;

void Delivery::notify() {
    state_->policy.refresh();
    state_->backlog.notify();
    state_->discardable.notify();
    for (const auto& channel : state_->channels) {
        channel->notify();
    }
}

std::vector<std::string> Delivery::receiver_names() const {
    return names_of(state_->options.receivers);
}

std::vector<Standing> Delivery::standings() const {
    std::vector<Standing> out;
    for (const auto& channel : state_->channels) {
        out.push_back(channel->standing());
        out.back().dead_letters = state_->dead_letters.of(out.back().receiver);
    }
    return out;
}

runtime::Task<Result<LetterChange>> Delivery::retry(LetterChoice choice) {
    State& state = *state_;
    const std::vector<std::string> names = receiver_names();
    const auto found = std::ranges::find(names, choice.receiver);
    const auto at = static_cast<std::size_t>(found - names.begin());
    const auto planned = std::make_shared<LetterChange>();
    Outbox::Change change = state.change_of(planned, [&state, choice, names] {
        return plan_retry(state.parts.store, names, choice, state.parts.clock.wall_now());
    });
    if (at == names.size()) {
        co_return change.make_batch().error();
    }
    FAULTLINE_CO_TRY_VOID(
        co_await state.channels[at]->change(std::move(change), State::kLongestChange)
    );
    co_return *planned;
}

runtime::Task<Result<LetterChange>> Delivery::drop(LetterChoice choice, std::string reason) {
    State& state = *state_;
    const auto planned = std::make_shared<LetterChange>();
    Outbox::Change change = state.change_of(planned, [&state, choice, reason] {
        return plan_drop(state.parts.store, choice, reason, state.parts.clock.wall_now());
    });
    FAULTLINE_CO_TRY_VOID(co_await state.outbox.change(std::move(change), State::kLongestChange));
    co_return *planned;
}

void Delivery::decisions_changed() {
    state_->look_at_gates();
}

runtime::Task<> Delivery::run() {
    State& state = *state_;
    std::vector<std::string> firing;
    if (state.parts.firing) {
        for (alerts::FiringAlert& one : state.parts.firing()) {
            firing.push_back(std::move(one.fingerprint));
        }
    }
    // Before anything that an earlier process held back can be let go.
    state.policy.refresh();
    co_await state.outbox.recover();
    co_await state.outbox.greet(std::move(firing));
    state.say_dead_letters();
    state.note_age_of_oldest();
    runtime::TaskGroup group;
    group.spawn("outbox", state.outbox.run());
    group.spawn("backlog", state.backlog.run());
    group.spawn("gates", state.watch_gates());
    if (state.channels.empty()) {
        group.spawn("discard", state.discard());
    }
    for (const auto& channel : state.channels) {
        group.spawn("channel", channel->run());
    }
    co_await group.wait();
}

}  // namespace faultline::delivery
