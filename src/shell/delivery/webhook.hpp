// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/alerts/transition.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/net/http.hpp>

#include <string>
#include <string_view>

namespace faultline::delivery {

/// The JSON document of docs/webhook.md. The same transition gives the same bytes, so every attempt
/// of every process carries the same body.
std::string webhook_body(const alerts::Transition& transition, std::string_view chain_name);

/// One attempt. Headers of the receiver replace ours of the same name, except Idempotency-Key.
net::HttpRequest webhook_request(
    const WebhookReceiver& receiver,
    const alerts::Transition& transition,
    std::string_view chain_name,
    std::string_view version
);

/// Whether receivers that do not get pendings must not get this one either: a pending, its lapse,
/// or the retraction of one of them.
bool is_about_pending(const alerts::Transition& transition);

}  // namespace faultline::delivery
