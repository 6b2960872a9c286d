// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/task_group.hpp>

namespace faultline::app {

/// Runs `service` until SIGINT or SIGTERM arrives, and then until it has wound down. For the small
/// servers of the command line; the daemon has its own order of ending.
/// @pre loop.catch_signals() was called; the loop outlives it
runtime::Task<> serve_until_signal(runtime::Loop& loop, runtime::Task<> service);

/// Waits for `all`, whose tasks end it by cancelling it. The first signal cancels it too, the
/// second ends the process at once.
/// @pre as above; `all` outlives the await
runtime::Task<> wait_or_signal(runtime::Loop& loop, runtime::TaskGroup& all);

}  // namespace faultline::app
