// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/shell/net/url.hpp>

#include <string>
#include <utility>
#include <vector>

namespace faultline::delivery {

/// A generic webhook: one POST with a JSON body per transition.
struct WebhookReceiver {
    std::string name;
    net::Url url;
    std::vector<std::pair<std::string, std::string>>
        headers;  ///< Extra headers; values are secrets.
    Duration timeout = std::chrono::seconds(10);
    Duration give_up_after =
        std::chrono::hours(24);  ///< Then the transition goes to the dead letters.
    bool send_pending = false;   ///< Also deliver pending transitions.
};

}  // namespace faultline::delivery
