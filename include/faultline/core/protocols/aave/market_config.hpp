// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::aave {

/// What a market's oracle values assets in (BASE_CURRENCY and BASE_CURRENCY_UNIT of AaveOracle).
using protocol::BaseCurrency;

/// Where one Aave market lives on its chain.
struct MarketConfig {
    std::string name;            ///< For people, unique per chain: "core", "prime".
    Address addresses_provider;  ///< PoolAddressesProvider; V2: LendingPoolAddressesProvider
    Address pool;                ///< Pool proxy; V2: LendingPool
    Address configurator;        ///< PoolConfigurator proxy; V2: LendingPoolConfigurator
    Address oracle;              ///< AaveOracle; followed through PriceOracleUpdated.
    /// Block of the first event of the market; following from logs must start here or before.
    std::optional<eth::BlockNum> deployed_at;
    Generation generation = Generation::kV3;
    /// Whose tokens keep balances by rules of their own, as those of AMPL and stETH in V2 do: what
    /// they log does not tell what they hold.
    std::vector<Address> unfollowed_assets{};  // NOLINT(readability-redundant-member-init): seldom.
    BaseCurrency base_currency{.symbol = "USD", .decimals = 8};
};

/// "aave_v3": how configuration, labels and tapes name what the market is.
constexpr std::string_view protocol_name(Generation generation) noexcept {
    return generation == Generation::kV2 ? "aave_v2" : "aave_v3";
}

}  // namespace faultline::aave
