// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <app/daemon_config.hpp>

namespace faultline::app {

/// Runs the daemon until it is told to stop (SIGINT, SIGTERM) or cannot go on. Returns an ExitCode
/// as its number; kUsage and kInvalidConfig are never among them. Call once per process, from the
/// main thread, before any other thread exists.
int run_daemon(const DaemonConfig& config);

}  // namespace faultline::app
