// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/shell/runtime/random.hpp>

namespace faultline::runtime {

/// Exponential backoff with full jitter between half and the whole of the current step.
class Backoff {
  public:
    struct Options {
        Duration first = std::chrono::milliseconds(200);
        Duration longest = std::chrono::seconds(30);
    };

    explicit Backoff(Options options);

    /// The next wait; doubles the step. `at_least` (say a Retry-After) wins when it is longer.
    Duration next(Random& random, Duration at_least = Duration::zero());
    void reset();

  private:
    Options options_;
    Duration step_;
};

}  // namespace faultline::runtime
