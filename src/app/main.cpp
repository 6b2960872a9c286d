// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/config/document.hpp>

#include <app/command_line.hpp>
#include <app/daemon.hpp>
#include <app/exit_code.hpp>
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
        };
        return app::command_line(
            std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc), ports
        );
    } catch (const std::exception& error) {
        std::cerr << "faultline: " << error.what() << '\n';
        return app::exit_status(app::ExitCode::kFailed);
    }
}
