// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/config/document.hpp>

#include <app/bootstrap.hpp>
#include <app/daemon_config.hpp>
#include <app/dexposure_metrics.hpp>
#include <app/dexposure_stress.hpp>
#include <app/graph_export.hpp>
#include <app/operator_command.hpp>
#include <app/record.hpp>
#include <app/replay.hpp>
#include <app/resync.hpp>
#include <app/simnode_command.hpp>
#include <app/sink_command.hpp>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

namespace faultline::app {

/// What the command line reaches for; replaced in tests.
struct CommandLinePorts {
    std::ostream& out;  ///< What was asked for.
    std::ostream& err;  ///< What went wrong, and warnings.
    config::Surroundings surroundings;
    std::function<int(const DaemonConfig&)> run;  ///< run_daemon
    std::function<int(const ReplayTape&)> replay_tape;
    std::function<int(const DaemonConfig&, const ReplayBlocks&)> replay_blocks;
    std::function<int(const DaemonConfig&, const Record&)> record;
    std::function<int(const DaemonConfig&, const BootstrapCommand&)> bootstrap;
    std::function<int(const DaemonConfig&, const Resync&)> resync;
    std::function<int(const DaemonConfig&, const GraphExport&)> graph_export;
    std::function<int(const DexposureMetrics&, std::ostream& out, std::ostream& err)>
        dexposure_metrics = app::dexposure_metrics;
    std::function<int(const DexposureStress&, std::ostream& out, std::ostream& err)>
        dexposure_stress = app::dexposure_stress;
    std::function<int(simnode::Options, std::ostream& out, std::ostream& err)> simnode =
        run_simnode;
    std::function<int(const DaemonRequest&, std::ostream& out, std::ostream& err)> ask_daemon =
        app::ask_daemon;
    std::function<int(const SinkOptions&, std::ostream& out, std::ostream& err)> sink = run_sink;
};

/// Does what `arguments` (without the program's name) ask for. Returns an ExitCode as its number.
int command_line(const std::vector<std::string>& arguments, const CommandLinePorts& ports);

}  // namespace faultline::app
