// SPDX-License-Identifier: Apache-2.0
// What must not be shown of a receiver.
#include <faultline/base/base64.hpp>
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

/// The same of parts of a path, which are words of an API, too.
constexpr std::size_t kShortestSegment = 8;

/// With its two halves, as user and password or the number and key of a bot are.
void add_pair(Texts& out, const std::string& pair) {
    out.push_back(pair);
    const std::size_t colon = pair.find(':');
    if (colon != std::string::npos) {
        out.push_back(pair.substr(0, colon));
        out.push_back(pair.substr(colon + 1));
    }
}

void add_url(Texts& out, const net::Url& url) {
    out.push_back(url.target);
    // A receiver may name the last part of the path, or a value of the query, alone.
    std::string_view rest = url.target;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find_first_of("/?&="), rest.size());
        if (end >= kShortestSegment) {
            out.emplace_back(rest.substr(0, end));
            out.push_back(net::percent_decoded(rest.substr(0, end)));
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    add_pair(out, url.user_info);
    add_pair(out, net::percent_decoded(url.user_info));
}

std::string percent_encoded(std::string_view text, std::string_view hex) {
    constexpr std::string_view kPlain =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out += kPlain.contains(c) ? std::string(1, c)
                                  : std::string({'%', hex[byte >> 4U], hex[byte & 0xfU]});
    }
    return out;
}

/// Each as a receiver may write what it was sent: as a part of a URL, or as credentials.
Texts in_every_form(const Texts& secrets) {
    Texts out;
    for (const std::string& secret : secrets) {
        if (secret.size() < kShortest) {
            continue;
        }
        out.push_back(secret);
        out.push_back(percent_encoded(secret, "0123456789ABCDEF"));
        out.push_back(percent_encoded(secret, "0123456789abcdef"));
        std::string encoded = base64(secret);
        encoded.erase(std::min(encoded.find('='), encoded.size()));
        out.push_back(std::move(encoded));
    }
    // The longest first: one may hold another.
    std::ranges::sort(out, std::ranges::greater(), &std::string::size);
    return out;
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
        add_pair(out, settings.token);
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
    std::string out(text);
    for (const std::string& secret : in_every_form(secrets.out)) {
        for (std::size_t at = out.find(secret); at != std::string::npos;
             at = out.find(secret, at)) {
            out.replace(at, secret.size(), "…");
        }
    }
    return out;
}

}  // namespace faultline::delivery
