// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/shell/runtime/task.hpp>

namespace faultline::runtime {

/// The only way product code learns the time or waits. Real in the daemon, simulated in tests/sim.
/// Thread: loop.
class Clock {
  public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;

    [[nodiscard]] virtual Instant now() const = 0;
    [[nodiscard]] virtual UnixMillis wall_now() const = 0;
    /// Returns after at least `duration`; throws only when cancelled.
    [[nodiscard]] virtual Task<> sleep(Duration duration) = 0;
};

}  // namespace faultline::runtime
