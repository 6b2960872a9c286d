// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/protocol/health.hpp>
#include <faultline/engine/market_signals.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace faultline::engine {

/// How the valuing of a market's positions with debt went at a block.
struct MarketValued {
    std::uint64_t indebted = 0;
    std::uint64_t unvalued = 0;
    protocol::Holder first;  ///< Of those without figures; meaningful when there are some.
    std::string reason;      ///< Why that one has none.
    MarketHealth sums;       ///< Of those that have some.
};

/// How often rules came to which result at a block. A reading is one rule about one account.
struct EvaluationCounts {
    std::size_t accounts_valued = 0;
    std::size_t firing = 0;  ///< Readings in breach, whether or not an alert fires already.
    std::size_t ok = 0;
    std::size_t no_data = 0;
    std::size_t stale = 0;
    std::size_t error = 0;
    std::vector<MarketValued> markets;  ///< By market; empty when nothing was valued.
};

}  // namespace faultline::engine
