// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <app/daemon_config.hpp>
#include <ostream>
#include <string>

namespace faultline::app {

/// How the exposure graph is written.
struct GraphExport {
    std::string chain;   ///< Empty: the only one that is configured.
    std::string format;  ///< "graphml", "gexf", "json", "csv" or "dexposure"
    std::string as_of;   ///< As in the API; empty: the newest.
    std::string out;     ///< A file; for tables the beginning of their names. Empty: `out` below.
};

/// Writes the exposure graph of a chain's store, also while a daemon has it open. Returns an
/// ExitCode as its number.
int graph_export(
    const DaemonConfig& config, const GraphExport& asked, std::ostream& out, std::ostream& err
);

}  // namespace faultline::app
