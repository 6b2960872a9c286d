// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>

#include <cstdint>

namespace faultline::rpc {

/// Whether an endpoint is asked at all. After three failures in a row it is left alone, first for a
/// second, then for twice as long each time up to 30 seconds; when that is over one request goes to
/// it and decides. A quarantine, for an endpoint that contradicts the others, lasts as long as it
/// says.
class Breaker {
  public:
    enum class State : std::uint8_t {
        kClosed,       ///< Asked as any other.
        kHalfOpen,     ///< Due for one request that decides.
        kOpen,         ///< Left alone.
        kQuarantined,  ///< Left alone whatever happens.
    };

    [[nodiscard]] State state(Instant now) const;

    /// When the next request may go to it. @pre state() is not kClosed
    [[nodiscard]] Instant due() const noexcept { return due_; }

    /// A request goes to it. While it is not closed, that is the one that decides; true then.
    bool began(Instant now);
    /// An answer came. True when that closed it.
    bool succeeded(Instant now);
    /// A request failed, or was outrun by one that was asked later. True when that opened it.
    bool failed(Instant now);
    void quarantine(Instant now, Duration time);

  private:
    bool closed_ = true;
    bool quarantined_ = false;
    bool probing_ = false;
    int failures_ = 0;
    int openings_ = 0;
    Instant due_;
};

}  // namespace faultline::rpc
