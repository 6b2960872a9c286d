// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/net/url.hpp>

#include <app/config_fields.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app::written {
namespace {

net::Url service_url(std::string host) {
    constexpr std::uint16_t kHttps = 443;
    return {
        .scheme = "https", .user_info = "", .host = std::move(host), .port = kHttps, .target = "/"
    };
}

}  // namespace

net::Url Receiver::request_url() const {
    switch (kind) {
        case ReceiverKind::kTelegram:
            return api_url.value_or(service_url("api.telegram.org"));
        case ReceiverKind::kPagerDuty:
            return api_url.value_or(service_url("events.pagerduty.com"));
        case ReceiverKind::kOpsgenie:
            return api_url.value_or(service_url("api.opsgenie.com"));
        case ReceiverKind::kEmail:
            return email.server;
        case ReceiverKind::kStdout:
            return {};
        case ReceiverKind::kWebhook:
        case ReceiverKind::kTrigger:
        case ReceiverKind::kDiscord:
        case ReceiverKind::kSlack:
        case ReceiverKind::kAlertmanager:
            return url;
    }
    return url;
}

namespace {

/// The newer first.
std::vector<std::string> secrets_of(const Receiver& written) {
    std::vector<std::string> out;
    for (const auto& secret : {written.signing_secret, written.previous_signing_secret}) {
        if (secret) {
            out.push_back(*secret);
        }
    }
    return out;
}

delivery::WebhookSettings webhook_of(const Receiver& written) {
    delivery::WebhookSettings out = written.webhook;
    out.url = written.url;
    out.headers = written.headers;
    out.signing_secrets = secrets_of(written);
    return out;
}

delivery::TriggerSettings trigger_of(const Receiver& written) {
    delivery::TriggerSettings out = written.trigger;
    out.url = written.url;
    out.headers = written.headers;
    out.signing_secrets = secrets_of(written);
    if (auto call = written.call_template(); call && written.call_to && written.call_chain_id) {
        out.call = delivery::TriggerCall{
            .chain_id = *written.call_chain_id, .to = *written.call_to, .call = *std::move(call)
        };
    }
    return out;
}

delivery::TelegramSettings telegram_of(const Receiver& written) {
    delivery::TelegramSettings out = written.telegram;
    out.api = written.request_url();
    out.thread_id = written.thread_id;
    return out;
}

delivery::PagerDutySettings pagerduty_of(const Receiver& written) {
    delivery::PagerDutySettings out = written.pagerduty;
    out.api = written.request_url();
    out.external_url = written.external_url;
    return out;
}

delivery::OpsgenieSettings opsgenie_of(const Receiver& written) {
    delivery::OpsgenieSettings out = written.opsgenie;
    out.api = written.request_url();
    return out;
}

delivery::AlertmanagerSettings alertmanager_of(const Receiver& written) {
    delivery::AlertmanagerSettings out = written.alertmanager;
    out.url = written.url;
    out.headers = written.headers;
    out.external_url = written.external_url;
    return out;
}

}  // namespace

delivery::Receiver Receiver::composed() const {
    delivery::Receiver out = common;
    switch (kind) {
        case ReceiverKind::kWebhook:
            out.settings = webhook_of(*this);
            break;
        case ReceiverKind::kTrigger:
            out.settings = trigger_of(*this);
            break;
        case ReceiverKind::kDiscord:
            out.settings = delivery::DiscordSettings{.url = url, .thread_id = thread_id};
            break;
        case ReceiverKind::kTelegram:
            out.settings = telegram_of(*this);
            break;
        case ReceiverKind::kSlack:
            out.settings = delivery::SlackSettings{.url = url};
            break;
        case ReceiverKind::kPagerDuty:
            out.settings = pagerduty_of(*this);
            break;
        case ReceiverKind::kOpsgenie:
            out.settings = opsgenie_of(*this);
            break;
        case ReceiverKind::kAlertmanager:
            out.settings = alertmanager_of(*this);
            break;
        case ReceiverKind::kEmail:
            out.settings = email;
            break;
        case ReceiverKind::kStdout:
            out.settings = delivery::StdoutSettings{};
            break;
    }
    return out;
}

}  // namespace faultline::app::written
