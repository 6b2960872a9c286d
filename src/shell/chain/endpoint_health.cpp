// SPDX-License-Identifier: Apache-2.0
#include "shell/chain/endpoint_health.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace faultline::chain {

namespace {

/// A block announced a moment ago is usually there a moment later, on this backend or on the next.
/// One that fails its checks is taken after some more tries: no time to wait ever longer for them.
constexpr runtime::Backoff::Options kShortWaits{
    .first = std::chrono::milliseconds(100), .longest = std::chrono::seconds(4)
};
/// Errors of one kind in other words (a request id, a time) are said again after this.
constexpr Duration kRewordedPause = std::chrono::minutes(1);
/// An endpoint that asks for a longer pause is asked again after this; it may say so again.
constexpr std::int64_t kLongestRetryAfterMs = 10L * 60 * 1000;

}  // namespace

EndpointHealth::EndpointHealth(
    const FollowerParts& parts, ChainMetrics& metrics, HeadStatus& status
)
    : parts_(parts),
      metrics_(metrics),
      status_(status),
      backoff_(runtime::Backoff::Options{}),
      short_backoff_(kShortWaits) {}

runtime::Task<> EndpointHealth::wait_after(Error error) {
    metrics_.endpoint_errors(error.code()).add();
    ++failures_;
    status_.last_error = error.message();
    const bool missing = error.code() == Code::kMissing;
    const bool fails_checks = error.code() == Code::kMalformed;
    runtime::Backoff& backoff = missing || fails_checks ? short_backoff_ : backoff_;
    const std::chrono::milliseconds asked(
        std::clamp<std::int64_t>(error.retry_after_ms(), 0, kLongestRetryAfterMs)
    );
    const Duration pause = backoff.next(parts_.random, asked);
    // Missing once is everyday life on a load balancer; missing again is worth a line.
    const bool another = logged_.empty() || error.code() != logged_code_;
    const bool reworded =
        status_.last_error != logged_ && parts_.clock.now() - logged_at_ >= kRewordedPause;
    if ((another || reworded) && (!missing || failures_ > 3)) {
        logged_ = status_.last_error;
        logged_code_ = error.code();
        logged_at_ = parts_.clock.now();
        parts_.log.warn(
            "endpoint_error",
            "the endpoint failed; trying again until it answers",
            {{"endpoint", parts_.node.name()},
             {"code", code_name(error.code())},
             {"error", status_.last_error},
             {"retry_in_ms", std::chrono::duration_cast<std::chrono::milliseconds>(pause).count()}}
        );
    }
    co_await parts_.clock.sleep(pause);
}

void EndpointHealth::worked() {
    if (!logged_.empty()) {
        parts_.log.info(
            "endpoint_recovered",
            "the endpoint answers again",
            {{"endpoint", parts_.node.name()}, {"failures", failures_}}
        );
        logged_.clear();
    }
    failures_ = 0;
    status_.last_error.clear();
    backoff_.reset();
    short_backoff_.reset();
}

}  // namespace faultline::chain
