// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/events.hpp"
#include "core/protocols/aave/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/literal.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::aave {
namespace {

Result<std::uint16_t> bps(const U256& value, const char* what) {
    if (!value.fits_u64() || value.low_u64() > std::numeric_limits<std::uint16_t>::max()) {
        return Error(
            Code::kMalformed,
            std::string(what) + " of " + value.to_string() + " does not fit its 16 bits"
        );
    }
    return static_cast<std::uint16_t>(value.low_u64());
}

/// PoolLogic.executeInitReserve: the first hole in reservesList, otherwise its end.
ReserveId free_id(const Transition& at, const MarketRow& market) {
    for (ReserveId id = 0; id < market.reserve_count; ++id) {
        if (!at.tables.reserves.contains({.market = at.market, .reserve = id})) {
            return id;
        }
    }
    return market.reserve_count;
}

/// A token that another reserve has, or in two roles, would be taken for what it is not.
Result<void> check_new(const Transition& at, const std::array<Address, 3>& contracts) {
    for (std::size_t i = 0; i < contracts.size(); ++i) {
        const bool again = std::ranges::count(contracts, contracts.at(i)) > 1;
        if (again ||
            at.tables.contracts.contains({.market = at.market, .address = contracts.at(i)})) {
            return Error(
                Code::kMalformed,
                "new reserve " + contracts.front().hex() + " cannot be listed: " +
                    contracts.at(i).hex() + (again ? " has two parts in it" : " is listed already")
            );
        }
    }
    return {};
}

Result<void> on_reserve_initialized(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::ReserveInitialized::decode(log));
    const Address asset = event.get<"asset">();
    MarketRow market = at.market_row();
    const ReserveId id = free_id(at, market);
    const auto& new_decimals = at.memory.new_token_decimals;
    const auto decimals = new_decimals.find(event.get<"aToken">());
    if (decimals == new_decimals.end()) {
        return Error(
            Code::kMissing,
            "the decimals of new reserve " + asset.hex() + " are in no Initialized log before it"
        );
    }
    constexpr std::uint8_t kMostDecimals = 77;
    if (id >= kMaxReserves || decimals->second > kMostDecimals) {
        return Error(Code::kMalformed, "reserve " + asset.hex() + " cannot be listed");
    }
    FAULTLINE_TRY_VOID(
        check_new(at, {asset, event.get<"aToken">(), event.get<"variableDebtToken">()})
    );
    ReserveRow reserve;
    reserve.asset = asset;
    reserve.a_token = event.get<"aToken">();
    reserve.v_token = event.get<"variableDebtToken">();
    reserve.strategy = event.get<"interestRateStrategyAddress">();
    reserve.config.decimals = decimals->second;
    reserve.config.active = true;
    reserve.liquidity_index_ray = ray();
    reserve.variable_borrow_index_ray = ray();
    at.tables.contracts.put(
        {.market = at.market, .address = reserve.asset},
        {.role = ContractRole::kAsset, .reserve = id}
    );
    at.tables.contracts.put(
        {.market = at.market, .address = reserve.a_token},
        {.role = ContractRole::kAToken, .reserve = id}
    );
    at.tables.contracts.put(
        {.market = at.market, .address = reserve.v_token},
        {.role = ContractRole::kVariableDebtToken, .reserve = id}
    );
    at.tables.reserves.put({.market = at.market, .reserve = id}, reserve);
    market.reserve_count = std::max(market.reserve_count, static_cast<ReserveId>(id + 1));
    at.tables.markets.put({at.market}, std::move(market));
    return {};
}

Result<void> on_reserve_dropped(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::ReserveDropped::decode(log));
    FAULTLINE_TRY(const ReserveId id, at.reserve_of(event.get<"asset">()));
    const ReserveRow reserve = *at.tables.reserves.find({.market = at.market, .reserve = id});
    at.tables.contracts.erase({.market = at.market, .address = reserve.asset});
    at.tables.contracts.erase({.market = at.market, .address = reserve.a_token});
    at.tables.contracts.erase({.market = at.market, .address = reserve.v_token});
    at.tables.prices.erase({.market = at.market, .reserve = id});
    at.tables.reserves.erase({.market = at.market, .reserve = id});
    return {};
}

Result<void> on_collateral_configuration(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::CollateralConfigurationChanged::decode(log));
    FAULTLINE_TRY(const std::uint16_t ltv, bps(event.get<"ltv">(), "ltv"));
    FAULTLINE_TRY(
        const std::uint16_t threshold,
        bps(event.get<"liquidationThreshold">(), "liquidationThreshold")
    );
    FAULTLINE_TRY(
        const std::uint16_t bonus, bps(event.get<"liquidationBonus">(), "liquidationBonus")
    );
    return at.edit_reserve(event.get<"asset">(), [&](ReserveRow& reserve) {
        reserve.config.ltv_bps = ltv;
        reserve.config.liquidation_threshold_bps = threshold;
        reserve.config.liquidation_bonus_bps = bonus;
    });
}

/// Events of the form X(asset, bool): `Name` is the argument that carries the new state.
template <class Event, eth::Literal Name, bool ReserveConfig::* Field>
Result<void> on_flag(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, Event::decode(log));
    const bool on = event.template get<Name>();
    return at.edit_reserve(event.template get<"asset">(), [&](ReserveRow& reserve) {
        reserve.config.*Field = on;
    });
}

template <class Event, eth::Literal Name, U256 ReserveConfig::* Field>
Result<void> on_amount(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, Event::decode(log));
    const U256 amount = event.template get<Name>();
    return at.edit_reserve(event.template get<"asset">(), [&](ReserveRow& reserve) {
        reserve.config.*Field = amount;
    });
}

template <class Event, eth::Literal Name, std::uint16_t ReserveConfig::* Field>
Result<void> on_bps(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, Event::decode(log));
    FAULTLINE_TRY(
        const std::uint16_t value, bps(event.template get<Name>(), "a reserve parameter")
    );
    return at.edit_reserve(event.template get<"asset">(), [&](ReserveRow& reserve) {
        reserve.config.*Field = value;
    });
}

Result<void> on_grace_period(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::LiquidationGracePeriodChanged::decode(log));
    return at.edit_reserve(event.get<"asset">(), [&](ReserveRow& reserve) {
        reserve.config.liquidation_grace_until_s = event.get<"gracePeriodUntil">();
    });
}

Result<void> on_grace_period_disabled(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::LiquidationGracePeriodDisabled::decode(log));
    return at.edit_reserve(event.get<"asset">(), [](ReserveRow& reserve) {
        reserve.config.liquidation_grace_until_s = 0;
    });
}

/// PoolConfigurator.setReserveFactor brings the reserve up to date with the factor it had.
Result<void> on_reserve_factor(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::ReserveFactorChanged::decode(log));
    FAULTLINE_TRY(
        const std::uint16_t factor, bps(event.get<"newReserveFactor">(), "newReserveFactor")
    );
    FAULTLINE_TRY(const ReserveId id, at.reserve_of(event.get<"asset">()));
    FAULTLINE_TRY_VOID(at.update_state(id));
    return at.edit_reserve(event.get<"asset">(), [&](ReserveRow& reserve) {
        reserve.config.reserve_factor_bps = factor;
    });
}

Result<void> on_strategy(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::ReserveInterestRateStrategyChanged::decode(log));
    return at.edit_reserve(event.get<"asset">(), [&](ReserveRow& reserve) {
        reserve.strategy = event.get<"newStrategy">();
    });
}

Result<void> on_address_set(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::AddressSet::decode(log));
    constexpr std::string_view kMockStableDebt = "MOCK_STABLE_DEBT";
    Hash32 id;
    std::ranges::copy(kMockStableDebt, id.bytes.begin());
    if (event.get<"id">() == id) {
        MarketRow market = at.market_row();
        market.mock_stable_token = event.get<"newAddress">();
        at.tables.markets.put({at.market}, std::move(market));
    }
    return {};
}

Result<void> on_emode_category(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::EModeCategoryAdded::decode(log));
    FAULTLINE_TRY(const std::uint16_t ltv, bps(event.get<"ltv">(), "ltv"));
    FAULTLINE_TRY(
        const std::uint16_t threshold,
        bps(event.get<"liquidationThreshold">(), "liquidationThreshold")
    );
    FAULTLINE_TRY(
        const std::uint16_t bonus, bps(event.get<"liquidationBonus">(), "liquidationBonus")
    );
    const auto category = static_cast<std::uint8_t>(event.get<"categoryId">());
    at.tables.emodes.update({.market = at.market, .category = category}, [&](EModeRow& row) {
        row.ltv_bps = ltv;
        row.liquidation_threshold_bps = threshold;
        row.liquidation_bonus_bps = bonus;
        row.label = std::string(event.get<"label">());
    });
    return {};
}

template <class Event, eth::Literal Name, U256 EModeRow::* Bits>
Result<void> on_emode_bit(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, Event::decode(log));
    FAULTLINE_TRY(const ReserveId id, at.reserve_of(event.template get<"asset">()));
    const bool on = event.template get<Name>();
    const auto category = static_cast<std::uint8_t>(event.template get<"categoryId">());
    at.tables.emodes.update({.market = at.market, .category = category}, [&](EModeRow& row) {
        (row.*Bits).set_bit(id, on);
    });
    return {};
}

Result<void> on_emode_isolation(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::EModeCategoryIsolationChanged::decode(log));
    const auto category = static_cast<std::uint8_t>(event.get<"categoryId">());
    at.tables.emodes.update({.market = at.market, .category = category}, [&](EModeRow& row) {
        row.isolated = event.get<"isolated">();
    });
    return {};
}

Result<void> on_oracle_updated(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::PriceOracleUpdated::decode(log));
    MarketRow market = at.market_row();
    market.oracle = event.get<"newAddress">();
    at.tables.markets.put({at.market}, std::move(market));
    return {};
}

Result<void> on_proxy_created(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::ProxyCreated::decode(log));
    if (event.get<"proxyAddress">() == at.config.pool) {
        at.add_implementation(event.get<"implementationAddress">());
    }
    return {};
}

template <class Event>
constexpr HandlerEntry entry(Handler handler) {
    return {.topic0 = Event::kTopic0, .handler = handler};
}

constexpr auto kConfiguratorHandlers = [] {
    using namespace events;
    using C = ReserveConfig;
    std::array handlers{
        entry<ReserveInitialized>(on_reserve_initialized),
        entry<ReserveDropped>(on_reserve_dropped),
        entry<CollateralConfigurationChanged>(on_collateral_configuration),
        entry<ReserveActive>(on_flag<ReserveActive, "active", &C::active>),
        entry<ReserveFrozen>(on_flag<ReserveFrozen, "frozen", &C::frozen>),
        entry<ReservePaused>(on_flag<ReservePaused, "paused", &C::paused>),
        entry<ReserveBorrowing>(on_flag<ReserveBorrowing, "enabled", &C::borrowing>),
        entry<ReserveFlashLoaning>(on_flag<ReserveFlashLoaning, "enabled", &C::flash_loans>),
        entry<SiloedBorrowingChanged>(on_flag<
                                      SiloedBorrowingChanged,
                                      "newState",
                                      &C::siloed_borrowing>),
        entry<BorrowableInIsolationChanged>(on_flag<
                                            BorrowableInIsolationChanged,
                                            "borrowable",
                                            &C::borrowable_in_isolation>),
        entry<ReserveFactorChanged>(on_reserve_factor),
        entry<LiquidationProtocolFeeChanged>(on_bps<
                                             LiquidationProtocolFeeChanged,
                                             "newFee",
                                             &C::liquidation_protocol_fee_bps>),
        entry<SupplyCapChanged>(on_amount<SupplyCapChanged, "newSupplyCap", &C::supply_cap_tokens>),
        entry<BorrowCapChanged>(on_amount<BorrowCapChanged, "newBorrowCap", &C::borrow_cap_tokens>),
        entry<DebtCeilingChanged>(on_amount<
                                  DebtCeilingChanged,
                                  "newDebtCeiling",
                                  &C::debt_ceiling_cents>),
        entry<LiquidationGracePeriodChanged>(on_grace_period),
        entry<LiquidationGracePeriodDisabled>(on_grace_period_disabled),
        entry<EModeCategoryAdded>(on_emode_category),
        entry<AssetCollateralInEModeChanged>(on_emode_bit<
                                             AssetCollateralInEModeChanged,
                                             "collateral",
                                             &EModeRow::collateral_bits>),
        entry<AssetBorrowableInEModeChanged>(on_emode_bit<
                                             AssetBorrowableInEModeChanged,
                                             "borrowable",
                                             &EModeRow::borrowable_bits>),
        entry<AssetLtvzeroInEModeChanged>(on_emode_bit<
                                          AssetLtvzeroInEModeChanged,
                                          "ltvzero",
                                          &EModeRow::ltv_zero_bits>),
        entry<EModeCategoryIsolationChanged>(on_emode_isolation),
        entry<ReserveInterestRateStrategyChanged>(on_strategy),
    };
    std::ranges::sort(handlers, {}, &HandlerEntry::topic0);
    return handlers;
}();

constexpr auto kProviderHandlers = [] {
    std::array handlers{
        entry<events::PriceOracleUpdated>(on_oracle_updated),
        entry<events::ProxyCreated>(on_proxy_created),
        entry<events::AddressSet>(on_address_set),
    };
    std::ranges::sort(handlers, {}, &HandlerEntry::topic0);
    return handlers;
}();

}  // namespace

std::span<const HandlerEntry> configurator_handlers() {
    return kConfiguratorHandlers;
}

std::span<const HandlerEntry> provider_handlers() {
    return kProviderHandlers;
}

}  // namespace faultline::aave
