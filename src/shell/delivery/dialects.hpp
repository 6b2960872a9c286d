// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dialect.hpp"

#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/net/url.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace faultline::delivery {

/// One line per kind. `receiver` is whose settings they are.
std::unique_ptr<Dialect> dialect_of(const WebhookSettings& settings, const Receiver& receiver);
std::unique_ptr<Dialect> dialect_of(const TriggerSettings& settings, const Receiver& receiver);
std::unique_ptr<Dialect> dialect_of(const DiscordSettings& settings, const Receiver& receiver);
std::unique_ptr<Dialect> dialect_of(const TelegramSettings& settings, const Receiver& receiver);
std::unique_ptr<Dialect> dialect_of(const SlackSettings& settings, const Receiver& receiver);
std::unique_ptr<Dialect> dialect_of(const PagerDutySettings& settings, const Receiver& receiver);
std::unique_ptr<Dialect> dialect_of(const OpsgenieSettings& settings, const Receiver& receiver);
std::unique_ptr<Dialect> dialect_of(const AlertmanagerSettings& settings, const Receiver& receiver);
std::unique_ptr<Dialect> dialect_of(const EmailSettings& settings, const Receiver& receiver);
std::unique_ptr<Dialect> dialect_of(const StdoutSettings& settings, const Receiver& receiver);

/// A POST of JSON. No more of the answer than its status and what comes at once is waited for.
net::HttpRequest json_post(
    net::Url url, std::string body, std::string_view version, const Receiver& receiver
);

/// A name for a route that has a secret in its URL: the same for the same URL in this process.
std::string route_name(std::string_view service, const net::Url& url);

/// Of a server of the operator's own, which publishes no limits: only what it asks for counts.
LimitScope own_server(std::string_view kind, const Receiver& receiver, const net::Url& url);

}  // namespace faultline::delivery
