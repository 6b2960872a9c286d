// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/config/document.hpp>

#include <app/bootstrap.hpp>
#include <app/command_line.hpp>
#include <app/daemon.hpp>
#include <app/daemon_config.hpp>
#include <app/exit_code.hpp>
#include <app/graph_export.hpp>
#include <app/record.hpp>
#include <app/replay.hpp>
#include <app/resync.hpp>
#include <csignal>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

int main(int argc, char** argv) {
    using namespace faultline;
    // Whoever reads our output may go away; following a chain goes on.
    static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
    try {
        const app::CommandLinePorts ports{
            .out = std::cout,
            .err = std::cerr,
            .surroundings = config::process_surroundings(),
            .run = app::run_daemon,
            .replay_tape = [](const app::ReplayTape& asked
                           ) { return app::replay_tape(asked, std::cout, std::cerr); },
            .replay_blocks = [](const app::DaemonConfig& config, const app::ReplayBlocks& asked
                             ) { return app::replay_blocks(config, asked, std::cout, std::cerr); },
            .record = [](const app::DaemonConfig& config, const app::Record& asked
                      ) { return app::record(config, asked, std::cout, std::cerr); },
            .bootstrap = [](const app::DaemonConfig& config, const app::BootstrapCommand& asked
                         ) { return app::bootstrap(config, asked, std::cout, std::cerr); },
            .resync = [](const app::DaemonConfig& config, const app::Resync& asked
                      ) { return app::resync(config, asked, std::cout, std::cerr); },
            .graph_export = [](const app::DaemonConfig& config, const app::GraphExport& asked
                            ) { return app::graph_export(config, asked, std::cout, std::cerr); },
        };
        return app::command_line(
            std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc), ports
        );
    } catch (const std::exception& error) {
        std::cerr << "faultline: " << error.what() << '\n';
        return app::exit_status(app::ExitCode::kFailed);
    }
}
