// SPDX-License-Identifier: Apache-2.0
// What LendingPoolConfigurator and LendingPoolAddressesProvider of V2 log otherwise than V3's.
#include "core/protocols/aave/basis_points.hpp"
#include "core/protocols/aave/transition.hpp"
#include "core/protocols/aave/upgrades.hpp"
#include "core/protocols/aave/v2_events.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <cstdint>
#include <span>
#include <utility>

namespace faultline::aave {
namespace {

/// Events of the form X(asset) that say a flag.
template <class Event, bool ReserveConfig::* Field, bool On>
Result<void> on_flag(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, Event::decode(log));
    return at.edit_reserve(event.template get<"asset">(), [](ReserveRow& reserve) {
        reserve.config.*Field = On;
    });
}

Result<void> on_borrowing_enabled(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::v2::BorrowingEnabled::decode(log));
    return at.edit_reserve(event.get<"asset">(), [&](ReserveRow& reserve) {
        reserve.config.borrowing = true;
        reserve.config.stable_borrowing = event.get<"stableRateEnabled">();
    });
}

/// LendingPoolConfigurator.setReserveFactor brings nothing up to date.
Result<void> on_reserve_factor(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::v2::ReserveFactorChanged::decode(log));
    FAULTLINE_TRY(const std::uint16_t factor, bps(event.get<"factor">(), "factor"));
    return at.edit_reserve(event.get<"asset">(), [&](ReserveRow& reserve) {
        reserve.config.reserve_factor_bps = factor;
    });
}

Result<void> on_decimals(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::v2::ReserveDecimalsChanged::decode(log));
    const U256 decimals = event.get<"decimals">();
    if (decimals > U256(kMostDecimals)) {
        return Error(
            Code::kMalformed, "a reserve cannot have " + decimals.to_string() + " decimals"
        );
    }
    return at.edit_reserve(event.get<"asset">(), [&](ReserveRow& reserve) {
        reserve.config.decimals = static_cast<std::uint8_t>(decimals.low_u64());
    });
}

Result<void> on_strategy(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::v2::ReserveInterestRateStrategyChanged::decode(log));
    return at.edit_reserve(event.get<"asset">(), [&](ReserveRow& reserve) {
        reserve.strategy = event.get<"strategy">();
    });
}

Result<void> on_oracle_updated(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY_VOID(events::v2::PriceOracleUpdated::decode(log));
    return on_oracle(at, log);
}

/// The first is that of the release. What replaced it on Ethereum in 2023 asks a
/// LiquidationsGraceSentinel, and what another one does nobody knows.
Result<void> take_collateral_manager(Transition& at, const Address& next) {
    MarketRow market = at.market_row();
    market.collateral_manager_replaced =
        market.collateral_manager_replaced ||
        (market.collateral_manager != Address{} && market.collateral_manager != next);
    market.collateral_manager = next;
    at.tables.markets.put({at.market}, std::move(market));
    return {};
}

Result<void> on_collateral_manager(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::v2::CollateralManagerUpdated::decode(log));
    return take_collateral_manager(at, event.get<"newAddress">());
}

/// setAddress, which sets any name.
Result<void> on_address_set(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::v2::AddressSet::decode(log));
    return event.get<"id">() == identifier("COLLATERAL_MANAGER")
               ? take_collateral_manager(at, event.get<"newAddress">())
               : on_oracle(at, log);
}

constexpr auto kOfConfigurator = [] {
    using namespace events::v2;
    using C = ReserveConfig;
    return handlers_of(
        entry<BorrowingEnabled>(on_borrowing_enabled),
        entry<BorrowingDisabled>(on_flag<BorrowingDisabled, &C::borrowing, false>),
        entry<StableRateEnabled>(on_flag<StableRateEnabled, &C::stable_borrowing, true>),
        entry<StableRateDisabled>(on_flag<StableRateDisabled, &C::stable_borrowing, false>),
        entry<ReserveActivated>(on_flag<ReserveActivated, &C::active, true>),
        entry<ReserveDeactivated>(on_flag<ReserveDeactivated, &C::active, false>),
        entry<ReserveFrozen>(on_flag<ReserveFrozen, &C::frozen, true>),
        entry<ReserveUnfrozen>(on_flag<ReserveUnfrozen, &C::frozen, false>),
        entry<ReserveFactorChanged>(on_reserve_factor),
        entry<ReserveDecimalsChanged>(on_decimals),
        entry<ReserveInterestRateStrategyChanged>(on_strategy),
        entry<StableDebtTokenUpgraded>(on_announced)
    );
}();

constexpr auto kOfProvider = handlers_of(
    entry<events::v2::LendingPoolUpdated>(on_announced),
    entry<events::v2::PriceOracleUpdated>(on_oracle_updated),
    entry<events::v2::CollateralManagerUpdated>(on_collateral_manager),
    entry<events::v2::AddressSet>(on_address_set)
);

}  // namespace

std::span<const HandlerEntry> v2_configurator_handlers() {
    return kOfConfigurator;
}

std::span<const HandlerEntry> v2_provider_handlers() {
    return kOfProvider;
}

}  // namespace faultline::aave
