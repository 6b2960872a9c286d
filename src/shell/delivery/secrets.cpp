// SPDX-License-Identifier: Apache-2.0
// What must not be shown of a receiver.
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/delivery/trial.hpp>
#include <faultline/shell/net/url.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace faultline::delivery {
namespace {

/// Shorter ones are in ordinary words, too, and are no secrets anybody should rely on.
constexpr std::size_t kShortest = 4;

using Texts = std::vector<std::string>;

void add_url(Texts& out, const net::Url& url) {
    out.push_back(url.target);
    out.push_back(url.user_info);
    out.push_back(net::percent_decoded(url.user_info));
    // User and password apart, as mail servers and their answers have them.
    const std::size_t colon = url.user_info.find(':');
    if (colon != std::string::npos) {
        out.push_back(net::percent_decoded(url.user_info.substr(colon + 1)));
    }
}

struct Secrets {
    Texts out;

    void operator()(const WebhookSettings& settings) {
        add_url(out, settings.url);
        out.insert(out.end(), settings.signing_secrets.begin(), settings.signing_secrets.end());
        headers(settings.headers);
    }

    void operator()(const TriggerSettings& settings) {
        add_url(out, settings.url);
        out.insert(out.end(), settings.signing_secrets.begin(), settings.signing_secrets.end());
        headers(settings.headers);
    }

    void operator()(const DiscordSettings& settings) { add_url(out, settings.url); }

    void operator()(const TelegramSettings& settings) {
        add_url(out, settings.api);
        out.push_back(settings.token);
    }

    void operator()(const SlackSettings& settings) { add_url(out, settings.url); }

    void operator()(const PagerDutySettings& settings) {
        add_url(out, settings.api);
        out.push_back(settings.routing_key);
    }

    void operator()(const OpsgenieSettings& settings) {
        add_url(out, settings.api);
        out.push_back(settings.api_key);
    }

    void operator()(const AlertmanagerSettings& settings) {
        add_url(out, settings.url);
        headers(settings.headers);
    }

    void operator()(const EmailSettings& settings) { add_url(out, settings.server); }

    void operator()(const StdoutSettings& /*settings*/) {}

    void headers(const std::vector<std::pair<std::string, std::string>>& list) {
        for (const auto& [name, value] : list) {
            out.push_back(value);
            // "Bearer x": an answer may name x alone.
            out.push_back(value.substr(value.rfind(' ') + 1));
        }
    }
};

}  // namespace

std::string without_secrets(std::string_view text, const Receiver& receiver) {
    Secrets secrets;
    std::visit(secrets, receiver.settings);
    // The longest first: one may hold another.
    std::ranges::sort(secrets.out, std::ranges::greater(), &std::string::size);
    std::string out(text);
    for (const std::string& secret : secrets.out) {
        if (secret.size() < kShortest) {
            continue;
        }
        for (std::size_t at = out.find(secret); at != std::string::npos;
             at = out.find(secret, at)) {
            out.replace(at, secret.size(), "…");
        }
    }
    return out;
}

}  // namespace faultline::delivery
