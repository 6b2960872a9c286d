// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <app/daemon_config.hpp>
#include <iosfwd>
#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace faultline::app {

/// `faultline alert test`, and where its arguments go.
class AlertCommand {
  public:
    /// `alert` is `faultline alert`, which has commands of others, too.
    explicit AlertCommand(CLI::App& alert);
    AlertCommand(const AlertCommand&) = delete;
    AlertCommand& operator=(const AlertCommand&) = delete;
    ~AlertCommand();

    /// Whether it was.
    [[nodiscard]] bool given() const;
    /// The configuration. @pre given()
    [[nodiscard]] const std::string& file() const;

    /// Sends a test alert to a receiver as the daemon would, and says what was sent and answered.
    /// Returns an ExitCode as its number. @pre given()
    int act(const DaemonConfig& config, std::ostream& out, std::ostream& err) const;

  private:
    struct Values;
    std::unique_ptr<Values> values_;
};

}  // namespace faultline::app
