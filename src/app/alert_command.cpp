// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/alerts/transition.hpp>
#include <faultline/shell/config/reader.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/delivery/trial.hpp>
#include <faultline/shell/mail/smtp.hpp>
#include <faultline/shell/net/clients.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/workers.hpp>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>     // IWYU pragma: keep (defines what App.hpp only declares)
#include <CLI/Formatter.hpp>  // IWYU pragma: keep (the same)
#include <CLI/Validators.hpp>
#include <algorithm>
#include <app/alert_command.hpp>
#include <app/daemon_config.hpp>
#include <app/exit_code.hpp>
#include <app/receiver_client.hpp>
#include <app/version.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

runtime::Task<> keep(runtime::Task<delivery::TrialResult> trial, delivery::TrialResult& out) {
    out = co_await std::move(trial);
}

delivery::TrialResult sent(
    const delivery::Receiver& receiver, alerts::Kind kind, const DaemonConfig& config
) {
    const auto log = obs::make_stderr_log(obs::Level::kError, config.log_format);
    runtime::Loop loop;
    const auto workers = runtime::make_worker_pool(1);
    const auto http = net::make_http_client(loop.clock());
    const auto mail = mail::make_smtp_client(*workers);
    ReceiverClient client(*http, *mail, *workers);
    auto transition = delivery::test_transition(
        kind, receiver.name, config.chains.front().follow.chain_name, loop.clock().wall_now()
    );
    delivery::TrialResult result;
    loop.run(keep(
        delivery::try_receiver(
            receiver,
            std::move(transition),
            std::string(kVersion),
            {.client = client, .clock = loop.clock(), .log = *log},
            {.external_url = config.external_url, .explorer = config.chains.front().explorer}
        ),
        result
    ));
    return result;
}

void print(const delivery::TrialResult& result, const std::string& name, std::ostream& out) {
    for (const delivery::TrialExchange& exchange : result.exchanges) {
        out << "sent:\n" << exchange.request << "\n\nanswered: " << exchange.answer << "\n\n";
    }
    if (result.delivered) {
        out << "ok: " << name << " has it\n";
    } else {
        out << "failed: " << name << " does not have it: " << result.verdict << '\n';
    }
    if (!result.advice.empty()) {
        out << "what to do: " << result.advice << '\n';
    }
}

int no_receiver(const DaemonConfig& config, const std::string& name, std::ostream& err) {
    std::vector<std::string> names;
    std::string all;
    for (const delivery::Receiver& receiver : config.receivers) {
        names.push_back(receiver.name);
        all += (all.empty() ? "" : ", ") + receiver.name;
    }
    err << "faultline alert test: no receiver " << config::quoted(name) << " is configured"
        << config::suggestion(name, names) << ". There are: " << (all.empty() ? "none" : all)
        << '\n';
    return exit_status(ExitCode::kUsage);
}

}  // namespace

struct AlertCommand::Values {
    CLI::App* test = nullptr;
    std::string file = "faultline.yaml";
    std::string receiver;
    std::string kind = "firing";
};

AlertCommand::AlertCommand(CLI::App& alert) : values_(std::make_unique<Values>()) {
    Values& to = *values_;
    to.test = alert.add_subcommand(
        "test", "Send a receiver an alert that says it is a test, as the daemon would"
    );
    to.test->add_option("RECEIVER", to.receiver, "Its name")->required();
    to.test->add_option("--kind", to.kind, "firing, or resolved to end it")
        ->check(CLI::IsMember({"firing", "resolved"}))
        ->capture_default_str();
    to.test->add_option("--config", to.file, "The configuration")->capture_default_str();
}

AlertCommand::~AlertCommand() = default;

bool AlertCommand::given() const {
    return values_->test->parsed();
}

const std::string& AlertCommand::file() const {
    return values_->file;
}

int AlertCommand::act(const DaemonConfig& config, std::ostream& out, std::ostream& err) const {
    const auto found =
        std::ranges::find(config.receivers, values_->receiver, &delivery::Receiver::name);
    if (found == config.receivers.end()) {
        return no_receiver(config, values_->receiver, err);
    }
    const alerts::Kind kind =
        values_->kind == "resolved" ? alerts::Kind::kResolved : alerts::Kind::kFiring;
    const delivery::TrialResult result = sent(*found, kind, config);
    print(result, found->name, out);
    return exit_status(result.delivered ? ExitCode::kOk : ExitCode::kFailed);
}

}  // namespace faultline::app
