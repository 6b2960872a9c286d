// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>

#include <app/daemon_config.hpp>
#include <optional>
#include <ostream>
#include <string>

namespace faultline::app {

struct BootstrapCommand {
    std::string chain;  ///< Empty: the only one that is configured.
    /// Who holds or owes anything, an address a line; empty: they are searched for in logs, too.
    std::string accounts_file;
    /// Where that search begins: at the earliest deployment of the markets when this is not given,
    /// and at block 0 where that is not known either.
    std::optional<eth::BlockNum> search_from;
    bool again = false;  ///< Begin an unfinished one anew, at a newer block.
};

/// Reads the markets of one chain at its finalized block by view calls, and leaves a store from
/// which `faultline run` follows on. Killed or stopped, it goes on where it ended. Refuses a store
/// that has blocks. Returns an ExitCode as its number. Once per process, from the main thread.
int bootstrap(
    const DaemonConfig& config, const BootstrapCommand& asked, std::ostream& out, std::ostream& err
);

}  // namespace faultline::app
