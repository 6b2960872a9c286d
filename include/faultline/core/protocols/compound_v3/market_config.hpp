// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>

#include <optional>
#include <string>

namespace faultline::compound_v3 {

/// Where one Compound III market lives on its chain. Its base asset, collaterals and price feeds
/// are what the contract says they are.
struct MarketConfig {
    std::string name;  ///< For people, unique per chain: "usdc".
    Address comet;     ///< The Comet proxy.
    /// Block of the proxy's first event; following from logs must start here or before. Without it
    /// the market has to be bootstrapped.
    std::optional<eth::BlockNum> deployed_at;
    /// What its price feeds say, which always have 8 decimals: dollars, or ether for cWETHv3.
    protocol::BaseCurrency base_currency{.symbol = "USD", .decimals = 8};
};

}  // namespace faultline::compound_v3
