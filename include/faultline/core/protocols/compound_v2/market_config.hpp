// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>

#include <optional>
#include <string>

namespace faultline::compound_v2 {

/// One Comptroller with all its cTokens, which are found through its MarketListed logs.
struct MarketConfig {
    std::string name;
    Address comptroller;  ///< The Unitroller, which users call and which logs.
    /// Block of its first event; nullopt: it has to be bootstrapped.
    std::optional<eth::BlockNum> deployed_at;
    /// What getUnderlyingPrice of its oracle is in: an amount times the price, over 1e18.
    protocol::BaseCurrency base_currency{.symbol = "USD", .decimals = 18};
};

}  // namespace faultline::compound_v2
