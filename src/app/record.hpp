// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>

#include <app/daemon_config.hpp>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

namespace faultline::app {

struct Record {
    std::string tape;                 ///< The file to write; must not exist.
    std::string chain;                ///< Empty: the only one that is configured.
    std::uint64_t truth_every = 0;    ///< Ask for truth at every n-th live block; 0 is never.
    std::optional<eth::BlockNum> to;  ///< Ends once this block is written.
};

/// Follows one chain from its start block as the daemon does, keeping no state on disk, and writes
/// what the node said to a tape, until told to stop (SIGINT, SIGTERM), `to` is reached, or it
/// cannot go on. Returns an ExitCode as its number. Once per process, from the main thread.
int record(const DaemonConfig& config, const Record& asked, std::ostream& out, std::ostream& err);

}  // namespace faultline::app
