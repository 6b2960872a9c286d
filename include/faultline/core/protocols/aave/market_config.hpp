// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>

#include <optional>
#include <string>

namespace faultline::aave {

/// Where one Aave V3 market lives on its chain.
struct MarketConfig {
    std::string name;            ///< For people, unique per chain: "core", "prime".
    Address addresses_provider;  ///< PoolAddressesProvider
    Address pool;                ///< Pool proxy
    Address configurator;        ///< PoolConfigurator proxy
    Address oracle;              ///< AaveOracle; followed through PriceOracleUpdated.
    /// Block of the first event of the market; following from logs must start here or before.
    std::optional<eth::BlockNum> deployed_at;
};

}  // namespace faultline::aave
