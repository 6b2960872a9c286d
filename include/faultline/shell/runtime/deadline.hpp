// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <string>

namespace faultline::runtime {

/// Awaits `task`, but no longer than `limit`: then the task is cancelled and the result is
/// kTransient "<what> took longer than <limit>". Costs about 1.5 us; not for per-log work.
template <class T>
Task<Result<T>> with_deadline(Clock& clock, Duration limit, std::string what, Task<Result<T>> task);

}  // namespace faultline::runtime

#include <faultline/shell/runtime/deadline_impl.hpp>
