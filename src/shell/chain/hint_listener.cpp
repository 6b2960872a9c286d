// SPDX-License-Identifier: Apache-2.0
#include "shell/chain/hint_listener.hpp"

#include <faultline/shell/runtime/deadline.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

namespace faultline::chain {

namespace {

/// Short enough to be heard again within a minute. Doubles while opening it again changes nothing.
constexpr Duration kFirstSilence = std::chrono::seconds(30);
constexpr Duration kLongestSilence = std::chrono::minutes(4);
constexpr Duration kWatchInterval = std::chrono::seconds(5);
/// One block may have been announced a moment before polling saw it; two were not.
constexpr eth::BlockNum kMissedBlocks = 2;

}  // namespace

HintListener::HintListener(
    const FollowerParts& parts,
    const rpc::EndpointOptions& endpoint,
    ChainMetrics& metrics,
    const HeadStatus& status,
    HeadTracker& heads
)
    : parts_(parts),
      endpoint_(endpoint),
      metrics_(metrics),
      status_(status),
      heads_(heads),
      backoff_(runtime::Backoff::Options{}),
      silence_(kFirstSilence) {}

runtime::Task<> HintListener::run() {
    // Endless by design; ends by cancellation.
    for (;;) {
        const ReconnectReason reason = co_await listen();
        report(reason, error_);
        co_await parts_.clock.sleep(backoff_.next(parts_.random));
    }
}

runtime::Task<ReconnectReason> HintListener::listen() {
    auto opening = rpc::subscribe_heads(endpoint_, parts_.connector);
    auto stream = co_await runtime::with_deadline(
        parts_.clock,
        endpoint_.request_timeout,
        "subscribe to newHeads of " + endpoint_.name,
        std::move(opening)
    );
    if (!stream) {
        error_ = stream.error().message();
        co_return ReconnectReason::kConnect;
    }
    end_ = ReconnectReason::kClosed;
    heard();
    runtime::TaskGroup group;
    group.spawn("newHeads reader", read(**stream, group));
    group.spawn("newHeads watchdog", watch(group));
    co_await group.wait();
    co_return end_;
}

runtime::Task<> HintListener::read(rpc::HeadStream& stream, runtime::TaskGroup& group) {
    // Endless while the socket lives; leaves with its first error.
    for (;;) {
        auto hint = co_await stream.next();
        if (!hint) {
            error_ = hint.error().message();
            group.cancel();
            co_return;
        }
        if (!logged_.empty()) {
            parts_.log.info(
                "newheads_recovered",
                "newHeads notifications arrive again",
                {{"endpoint", endpoint_.name}}
            );
            logged_.clear();
        }
        backoff_.reset();
        silence_ = kFirstSilence;
        heard();
        heads_.hint(hint->ref);
    }
}

runtime::Task<> HintListener::watch(runtime::TaskGroup& group) {
    // Endless while the socket speaks; leaves when it is found silent.
    for (;;) {
        co_await parts_.clock.sleep(kWatchInterval);
        if (!status_.latest) {
            continue;
        }
        if (!polled_when_heard_) {
            polled_when_heard_ = status_.latest->number;
        }
        const bool moved = status_.latest->number >= *polled_when_heard_ + kMissedBlocks;
        if (moved && parts_.clock.now() - heard_at_ >= silence_) {
            silence_ = std::min(silence_ * 2, kLongestSilence);
            end_ = ReconnectReason::kSilent;
            error_ =
                "no notification while the head moved to " + std::to_string(status_.latest->number);
            group.cancel();
            co_return;
        }
    }
}

void HintListener::heard() {
    heard_at_ = parts_.clock.now();
    polled_when_heard_.reset();
    if (status_.latest) {
        polled_when_heard_ = status_.latest->number;
    }
}

void HintListener::report(ReconnectReason reason, const std::string& error) {
    metrics_.reconnects(endpoint_.name, reason).add();
    if (error != logged_) {
        logged_ = error;
        parts_.log.warn(
            "newheads_lost",
            "newHeads is lost; polling goes on while it is opened again",
            {{"endpoint", endpoint_.name},
             {"reason", reconnect_reason_name(reason)},
             {"error", error}}
        );
    }
}

}  // namespace faultline::chain
