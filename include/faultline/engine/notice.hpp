// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/rules/watch_rule.hpp>

#include <string>

namespace faultline::engine {

/// Something about the watching itself that no block tells.
struct Notice {
    rules::WatchRule rule = rules::WatchRule::kChainSilent;  ///< Or kReceiverStopped.
    std::string receiver;  ///< The one it is about; empty: none in particular.
    bool holds = false;    ///< False: it is over.
    std::string why;       ///< For people; ends up in the alert.
};

/// Whether alerts of that rule are made of notices.
constexpr bool is_notice(rules::WatchRule rule) noexcept {
    return rule == rules::WatchRule::kReceiverStopped || rule == rules::WatchRule::kChainSilent;
}

}  // namespace faultline::engine
