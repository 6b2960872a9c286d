// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/runtime/task.hpp>

#include <exception>

namespace faultline::runtime {

/// Unwinds the calling coroutine as a cancelled await does. For awaitables that find out by
/// themselves that they were cancelled.
[[noreturn]] void throw_cancelled();

/// Whether the exception is the unwinding of a cancelled coroutine rather than a failure.
[[nodiscard]] bool is_cancellation(const std::exception_ptr& exception) noexcept;

/// Unwinds the calling coroutine when it has been cancelled, else returns at once. For long work
/// that awaits nothing else, and after an await that reports its cancellation as a value.
Task<> checkpoint();

}  // namespace faultline::runtime
