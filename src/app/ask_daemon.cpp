// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/shell/config/document.hpp>
#include <faultline/shell/config/problems.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/net/url.hpp>

#include <app/daemon_client.hpp>
#include <app/exit_code.hpp>
#include <app/operator_command.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

using config::Node;

std::string text_of(const Node& node, std::string_view key) {
    const Node* found = node.find(key);
    return found == nullptr ? std::string() : found->scalar;
}

/// JSON is YAML.
std::optional<Node> parsed(const std::string& body) {
    config::Problems problems;
    return config::parse_document("answer", body, problems);
}

std::string silence_line(const Node& silence) {
    std::string out = text_of(silence, "id") + "  " + text_of(silence, "state") + "  ";
    if (const Node* matchers = silence.find("matchers")) {
        for (const Node& one : matchers->items) {
            out += one.scalar + " ";
        }
    }
    return out + " from " + text_of(silence, "starts_at") + " until " +
           text_of(silence, "ends_at") + "  " + text_of(silence, "author") + ": " +
           text_of(silence, "reason") + "\n";
}

std::string silence_lines(const Node& answer, bool all) {
    std::string out;
    const Node* silences = answer.find("silences");
    for (const Node& one : silences == nullptr ? std::vector<Node>() : silences->items) {
        if (all || text_of(one, "state") != "expired") {
            out += silence_line(one);
        }
    }
    return out.empty()
               ? std::string(all ? "no silences\n" : "no silences but those that are over\n")
               : out;
}

std::string acknowledged_lines(const Node& answer) {
    std::string out;
    const Node* taken = answer.find("acknowledged");
    for (const Node& one : taken == nullptr ? std::vector<Node>() : taken->items) {
        out += "acknowledged " + text_of(one, "fingerprint") + " of " + text_of(one, "rule") +
               " on " + text_of(one, "chain") + "\n";
    }
    return out;
}

/// What went wrong, as the daemon says it.
std::string refusal(const net::HttpResponse& response) {
    const auto answer = parsed(response.body);
    const Node* error = answer ? answer->find("error") : nullptr;
    if (error == nullptr) {
        return "the daemon answered with status " + std::to_string(response.status);
    }
    return text_of(*error, "message") + "; " + text_of(*error, "hint");
}

}  // namespace

Result<std::string> answer_text(const std::string& body, DaemonRequest::Shows shows) {
    const auto answer = parsed(body);
    if (!answer) {
        return Error(Code::kMalformed, "the answer is no JSON");
    }
    switch (shows) {
        case DaemonRequest::Shows::kSilence:
            return silence_line(*answer);
        case DaemonRequest::Shows::kSilences:
            return silence_lines(*answer, false);
        case DaemonRequest::Shows::kAllSilences:
            return silence_lines(*answer, true);
        case DaemonRequest::Shows::kAcknowledged:
            return acknowledged_lines(*answer);
    }
    return std::string();
}

int ask_daemon(const DaemonRequest& request, std::ostream& out, std::ostream& err) {
    auto url = net::Url::parse(request.api);
    if (!url) {
        err << "faultline: --api: " << url.error().message() << '\n';
        return exit_status(ExitCode::kUsage);
    }
    url->target = request.target;
    net::HttpRequest asked;
    asked.method = request.method;
    asked.url = *std::move(url);
    asked.body = request.body;
    if (!request.body.empty()) {
        asked.headers.emplace_back("Content-Type", "application/json");
    }
    const auto answer = exchange_with_daemon(std::move(asked));
    if (!answer) {
        err << "faultline: " << answer.error().message()
            << ". Is the daemon running, and is --api what its api.listen says?\n";
        return exit_status(ExitCode::kFailed);
    }
    constexpr int kOk = 200;
    if (answer->status != kOk) {
        err << "faultline: " << refusal(*answer) << '\n';
        return exit_status(ExitCode::kFailed);
    }
    const auto text = answer_text(answer->body, request.shows);
    if (!text) {
        err << "faultline: " << text.error().message() << '\n';
        return exit_status(ExitCode::kFailed);
    }
    out << *text;
    return exit_status(ExitCode::kOk);
}

}  // namespace faultline::app
