// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <app/daemon_config.hpp>
#include <ostream>
#include <string>

namespace faultline::app {

struct Resync {
    std::string chain;  ///< Empty: the only one that is configured.
};

/// Moves a chain's store out of the way, so that the next run follows from the chain's start block:
/// the way out when a reorg went deeper than the undo window. Nothing is deleted. Refuses while a
/// daemon has the store open. Returns an ExitCode as its number.
int resync(const DaemonConfig& config, const Resync& asked, std::ostream& out, std::ostream& err);

}  // namespace faultline::app
