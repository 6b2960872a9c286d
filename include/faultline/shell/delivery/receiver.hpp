// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/delivery/calldata.hpp>
#include <faultline/shell/net/url.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace faultline::delivery {

/// What the body of a webhook is.
enum class WebhookBody : std::uint8_t {
    kFaultline,     ///< docs/webhook.md
    kOpenZeppelin,  ///< What OpenZeppelin Monitor sends: a title and a text.
};

constexpr WebhookBody last_of(WebhookBody /*of*/) noexcept {
    return WebhookBody::kOpenZeppelin;
}

/// One POST with a JSON body per transition.
struct WebhookSettings {
    net::Url url;
    std::vector<std::pair<std::string, std::string>>
        headers;  ///< Extra headers; values are secrets.
    /// Each signs the request; while one is replaced by another, both do. Empty: not signed.
    std::vector<std::string> signing_secrets;
    WebhookBody body = WebhookBody::kFaultline;
};

/// What a contract would be called with; nobody here does.
struct TriggerCall {
    std::uint64_t chain_id = 0;
    Address to;
    CallTemplate call;
};

/// A protocol's own machinery, which acts on exposures that exceed a limit: one signed POST per
/// transition of such alerts.
struct TriggerSettings {
    net::Url url;
    std::vector<std::pair<std::string, std::string>>
        headers;                               ///< Extra headers; values are secrets.
    std::vector<std::string> signing_secrets;  ///< As of a webhook; at least one.
    std::vector<std::string> rules;            ///< Alerts of these, too, whatever they are about.
    std::optional<TriggerCall> call;           ///< Of firings.
};

/// A Discord webhook.
struct DiscordSettings {
    net::Url url;           ///< With its token: a secret.
    std::string thread_id;  ///< Of the thread or forum post to write to; empty: the channel.
};

/// A Telegram bot in a chat.
struct TelegramSettings {
    net::Url api;           ///< https://api.telegram.org/ or a server of one's own.
    std::string token;      ///< A secret.
    std::string chat_id;    ///< A number, negative for groups, or @name of a channel.
    std::string thread_id;  ///< Of a topic of the group; empty: none.
};

/// A Slack incoming webhook.
struct SlackSettings {
    net::Url url;  ///< With its token: a secret.
};

/// A service of PagerDuty, by its Events API v2.
struct PagerDutySettings {
    net::Url api;              ///< https://events.pagerduty.com/ or another region's.
    std::string routing_key;   ///< A secret.
    std::string external_url;  ///< Where people find this daemon; empty: not said.
};

/// An API integration of Opsgenie.
struct OpsgenieSettings {
    net::Url api;         ///< https://api.opsgenie.com/ or another region's.
    std::string api_key;  ///< A secret.
};

/// Prometheus's Alertmanager, by its API v2.
struct AlertmanagerSettings {
    net::Url url;
    std::vector<std::pair<std::string, std::string>>
        headers;               ///< Extra headers; values are secrets.
    std::string external_url;  ///< generatorURL; empty: none.
    /// How often what fires is posted again: Alertmanager keeps nothing over its own restart, and
    /// takes what is not posted again to be resolved after four times as long.
    Duration repost_every = std::chrono::minutes(1);
};

/// A mailbox, by an SMTP server.
struct EmailSettings {
    net::Url server;  ///< Scheme smtp (STARTTLS is required) or smtps; user info is a secret.
    std::string from;
    std::vector<std::string> to;
};

/// Lines of JSON on standard output, for whoever reads the daemon's.
struct StdoutSettings {};

/// Somebody who is told of alerts.
struct Receiver {
    std::string name;
    Duration timeout = std::chrono::seconds(10);
    Duration give_up_after =
        std::chrono::hours(24);  ///< Then the transition goes to the dead letters.
    bool send_pending = false;   ///< Also deliver pending transitions.
    bool allow_private = false;  ///< Its address may be one that only this network reaches.
    bool dry_run = false;        ///< What it would get is composed and logged, and counts as taken.
    std::variant<
        WebhookSettings,
        TriggerSettings,
        DiscordSettings,
        TelegramSettings,
        SlackSettings,
        PagerDutySettings,
        OpsgenieSettings,
        AlertmanagerSettings,
        EmailSettings,
        StdoutSettings>
        settings;
};

}  // namespace faultline::delivery
