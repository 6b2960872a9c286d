// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>

#include <cstddef>

namespace faultline::rpc {

/// How many JSON-RPC calls per second one endpoint is asked for: a token bucket whose rate falls by
/// 30 % when the endpoint says "too many" and rises slowly while it serves (AIMD). Without a
/// configured rate there is no limit until the first refusal, which sets one from what was being
/// asked. A batch counts every call in it, as providers do.
class Budget {
  public:
    /// `most_per_s` is the configured ceiling; 0: none.
    Budget(double most_per_s, Instant now);

    /// How long until the next request may go; zero when it may go now. Never more than the longest
    /// pause a refusal can set (10 minutes) and without a pause never more than 4 seconds.
    [[nodiscard]] Duration wait(Instant now) const;
    /// How long until all of a second's calls are left, as after a while without requests: for what
    /// nobody waits for. The bound is that of wait() and a second.
    [[nodiscard]] Duration wait_for_leisure(Instant now) const;
    /// A request with that many calls goes out.
    void spend(Instant now, std::size_t calls);
    /// An answer came that was no refusal.
    void served(Instant now);
    /// The endpoint refused for the number of requests and asked for a pause, or for none (0): then
    /// pauses double from one second to 30, which is also what a used-up quota costs.
    void refused(Instant now, Duration asked);

    /// Calls per second; 0 while there is no limit.
    [[nodiscard]] double rate() const noexcept { return rate_; }

  private:
    [[nodiscard]] double tokens(Instant now) const;
    [[nodiscard]] Duration wait_until(Instant now, double tokens_left) const;

    double most_per_s_;
    double rate_;         ///< 0: no limit.
    double ceiling_ = 0;  ///< The rate that was refused last.
    double tokens_;
    Instant tokens_at_;
    double demand_ = 0;  ///< Calls per second asked for lately.
    Instant demand_at_;
    Instant grown_at_;
    Instant refused_at_;
    Instant paused_until_;
    int refusals_ = 0;  ///< Since an answer came.
};

}  // namespace faultline::rpc
