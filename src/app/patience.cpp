// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/runtime/backoff.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/random.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <app/patience.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <utility>

namespace faultline::app {
namespace {

using namespace std::chrono_literals;

constexpr Duration kMissingFor = 2min;
/// One endpoint of several may be the one that refuses.
constexpr unsigned kMostRefusals = 2;

}  // namespace

Patience::Patience(
    runtime::Clock& clock, runtime::Random& random, std::function<void(const std::string&)> say
)
    : clock_(clock),
      random_(random),
      say_(std::move(say)),
      backoff_({.first = 500ms, .longest = 30s}) {}

runtime::Task<Result<void>> Patience::after(Error error) {
    if (error.code() == Code::kMissing) {
        const Instant now = clock_.now();
        if (now - missing_since_.value_or(now) >= kMissingFor) {
            co_return error;
        }
        missing_since_ = missing_since_.value_or(now);
    } else if (error.code() == Code::kRejected) {
        if (++refused_ >= kMostRefusals) {
            co_return error;
        }
    } else if (error.code() != Code::kTransient && error.code() != Code::kRateLimited &&
               error.code() != Code::kMalformed) {
        co_return error;
    }
    const Duration wait = backoff_.next(random_, std::chrono::milliseconds(error.retry_after_ms()));
    say_(
        "asking again in " +
        std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(wait).count()) +
        " ms: " + error.message()
    );
    co_await clock_.sleep(wait);
    co_return Result<void>();
}

void Patience::answered() {
    backoff_.reset();
    missing_since_.reset();
    refused_ = 0;
}

}  // namespace faultline::app
