// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/rules/severity.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace faultline::rules {

/// A condition of the watching itself. These rules are not configured and cannot be turned off:
/// while one fires, other alerts may be wrong or missing.
enum class WatchRule : std::uint8_t {
    kBlocksUnverified,   ///< A block was taken although no endpoint had one that passes.
    kMarketDegraded,     ///< A market's figures cannot be trusted, so no rule judges its accounts.
    kChainHalted,        ///< The chain is not followed any more, and only a person can change that.
    kAuditMismatch,      ///< A view of the contracts is not what we say it is.
    kLawBroken,          ///< What a protocol conserves does not add up in our rows.
    kMarketAlarm,        ///< A protocol was shut down, or is about to be.
    kMarketNews,         ///< Something is followed from here on that was not there before.
    kPositionsUnvalued,  ///< Positions with debt have no figures, so no rule judges them.
    kReceiverStopped,    ///< Nothing is sent to a receiver any more until a restart.
    kChainSilent,        ///< No endpoint tells anything new of the chain.
};

inline constexpr std::array kWatchRules{
    WatchRule::kBlocksUnverified,
    WatchRule::kMarketDegraded,
    WatchRule::kChainHalted,
    WatchRule::kAuditMismatch,
    WatchRule::kLawBroken,
    WatchRule::kMarketAlarm,
    WatchRule::kMarketNews,
    WatchRule::kPositionsUnvalued,
    WatchRule::kReceiverStopped,
    WatchRule::kChainSilent
};

/// A block that passes ends an alert of kBlocksUnverified only when none failed for so long before
/// it, in seconds of the chain's time.
inline constexpr std::uint64_t kUnverifiedHoldSeconds = 600;

/// "blocks_unverified", "market_degraded", "chain_halted", "audit_mismatch", "law_broken",
/// "market_alarm", "market_news", "positions_unvalued", "receiver_stopped", "chain_silent": what
/// alerts name as their rule. No configured rule may have such a name.
std::string_view watch_rule_name(WatchRule rule) noexcept;

/// nullopt: it is no name of a watch rule.
std::optional<WatchRule> watch_rule_of(std::string_view name) noexcept;

/// An alert about news or an alarm, which nothing ends, ends after so long, in seconds of the
/// chain's time.
inline constexpr std::uint64_t kNewsSeconds = 600;

/// For so many live blocks in a row positions are without figures before an alert says so: reads
/// of one block fail now and then.
inline constexpr std::uint32_t kUnvaluedBlocks = 10;

/// What grows while its alert fires is told again, at most once in so many seconds of the chain's
/// time.
inline constexpr std::uint64_t kToldAgainSeconds = 3600;

/// Critical, but for news, and for positions without figures while they are the smaller part of
/// their market.
constexpr Severity severity_of(WatchRule rule) noexcept {
    switch (rule) {
        case WatchRule::kMarketNews:
            return Severity::kInfo;
        case WatchRule::kPositionsUnvalued:
            return Severity::kWarning;
        default:
            return Severity::kCritical;
    }
}

}  // namespace faultline::rules
