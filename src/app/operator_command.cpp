// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/shell/config/document.hpp>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>     // IWYU pragma: keep (defines what App.hpp only declares)
#include <CLI/Formatter.hpp>  // IWYU pragma: keep (the same)
#include <app/operator_command.hpp>
#include <memory>
#include <string>
#include <vector>

namespace faultline::app {

struct OperatorCommand::Values {
    CLI::App* add = nullptr;
    CLI::App* list = nullptr;
    CLI::App* expire = nullptr;
    CLI::App* ack = nullptr;
    std::string api = "http://127.0.0.1:9464";
    std::vector<std::string> matchers;
    std::string duration;
    std::string starts_at;
    std::string author;
    std::string reason;
    std::string name;  ///< An id, or a fingerprint.
    bool all = false;
};

namespace {

void add_author(CLI::App& command, std::string& author) {
    command.add_option("--author", author, "Who you are (the environment's USER)");
}

void add_api(CLI::App& command, std::string& api) {
    command.add_option("--api", api, "Where the daemon's API is")->capture_default_str();
}

}  // namespace

OperatorCommand::OperatorCommand(CLI::App& top, CLI::App& alert)
    : values_(std::make_unique<Values>()) {
    Values& to = *values_;
    CLI::App* silence =
        top.add_subcommand("silence", "Have a running daemon not tell some alerts for a while");
    silence->require_subcommand(1);
    to.add = silence->add_subcommand("add", "Silence alerts that all matchers match");
    to.add->add_option("MATCHER", to.matchers, "Such as rule=near-liquidation or account=~0x12.*")
        ->required();
    to.add->add_option("--for", to.duration, "How long, such as 2h")->required();
    to.add->add_option("--from", to.starts_at, "From when, such as 2026-11-30T09:00:00Z (now)");
    to.add->add_option("--reason", to.reason, "Why")->required();
    to.list = silence->add_subcommand("list", "Silences that are not over");
    to.list->add_flag("--all", to.all, "Also those that are over");
    to.expire = silence->add_subcommand("expire", "End a silence now");
    to.expire->add_option("ID", to.name, "Which, by `faultline silence list`")->required();
    to.expire->add_option("--reason", to.reason, "Why")->required();
    to.ack = alert.add_subcommand("ack", "Say that you have an alert in hand");
    to.ack->add_option("FINGERPRINT", to.name, "Which, by /v1/alerts or its message")->required();
    to.ack->add_option("--comment", to.reason, "What you do about it");
    for (CLI::App* command : {to.add, to.expire, to.ack}) {
        add_author(*command, to.author);
    }
    for (CLI::App* command : {to.add, to.list, to.expire, to.ack}) {
        add_api(*command, to.api);
    }
}

OperatorCommand::~OperatorCommand() = default;

bool OperatorCommand::given() const {
    return values_->add->parsed() || values_->list->parsed() || values_->expire->parsed() ||
           values_->ack->parsed();
}

const char* OperatorCommand::name() const {
    return values_->ack->parsed() ? "alert ack" : "silence";
}

Result<DaemonRequest> OperatorCommand::request(const config::Surroundings& surroundings) const {
    const Values& from = *values_;
    DaemonRequest out;
    out.api = from.api;
    out.target = "/v1/silences";
    if (from.list->parsed()) {
        out.shows = from.all ? DaemonRequest::Shows::kAllSilences : DaemonRequest::Shows::kSilences;
        return out;
    }
    std::string author = from.author;
    if (author.empty()) {
        author = surroundings.variable("USER").value_or("");
    }
    if (author.empty()) {
        return Error(Code::kInvalid, "who are you? The environment has no USER")
            .advise("Give --author");
    }
    JsonWriter json;
    json.begin_object().field("author", author);
    if (from.add->parsed()) {
        out.method = "POST";
        json.field("reason", from.reason).field("duration", from.duration);
        if (!from.starts_at.empty()) {
            json.field("starts_at", from.starts_at);
        }
        json.key("matchers").begin_array();
        for (const std::string& matcher : from.matchers) {
            json.string(matcher);
        }
        json.end_array();
    } else if (from.expire->parsed()) {
        out.method = "DELETE";
        out.target += "/" + from.name;
        json.field("reason", from.reason);
    } else {
        out.method = "POST";
        out.target = "/v1/alerts/" + from.name + "/ack";
        out.shows = DaemonRequest::Shows::kAcknowledged;
        json.field("comment", from.reason);
    }
    out.body = json.end_object().take();
    return out;
}

}  // namespace faultline::app
