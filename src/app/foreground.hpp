// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task.hpp>

namespace faultline::app {

/// Runs `service` until SIGINT or SIGTERM arrives, and then until it has wound down. For the small
/// servers of the command line; the daemon has its own order of ending.
/// @pre loop.catch_signals() was called; the loop outlives it
runtime::Task<> serve_until_signal(runtime::Loop& loop, runtime::Task<> service);

}  // namespace faultline::app
