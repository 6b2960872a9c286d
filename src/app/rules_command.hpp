// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/config/document.hpp>

#include <app/daemon_config.hpp>
#include <iosfwd>
#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace faultline::app {

/// `faultline rules`: its commands and where their arguments go. They return an ExitCode as its
/// number.
class RulesCommand {
  public:
    explicit RulesCommand(CLI::App& top);
    RulesCommand(const RulesCommand&) = delete;
    RulesCommand& operator=(const RulesCommand&) = delete;
    ~RulesCommand();

    /// One of its commands was.
    [[nodiscard]] bool given() const;
    /// list and explain do.
    [[nodiscard]] bool needs_config() const;
    /// The configuration. @pre needs_config()
    [[nodiscard]] const std::string& file() const;

    /// @pre needs_config()
    int act(const DaemonConfig& config, std::ostream& out, std::ostream& err) const;
    /// @pre !needs_config()
    int act(const config::Surroundings& surroundings, std::ostream& out, std::ostream& err) const;

  private:
    struct Values;
    std::unique_ptr<Values> values_;
};

}  // namespace faultline::app
