// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/net/server.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/rpc/tape_block.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>     // IWYU pragma: keep (defines what App.hpp only declares)
#include <CLI/Formatter.hpp>  // IWYU pragma: keep (the same)
#include <algorithm>
#include <app/exit_code.hpp>
#include <app/foreground.hpp>
#include <app/sink_command.hpp>
#include <exception>
#include <fstream>
#include <ostream>
#include <string>
#include <utility>

namespace faultline::app {
namespace {

/// Prints what it is sent and keeps it.
class Sink {
  public:
    Sink(std::ostream& out, std::ofstream* file) : out_(out), file_(file) {}

    runtime::Task<net::HttpResponse> take(net::HttpRequest request) {
        net::HttpResponse response;
        if (request.method != "POST") {
            response.status = 405;
            response.headers.emplace_back("Allow", "POST");
            co_return response;
        }
        const auto transition = rpc::text_field(request.body, "transition");
        if (!transition) {
            response.status = 400;
            response.body = "not the JSON of an alert: it has no \"transition\"\n";
            co_return response;
        }
        response.status = 204;
        show(*transition, request.body);
        if (file_ != nullptr) {
            *file_ << request.body << std::endl;
            if (!*file_) {
                response.status = 500;
            }
        }
        co_return response;
    }

  private:
    void show(std::string transition, const std::string& body) {
        std::ranges::transform(transition, transition.begin(), [](char c) {
            return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        });
        out_ << transition << ' ' << rpc::text_field(body, "summary").value_or("") << '\n'
             << body << std::endl;
    }

    std::ostream& out_;
    std::ofstream* file_;
};

}  // namespace

SinkCommand::SinkCommand(CLI::App& top)
    : app_(top.add_subcommand("sink", "A webhook receiver that prints the alerts it is sent")),
      options_(std::make_unique<SinkOptions>()) {
    app_->add_option("--listen", options_->listen, "Where to receive; port 0 takes a free one")
        ->capture_default_str()
        ->type_name("HOST:PORT");
    app_->add_option("--file", options_->file, "Append the JSON of each to this file")
        ->type_name("FILE");
}

bool SinkCommand::given() const {
    return app_->parsed();
}

int run_sink(const SinkOptions& options, std::ostream& out, std::ostream& err) {
    const auto log = obs::make_stderr_log(obs::Level::kInfo, obs::LogFormat::kText);
    runtime::Loop loop;
    loop.catch_signals();
    std::ofstream file;
    if (!options.file.empty()) {
        file.open(options.file, std::ios::app);
        if (!file) {
            err << "faultline sink: cannot write " << options.file << '\n';
            return exit_status(ExitCode::kCannotStart);
        }
    }
    Sink sink(out, options.file.empty() ? nullptr : &file);
    net::ServerOptions server_options;
    server_options.listen_setting = "--listen";
    auto server = net::make_http_server(
        options.listen,
        [&sink](net::HttpRequest request) { return sink.take(std::move(request)); },
        *log,
        std::move(server_options)
    );
    if (!server) {
        err << "faultline sink: " << server.error().message() << '\n';
        return exit_status(ExitCode::kCannotStart);
    }
    out << "listening on http://" << options.listen.substr(0, options.listen.rfind(':')) << ':'
        << (*server)->port() << "/alerts" << std::endl;
    try {
        loop.run(serve_until_signal(loop, (*server)->run()));
    } catch (const std::exception& error) {
        err << "faultline sink: stopped by an unexpected failure: " << error.what() << '\n';
        return exit_status(ExitCode::kFailed);
    }
    return exit_status(ExitCode::kOk);
}

}  // namespace faultline::app
