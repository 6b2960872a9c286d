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

/// `faultline outbox`: its commands and where their arguments go. Looking reads the store, also
/// while a daemon has it open; what changes it is done in the store, or asked of the daemon that
/// has it open.
class OutboxCommand {
  public:
    explicit OutboxCommand(CLI::App& top);
    OutboxCommand(const OutboxCommand&) = delete;
    OutboxCommand& operator=(const OutboxCommand&) = delete;
    ~OutboxCommand();

    /// One of its commands was.
    [[nodiscard]] bool given() const;
    /// The configuration. @pre given()
    [[nodiscard]] const std::string& file() const;

    /// Returns an ExitCode as its number. @pre given()
    int act(const DaemonConfig& config, std::ostream& out, std::ostream& err) const;

  private:
    struct Values;
    std::unique_ptr<Values> values_;
};

}  // namespace faultline::app
