// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace faultline::app {

struct SinkOptions {
    std::string listen = "127.0.0.1:9465";
    std::string file;  ///< Each body is appended to it; empty: nowhere.
};

/// `faultline sink`: its options and where their values go.
class SinkCommand {
  public:
    explicit SinkCommand(CLI::App& top);

    [[nodiscard]] bool given() const;

    [[nodiscard]] const SinkOptions& options() const { return *options_; }

  private:
    CLI::App* app_;
    std::unique_ptr<SinkOptions> options_;  ///< CLI11 points to it.
};

/// A webhook receiver for trying things out: prints what it is sent, until Ctrl-C. Answers 204 to
/// JSON objects and 400 to anything else. Returns an ExitCode as its number.
int run_sink(const SinkOptions& options, std::ostream& out, std::ostream& err);

}  // namespace faultline::app
