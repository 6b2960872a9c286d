// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>

#include <string>

namespace faultline::aave {

/// Where one Aave V3 market lives on its chain.
struct MarketConfig {
    std::string name;            ///< For people, unique per chain: "core", "prime".
    Address addresses_provider;  ///< PoolAddressesProvider
    Address pool;                ///< Pool proxy
    Address configurator;        ///< PoolConfigurator proxy
    Address oracle;              ///< AaveOracle; followed through PriceOracleUpdated.
    eth::BlockNum deployed_at =
        0;  ///< Block of the first event of the market; following must start here or before.
};

}  // namespace faultline::aave
