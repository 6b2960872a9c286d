// SPDX-License-Identifier: Apache-2.0
// PoolAddressesProvider: which oracle and sentinel are in force, and what the pool is made of.
#include "core/protocols/aave/events.hpp"
#include "core/protocols/aave/transition.hpp"
#include "core/protocols/aave/upgrades.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

namespace faultline::aave {
namespace {

/// A name as the provider's identifiers have it: its characters from the left.
Hash32 identifier(std::string_view name) {
    Hash32 id;
    std::ranges::copy(name, id.bytes.begin());
    return id;
}

Result<void> on_address_set(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::AddressSet::decode(log));
    MarketRow market = at.market_row();
    if (event.get<"id">() == identifier("MOCK_STABLE_DEBT")) {
        market.mock_stable_token = event.get<"newAddress">();
    } else if (event.get<"id">() == identifier("PRICE_ORACLE_SENTINEL")) {
        market.sentinel = event.get<"newAddress">();
    } else {
        return {};
    }
    at.tables.markets.put({at.market}, std::move(market));
    return {};
}

Result<void> on_sentinel_updated(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::PriceOracleSentinelUpdated::decode(log));
    MarketRow market = at.market_row();
    market.sentinel = event.get<"newAddress">();
    at.tables.markets.put({at.market}, std::move(market));
    return {};
}

Result<void> on_oracle_updated(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::PriceOracleUpdated::decode(log));
    MarketRow market = at.market_row();
    market.oracle = event.get<"newAddress">();
    at.tables.markets.put({at.market}, std::move(market));
    return {};
}

constexpr auto kHandlers = handlers_of(
    entry<events::PriceOracleUpdated>(on_oracle_updated),
    entry<events::PriceOracleSentinelUpdated>(on_sentinel_updated),
    entry<events::ProxyCreated>(on_announced),
    entry<events::AddressSet>(on_address_set)
);

}  // namespace

std::span<const HandlerEntry> provider_handlers() {
    return kHandlers;
}

}  // namespace faultline::aave
