// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/rules/watch_rule.hpp>

#include <optional>
#include <string_view>

namespace faultline::rules {

std::string_view watch_rule_name(WatchRule rule) noexcept {
    switch (rule) {
        case WatchRule::kBlocksUnverified:
            return "blocks_unverified";
        case WatchRule::kMarketDegraded:
            return "market_degraded";
        case WatchRule::kChainHalted:
            return "chain_halted";
        case WatchRule::kAuditMismatch:
            return "audit_mismatch";
        case WatchRule::kLawBroken:
            return "law_broken";
        case WatchRule::kMarketAlarm:
            return "market_alarm";
        case WatchRule::kMarketNews:
            return "market_news";
        case WatchRule::kPositionsUnvalued:
            return "positions_unvalued";
        case WatchRule::kReceiverStopped:
            return "receiver_stopped";
        case WatchRule::kChainSilent:
            return "chain_silent";
    }
    return "unknown";
}

std::optional<WatchRule> watch_rule_of(std::string_view name) noexcept {
    for (const WatchRule rule : kWatchRules) {
        if (watch_rule_name(rule) == name) {
            return rule;
        }
    }
    return std::nullopt;
}

}  // namespace faultline::rules
