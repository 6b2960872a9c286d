// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/runtime/clock.hpp>

#include <chrono>

namespace faultline::runtime {

/// The clocks of the machine. `now()` counts from construction. Thread: loop.
class RealClock final : public Clock {
  public:
    [[nodiscard]] Instant now() const override;
    [[nodiscard]] UnixMillis wall_now() const override;
    [[nodiscard]] Task<> sleep(Duration duration) override;

  private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace faultline::runtime
