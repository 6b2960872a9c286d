// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/runtime/backoff.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/random.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <functional>
#include <optional>
#include <string>

namespace faultline::app {

/// How long a command that has to get an answer asks again. What may pass is waited for without
/// end, saying so; what the other side does not have for two minutes, and what it refuses for two
/// rounds, it will not give.
class Patience {
  public:
    /// All outlive it; `say` gets a line.
    Patience(
        runtime::Clock& clock, runtime::Random& random, std::function<void(const std::string&)> say
    );

    /// Waits; then ask again. The error itself when that makes no sense any more.
    runtime::Task<Result<void>> after(Error error);

    /// It was answered.
    void answered();

  private:
    runtime::Clock& clock_;
    runtime::Random& random_;
    std::function<void(const std::string&)> say_;
    runtime::Backoff backoff_;
    std::optional<Instant> missing_since_;
    unsigned refused_ = 0;
};

}  // namespace faultline::app
