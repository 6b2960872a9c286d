// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <optional>
#include <string>
#include <utility>

namespace faultline::runtime {

namespace detail {

/// Awaits `task`; when `limit` passes first, cancels it and awaits its end. Returns either way.
Task<> end_within(Clock& clock, Duration limit, Task<> task);

/// kTransient "<what> took longer than <limit>".
Error too_slow(const std::string& what, Duration limit);

template <class T>
Task<> keep_result(Task<Result<T>> task, std::optional<Result<T>>& kept) {
    kept.emplace(co_await std::move(task));
}

}  // namespace detail

template <class T>
Task<Result<T>> with_deadline(
    Clock& clock, Duration limit, std::string what, Task<Result<T>> task
) {
    std::optional<Result<T>> result;
    co_await detail::end_within(clock, limit, detail::keep_result(std::move(task), result));
    if (result) {
        co_return std::move(*result);
    }
    co_return detail::too_slow(what, limit);
}

}  // namespace faultline::runtime
