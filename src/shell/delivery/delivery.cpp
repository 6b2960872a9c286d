// SPDX-License-Identifier: Apache-2.0
#include "backlog.hpp"
#include "channel.hpp"
#include "outbox.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/delivery/delivery.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/backoff.hpp>
#include <faultline/shell/runtime/event.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/task_group.hpp>
#include <faultline/shell/store/store.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
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
    void say_dead_letters() const;
    runtime::Task<> discard();
    runtime::Task<> watch_finality();

    DeliveryOptions options;
    DeliveryParts parts;
    Outbox outbox;
    Backlog backlog;
    std::vector<std::unique_ptr<Channel>> channels;
    runtime::Event discardable;
};

Delivery::State::State(DeliveryOptions the_options, DeliveryParts the_parts)
    : options(std::move(the_options)),
      parts(the_parts),
      outbox(
          {.store = parts.store,
           .committer = parts.committer,
           .clock = parts.clock,
           .random = parts.random,
           .log = parts.log},
          names_of(options.receivers)
      ),
      backlog(outbox, parts.clock, parts.log, parts.metrics, options.chain_name) {
    outbox.on_deleted([this](std::uint64_t sequence) { backlog.deleted(sequence); });
    for (Outbox::Receiver i = 0; i < options.receivers.size(); ++i) {
        channels.push_back(std::make_unique<Channel>(options, i, outbox, parts));
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

void Delivery::State::say_dead_letters() const {
    constexpr std::size_t kMostCounted = 10'000;
    std::size_t count = 0;
    const auto scanned = parts.store.scan(store::Family::kDead, {}, [&](BytesView, BytesView) {
        return ++count < kMostCounted;
    });
    if (scanned && count > 0) {
        parts.log.warn(
            "dead_letters_present",
            "Earlier alerts were given up and are kept as dead letters",
            {{"chain", options.chain_name}, {"count", count}}
        );
    }
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

/// Finality moves in minutes, and also while no block comes, so nobody needs to tell us.
runtime::Task<> Delivery::State::watch_finality() {
    constexpr Duration kInterval = std::chrono::seconds(2);
    // Endless: ends by cancellation.
    for (;;) {
        co_await parts.clock.sleep(kInterval);
        for (const auto& channel : channels) {
            channel->finality_moved();
        }
    }
}

Delivery::Delivery(DeliveryOptions options, DeliveryParts parts)
    : state_(std::make_unique<State>(std::move(options), parts)) {}

Delivery::~Delivery() = default;

void Delivery::notify() {
    state_->backlog.notify();
    state_->discardable.notify();
    for (const auto& channel : state_->channels) {
        channel->notify();
    }
}

runtime::Task<> Delivery::run() {
    State& state = *state_;
    co_await state.outbox.recover();
    state.say_dead_letters();
    state.note_age_of_oldest();
    runtime::TaskGroup group;
    group.spawn("outbox", state.outbox.run());
    group.spawn("backlog", state.backlog.run());
    group.spawn("finality", state.watch_finality());
    if (state.channels.empty()) {
        group.spawn("discard", state.discard());
    }
    for (const auto& channel : state.channels) {
        group.spawn("channel", channel->run());
    }
    co_await group.wait();
}

}  // namespace faultline::delivery
