// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/shell/config/document.hpp>

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace faultline::app {

/// A request to a running daemon, and what of its answer people are shown.
struct DaemonRequest {
    enum class Shows : std::uint8_t {
        kSilence,
        kSilences,  ///< Those that are not over.
        kAllSilences,
        kAcknowledged
    };

    std::string api;  ///< "http://127.0.0.1:9464"
    std::string method = "GET";
    std::string target;  ///< "/v1/silences"
    std::string body;    ///< JSON; empty: none.
    Shows shows = Shows::kSilence;
};

/// `faultline silence` and `faultline alert ack`: their commands and where their arguments go.
class OperatorCommand {
  public:
    /// `alert` is `faultline alert`, which has commands of others, too.
    OperatorCommand(CLI::App& top, CLI::App& alert);
    OperatorCommand(const OperatorCommand&) = delete;
    OperatorCommand& operator=(const OperatorCommand&) = delete;
    ~OperatorCommand();

    /// One of its commands was.
    [[nodiscard]] bool given() const;

    /// "silence" or "alert ack", for messages. @pre given()
    [[nodiscard]] const char* name() const;

    /// Whoever does not say who they are is the user of the environment. kInvalid: there is none.
    /// @pre given()
    [[nodiscard]] Result<DaemonRequest> request(const config::Surroundings& surroundings) const;

  private:
    struct Values;
    std::unique_ptr<Values> values_;
};

/// Asks the daemon, and shows what it answered. Returns an ExitCode as its number.
int ask_daemon(const DaemonRequest& request, std::ostream& out, std::ostream& err);

/// What people are shown of an answer with status 200: a line each. kMalformed: it is none.
Result<std::string> answer_text(const std::string& body, DaemonRequest::Shows shows);

}  // namespace faultline::app
