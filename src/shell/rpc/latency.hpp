// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>

#include <array>
#include <cstddef>
#include <optional>

namespace faultline::rpc {

/// How long an endpoint usually takes for one kind of request, from its last 64 answers.
class Latency {
  public:
    void add(Duration took);

    /// Nineteen of twenty answers came within this. nullopt below 16 answers: too few to tell.
    [[nodiscard]] std::optional<Duration> p95() const;

    /// A moving average; zero before the first answer.
    [[nodiscard]] Duration typical() const noexcept { return typical_; }

  private:
    static constexpr std::size_t kKept = 64;

    std::array<Duration, kKept> last_{};
    std::size_t seen_ = 0;
    Duration typical_{};
};

}  // namespace faultline::rpc
