// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/config/document.hpp>

#include <iosfwd>
#include <memory>

namespace CLI {
class App;
}

namespace faultline::app {

/// `faultline import`: its commands and where their arguments go.
class ImportCommand {
  public:
    explicit ImportCommand(CLI::App& top);
    ImportCommand(const ImportCommand&) = delete;
    ImportCommand& operator=(const ImportCommand&) = delete;
    ~ImportCommand();

    /// One of its commands was.
    [[nodiscard]] bool given() const;

    /// Writes the configuration to a new folder, and says what could not be carried over. Returns
    /// an ExitCode as its number. @pre given()
    int act(const config::Surroundings& surroundings, std::ostream& out, std::ostream& err) const;

  private:
    struct Values;
    std::unique_ptr<Values> values_;
};

}  // namespace faultline::app
