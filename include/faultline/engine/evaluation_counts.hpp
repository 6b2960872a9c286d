// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/health.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace faultline::engine {

/// What the positions of a market add up to at a block, in its currency.
struct MarketHealth {
    std::uint64_t liquidatable = 0;  ///< Positions with a health factor below 1.
    U256 liquidatable_debt_base;     ///< Sums stop at the largest number.
    U256 bad_debt_base;              ///< What they owe beyond all of their collateral.
};

/// The positions of a market below a health factor.
struct BelowHealth {
    std::uint64_t positions = 0;
    U256 debt_base;  ///< What they owe; the sum stops at the largest number.
};

/// How the valuing of a market's positions with debt went at a block.
struct MarketValued {
    std::uint64_t indebted = 0;
    std::uint64_t unvalued = 0;
    protocol::Holder first;  ///< Of those without figures; meaningful when there are some.
    std::string reason;      ///< Why that one has none.
    MarketHealth sums;       ///< Of those that have some.
    /// Of those, by the lowest factor that rules ask about and that theirs is below: each in one
    /// place, as PositionSignals has them.
    std::vector<BelowHealth> below;
};

/// What a sum over a market's positions is as a signal: no figure while the market gives none, or
/// while some of its positions have none. nullopt: it does not fit.
Figure<Decimal> told_sum(
    const MarketValued& of, const Figure<bool>& usable, const std::optional<Decimal>& sum
);

/// How often rules came to which result at a block. A reading is one rule about one account.
struct EvaluationCounts {
    std::size_t accounts_valued = 0;
    std::size_t firing = 0;  ///< Readings in breach, whether or not an alert fires already.
    std::size_t ok = 0;
    std::size_t no_data = 0;
    std::size_t stale = 0;
    std::size_t error = 0;
    std::vector<MarketValued> markets;  ///< By market; empty when nothing was valued.

    /// Of a reading that is not in breach.
    void count(FigureStatus status);
};

}  // namespace faultline::engine
