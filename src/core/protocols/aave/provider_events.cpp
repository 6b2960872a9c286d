// SPDX-License-Identifier: Apache-2.0
// PoolAddressesProvider: which oracle and sentinel are in force, and what the pool is made of.
#include "core/protocols/aave/events.hpp"
#include "core/protocols/aave/transition.hpp"
#include "core/protocols/aave/upgrades.hpp"
#include "core/protocols/aave/v2_events.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace faultline::aave {
namespace {

template <class Event>
std::optional<Address> oracle_set(const eth::Log& log) {
    const auto event = Event::matches(log) ? Event::decode(log) : Error(Code::kMissing, "");
    return event ? std::optional(event->template get<"newAddress">()) : std::nullopt;
}

/// setAddress, which sets any name.
template <class Event>
std::optional<Address> oracle_set_by_name(const eth::Log& log) {
    const auto event = Event::matches(log) ? Event::decode(log) : Error(Code::kMissing, "");
    return event && event->template get<"id">() == identifier("PRICE_ORACLE")
               ? std::optional(event->template get<"newAddress">())
               : std::nullopt;
}

Result<void> on_address_set(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::AddressSet::decode(log));
    MarketRow market = at.market_row();
    if (event.get<"id">() == identifier("MOCK_STABLE_DEBT")) {
        market.mock_stable_token = event.get<"newAddress">();
    } else if (event.get<"id">() == identifier("PRICE_ORACLE_SENTINEL")) {
        market.sentinel = event.get<"newAddress">();
    } else {
        return on_oracle(at, log);
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

/// As on_oracle, of a log that is about nothing else.
template <class Event>
Result<void> on_oracle_updated(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY_VOID(Event::decode(log));
    return on_oracle(at, log);
}

constexpr auto kHandlers = handlers_of(
    entry<events::PriceOracleUpdated>(on_oracle_updated<events::PriceOracleUpdated>),
    entry<events::PriceOracleSentinelUpdated>(on_sentinel_updated),
    entry<events::ProxyCreated>(on_announced),
    entry<events::AddressSet>(on_address_set)
);

}  // namespace

Hash32 identifier(std::string_view name) {
    Hash32 id;
    std::ranges::copy(name, id.bytes.begin());
    return id;
}

std::optional<Address> oracle_named(const MarketConfig& config, const eth::Log& log) {
    if (log.address != config.addresses_provider) {
        return std::nullopt;
    }
    const bool v2 = config.generation == Generation::kV2;
    const auto by_name = v2 ? oracle_set_by_name<events::v2::AddressSet>(log)
                            : oracle_set_by_name<events::AddressSet>(log);
    if (by_name) {
        return by_name;
    }
    return v2 ? oracle_set<events::v2::PriceOracleUpdated>(log)
              : oracle_set<events::PriceOracleUpdated>(log);
}

Result<void> on_oracle(Transition& at, const eth::Log& log) {
    if (const auto oracle = oracle_named(at.config, log)) {
        MarketRow market = at.market_row();
        market.oracle = *oracle;
        at.tables.markets.put({at.market}, std::move(market));
    }
    return {};
}

std::span<const HandlerEntry> provider_handlers() {
    return kHandlers;
}

}  // namespace faultline::aave
