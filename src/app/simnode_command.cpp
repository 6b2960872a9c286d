// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/runtime/loop.hpp>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>     // IWYU pragma: keep (defines what App.hpp only declares)
#include <CLI/Formatter.hpp>  // IWYU pragma: keep (the same)
#include <algorithm>
#include <app/exit_code.hpp>
#include <app/foreground.hpp>
#include <app/option_checks.hpp>
#include <app/simnode_command.hpp>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

constexpr const char* kAbout = "A simulated node: plays a recorded tape, misbehaves as told";

std::string moment_text(simnode::FaultMoment moment) {
    switch (moment) {
        case simnode::FaultMoment::kRequest:
            return "For each HTTP request:";
        case simnode::FaultMoment::kNotification:
            return "For each notification on a WebSocket:";
        case simnode::FaultMoment::kMove:
            return "For each move of the head:";
    }
    return "";
}

/// What CLI::Range lets pass.
CLI::Validator finite() {
    CLI::Validator check;
    check.operation([](std::string& text) {
        const bool number = std::isfinite(std::strtod(text.c_str(), nullptr));
        return number ? std::string() : "takes a number, not \"" + text + "\"";
    });
    return check;
}

std::string footer() {
    constexpr std::size_t kNameWidth = 13;
    std::string text =
        "\nFaults: --fault KIND[:RATE][@FROM-TO], as often as wanted. RATE is a probability, 0 to "
        "1;\n"
        "FROM-TO are heads of the node between which it strikes, either may be left out.\n";
    const simnode::FaultMoment* last = nullptr;
    for (const auto& one : simnode::fault_descriptions()) {
        if (last == nullptr || *last != one.moment) {
            text += moment_text(one.moment) + "\n";
        }
        last = &one.moment;
        std::string name(one.name);
        name.resize(std::max(name.size() + 1, kNameWidth), ' ');
        std::string rate = std::to_string(one.rate);
        rate.erase(rate.find_last_not_of('0') + 1);
        text += "  " + name + std::string(one.text) + " (" + rate + " unless given)\n";
    }
    return text +
           "The tape's own reorganisations need no fault: they are played where they happened.\n"
           "\nExamples:\n"
           "  faultline simnode --tape deploy/demo/devnet-crash.jsonl.zst --from-head 150\n"
           "  faultline simnode --tape t.zst --from-head end      the whole tape, standing still\n"
           "  faultline simnode --tape t.zst --pace 5 --fault 429:0.2 --fault mute@100-200 --seed "
           "7\n";
}

}  // namespace

struct SimNodeCommand::Values {
    CLI::App* app = nullptr;
    simnode::Options options;
    std::string from_head = "0";
    std::vector<std::string> faults;
    std::string fault_file;
};

SimNodeCommand::SimNodeCommand(CLI::App& top) : values_(std::make_unique<Values>()) {
    Values& to = *values_;
    to.app = top.add_subcommand("simnode", kAbout);
    to.app->footer(footer());
    to.app->add_option("--tape", to.options.tape, "The tape: zstd-compressed JSON Lines")
        ->required()
        ->type_name("FILE");
    to.app->add_option("--listen", to.options.listen, "Where to serve; port 0 takes a free one")
        ->capture_default_str()
        ->type_name("HOST:PORT");
    to.app
        ->add_option(
            "--pace", to.options.blocks_per_second, "Moves of the head a second; 0: it stands still"
        )
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1000.0))
        ->check(finite())
        ->type_name("N");
    to.app
        ->add_option(
            "--from-head", to.from_head, "The head to begin with, a block number or \"end\""
        )
        ->capture_default_str()
        ->type_name("N");
    to.app->add_flag("--wait", to.options.wait_for_client, "Stand still until the first request");
    to.app->add_option("--fault", to.faults, "What goes wrong; see below")
        ->type_name("KIND[:RATE][@FROM-TO]")
        ->allow_extra_args(false);
    to.app->add_option("--fault-file", to.fault_file, "A file with one such fault a line")
        ->type_name("FILE");
    to.app
        ->add_option(
            "--seed", to.options.seed, "Of the faults: the same requests meet the same ones"
        )
        ->capture_default_str()
        ->check(whole_number())
        ->type_name("N");
    to.app
        ->add_option(
            "--tls-cert", to.options.tls_certificate_file, "Serve https and wss: PEM certificate"
        )
        ->type_name("FILE");
    to.app->add_option("--tls-key", to.options.tls_key_file, "Its key, PEM")->type_name("FILE");
    to.app->add_option("--safe", to.options.safe_depth, "Blocks between the head and \"safe\"")
        ->capture_default_str()
        ->check(whole_number())
        ->type_name("N");
    to.app
        ->add_option(
            "--finalized", to.options.finalized_depth, "Blocks between the head and \"finalized\""
        )
        ->capture_default_str()
        ->check(whole_number())
        ->type_name("N");
    to.app
        ->add_option(
            "--max-range", to.options.range_blocks_most, "Widest eth_getLogs in blocks; 0: any"
        )
        ->capture_default_str()
        ->check(whole_number())
        ->type_name("N");
    to.app->add_option("--max-logs", to.options.logs_most, "Most logs in one eth_getLogs; 0: any")
        ->capture_default_str()
        ->check(whole_number())
        ->type_name("N");
}

SimNodeCommand::~SimNodeCommand() = default;

bool SimNodeCommand::given() const {
    return values_->app->parsed();
}

Result<simnode::Options> SimNodeCommand::options() const {
    simnode::Options options = values_->options;
    if (values_->from_head == "end") {
        options.from_head = simnode::kAtEnd;
    } else if (!whole_number()(values_->from_head).empty() ||
               !CLI::detail::lexical_cast(values_->from_head, options.from_head)) {
        return Error(
            Code::kInvalid,
            "--from-head takes a block number or \"end\", not \"" + values_->from_head + "\""
        );
    }
    constexpr double kSlowest = 0.0001;
    if (options.blocks_per_second > 0 && options.blocks_per_second < kSlowest) {
        return Error(
            Code::kInvalid,
            "--pace is 0, or at least one move of the head in 10000 seconds (0.0001)"
        );
    }
    if (!values_->fault_file.empty()) {
        FAULTLINE_TRY(options.faults, simnode::read_fault_file(values_->fault_file));
    }
    for (const std::string& text : values_->faults) {
        FAULTLINE_TRY(options.faults.emplace_back(), simnode::parse_fault(text));
    }
    return options;
}

namespace {

std::string host_of(const std::string& listen) {
    return listen.substr(0, listen.rfind(':'));
}

void introduce(
    std::ostream& out, const simnode::SimNode& node, const std::string& host, bool tls, bool faults
) {
    const std::string at = host + ":" + std::to_string(node.port());
    const std::string http = (tls ? "https://" : "http://") + at;
    out << "tape      " << node.about() << "\n"
        << "chain     id " << node.chain_id() << ", head " << node.head().number
        << ", the tape ends at " << node.last().number << "\n"
        << "serving   " << http << " and " << (tls ? "wss://" : "ws://") << at << "\n";
    if (!faults) {
        out << "try       curl -H 'Content-Type: application/json' " << http
            << " -d '{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_blockNumber\"}'\n";
    }
    out.flush();
}

void count_faults(std::ostream& out, const simnode::SimNode& node) {
    std::string text;
    for (const auto& one : simnode::fault_descriptions()) {
        const auto count = node.fault_counts().at(static_cast<std::size_t>(one.kind));
        if (count > 0) {
            text +=
                (text.empty() ? "" : ", ") + std::string(one.name) + " " + std::to_string(count);
        }
    }
    if (!text.empty()) {
        out << "faults    " << text << "\n";
    }
    out.flush();
}

}  // namespace

int run_simnode(simnode::Options options, std::ostream& out, std::ostream& err) {
    const auto log = obs::make_stderr_log(obs::Level::kInfo, obs::LogFormat::kText);
    runtime::Loop loop;
    loop.catch_signals();
    const std::string host = host_of(options.listen);
    const bool tls = !options.tls_certificate_file.empty();
    const bool faults = !options.faults.empty();
    options.narrate = [&out](const eth::BlockRef& /*block*/, const std::string& text) {
        out << text << std::endl;
    };
    auto node = simnode::open(std::move(options), loop.clock(), *log);
    if (!node) {
        err << "faultline simnode: " << node.error().message() << '\n';
        return exit_status(ExitCode::kCannotStart);
    }
    introduce(out, **node, host, tls, faults);
    try {
        loop.run(serve_until_signal(loop, (*node)->run()));
    } catch (const std::exception& error) {
        err << "faultline simnode: stopped by an unexpected failure: " << error.what() << '\n';
        return exit_status(ExitCode::kFailed);
    }
    count_faults(out, **node);
    return exit_status(ExitCode::kOk);
}

}  // namespace faultline::app
