// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace faultline::app {

/// What the process ends with; service managers and scripts act on it, so the numbers never change
/// (docs/cli.md).
enum class ExitCode : std::uint8_t {
    kOk = 0,             ///< Done, or stopped on request after everything was saved.
    kFailed = 1,         ///< Stopped by itself: the log says why. Restarting may help.
    kUsage = 2,          ///< The command line is wrong.
    kInvalidConfig = 3,  ///< The configuration is wrong: restarting does not help.
    kCannotStart = 4,    ///< Port, disk or endpoint not usable at the start: restarting may help.
    kInterrupted = 130,  ///< A second Ctrl-C ended it before everything was wound down.
};

constexpr int exit_status(ExitCode code) {
    return static_cast<int>(code);
}

}  // namespace faultline::app
