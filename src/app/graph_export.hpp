// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/graph/snapshot.hpp>

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

/// What is wrong with such an `as_of` where one is given, and what to do; empty: nothing.
std::string as_of_fault(const std::string& text);

/// Which holdings of which protocols have no value and so are not in a file of the format
/// "dexposure", as a line for people; empty: none.
std::string left_out_text(const graph::Snapshot& labelled);

/// Writes the exposure graph of a chain's store, also while a daemon has it open. Returns an
/// ExitCode as its number.
int graph_export(
    const DaemonConfig& config, const GraphExport& asked, std::ostream& out, std::ostream& err
);

}  // namespace faultline::app
