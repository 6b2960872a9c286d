// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/simnode/simnode.hpp>

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace faultline::app {

/// `faultline simnode`: its options and where their values go.
class SimNodeCommand {
  public:
    explicit SimNodeCommand(CLI::App& top);
    SimNodeCommand(const SimNodeCommand&) = delete;
    SimNodeCommand& operator=(const SimNodeCommand&) = delete;
    ~SimNodeCommand();

    [[nodiscard]] bool given() const;

    /// What was asked for; kInvalid or kUnavailable for a fault or a file of faults that is wrong.
    [[nodiscard]] Result<simnode::Options> options() const;

  private:
    struct Values;
    std::unique_ptr<Values> values_;
};

/// Serves until Ctrl-C. Says on `out` where it listens and what the tape tells. Returns an ExitCode
/// as its number.
int run_simnode(simnode::Options options, std::ostream& out, std::ostream& err);

}  // namespace faultline::app
