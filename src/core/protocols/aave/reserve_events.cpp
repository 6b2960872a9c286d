// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/basis_points.hpp"
#include "core/protocols/aave/events.hpp"
#include "core/protocols/aave/reads.hpp"
#include "core/protocols/aave/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/literal.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace faultline::aave {
namespace {

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
Result<void> check_new(const Transition& at, std::span<const Address> contracts) {
    for (const Address& contract : contracts) {
        const bool again = std::ranges::count(contracts, contract) > 1;
        if (again || at.tables.contracts.contains({.market = at.market, .address = contract})) {
            return Error(
                Code::kMalformed,
                "new reserve " + contracts.front().hex() + " cannot be listed: " + contract.hex() +
                    (again ? " has two parts in it" : " is listed already")
            );
        }
    }
    return {};
}

/// The asset and the tokens that are the reserve's own, with what they are.
std::vector<std::pair<Address, ContractRole>> contracts_of(
    const Rules& rules, const ReserveRow& reserve
) {
    std::vector<std::pair<Address, ContractRole>> out{{reserve.asset, ContractRole::kAsset}};
    if (reserve.unfollowed) {
        return out;
    }
    out.emplace_back(reserve.a_token, ContractRole::kAToken);
    out.emplace_back(reserve.v_token, ContractRole::kVariableDebtToken);
    if (rules.stable_debt && reserve.s_token != Address{}) {
        out.emplace_back(reserve.s_token, ContractRole::kStableDebtToken);
    }
    return out;
}

/// As the aToken's proxy was initialised before it was listed; the first aTokens of V2 do not say.
Result<std::uint8_t> decimals_of(
    const Transition& at, const Address& a_token, const Address& asset
) {
    const auto& logged = at.memory.new_token_decimals;
    if (const auto found = logged.find(a_token); found != logged.end()) {
        return found->second;
    }
    const eth::Read read = decimals_read(a_token);
    const eth::ReadAnswer* answer = at.block.answer(read);
    const auto told = answer == nullptr ? std::nullopt : decode_decimals(*answer);
    if (!told) {
        return Error(
            Code::kMissing,
            "the decimals of new reserve " + asset.hex() + " are in no Initialized log before it" +
                (answer == nullptr ? "" : ", and its aToken does not tell them")
        );
    }
    return *told;
}

Result<void> on_reserve_initialized(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::ReserveInitialized::decode(log));
    const Address asset = event.get<"asset">();
    MarketRow market = at.market_row();
    const ReserveId id = free_id(at, market);
    FAULTLINE_TRY(const std::uint8_t decimals, decimals_of(at, event.get<"aToken">(), asset));
    if (id >= kMaxReserves || decimals > kMostDecimals) {
        return Error(Code::kMalformed, "reserve " + asset.hex() + " cannot be listed");
    }
    ReserveRow reserve;
    reserve.asset = asset;
    reserve.a_token = event.get<"aToken">();
    reserve.v_token = event.get<"variableDebtToken">();
    reserve.s_token = event.get<"stableDebtToken">();
    reserve.strategy = event.get<"interestRateStrategyAddress">();
    reserve.config.decimals = decimals;
    reserve.config.active = true;
    reserve.unfollowed =
        std::ranges::find(at.config.unfollowed_assets, asset) != at.config.unfollowed_assets.end();
    reserve.liquidity_index_ray = ray();
    reserve.variable_borrow_index_ray = ray();
    const Rules& rules = at.rules();
    const auto contracts = contracts_of(rules, reserve);
    std::vector<Address> addresses;
    std::ranges::transform(contracts, std::back_inserter(addresses), [](const auto& one) {
        return one.first;
    });
    FAULTLINE_TRY_VOID(check_new(at, addresses));
    for (const auto& [contract, role] : contracts) {
        at.tables.contracts.put(
            {.market = at.market, .address = contract},
            {.role = role, .reserve = id, .rounding = rules.rounding}
        );
    }
    at.tables.reserves.put({.market = at.market, .reserve = id}, reserve);
    market.reserve_count = std::max(market.reserve_count, static_cast<ReserveId>(id + 1));
    at.tables.markets.put({at.market}, std::move(market));
    return {};
}

Result<void> on_reserve_dropped(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::ReserveDropped::decode(log));
    FAULTLINE_TRY(const ReserveId id, at.reserve_of(event.get<"asset">()));
    const ReserveRow reserve = *at.tables.reserves.find({.market = at.market, .reserve = id});
    for (const auto& [contract, role] : contracts_of(at.rules(), reserve)) {
        at.tables.contracts.erase({.market = at.market, .address = contract});
    }
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

template <class Event, eth::Literal Name, std::optional<std::uint16_t> MarketRow::* Field>
Result<void> on_fee(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, Event::decode(log));
    FAULTLINE_TRY(const std::uint16_t value, bps(event.template get<Name>(), "a fee"));
    MarketRow market = at.market_row();
    market.*Field = value;
    at.tables.markets.put({at.market}, std::move(market));
    return {};
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

/// PoolConfigurator.setReserveFactor brings the reserve up to date with the factor it had, since
/// 3.1.
Result<void> on_reserve_factor(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::ReserveFactorChanged::decode(log));
    FAULTLINE_TRY(
        const std::uint16_t factor, bps(event.get<"newReserveFactor">(), "newReserveFactor")
    );
    FAULTLINE_TRY(const ReserveId id, at.reserve_of(event.get<"asset">()));
    if (at.rules().factor_change_updates) {
        FAULTLINE_TRY_VOID(at.update_state(id));
    }
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

constexpr auto kHandlers = [] {
    using namespace events;
    using C = ReserveConfig;
    return handlers_of(
        entry<ReserveInitialized>(on_reserve_initialized),
        entry<ReserveDropped>(on_reserve_dropped),
        entry<CollateralConfigurationChanged>(on_collateral_configuration),
        entry<ReserveActive>(on_flag<ReserveActive, "active", &C::active>),
        entry<ReserveFrozen>(on_flag<ReserveFrozen, "frozen", &C::frozen>),
        entry<ReservePaused>(on_flag<ReservePaused, "paused", &C::paused>),
        entry<ReserveBorrowing>(on_flag<ReserveBorrowing, "enabled", &C::borrowing>),
        entry<ReserveStableRateBorrowing>(on_flag<
                                          ReserveStableRateBorrowing,
                                          "enabled",
                                          &C::stable_borrowing>),
        entry<UnbackedMintCapChanged>(on_amount<
                                      UnbackedMintCapChanged,
                                      "newUnbackedMintCap",
                                      &C::unbacked_cap_tokens>),
        entry<FlashloanPremiumTotalUpdated>(on_fee<
                                            FlashloanPremiumTotalUpdated,
                                            "newFlashloanPremiumTotal",
                                            &MarketRow::flash_premium_bps>),
        entry<FlashloanPremiumToProtocolUpdated>(on_fee<
                                                 FlashloanPremiumToProtocolUpdated,
                                                 "newFlashloanPremiumToProtocol",
                                                 &MarketRow::flash_premium_to_protocol_bps>),
        entry<BridgeProtocolFeeUpdated>(on_fee<
                                        BridgeProtocolFeeUpdated,
                                        "newBridgeProtocolFee",
                                        &MarketRow::bridge_fee_bps>),
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
        entry<ReserveInterestRateStrategyChanged>(on_strategy)
    );
}();

}  // namespace

std::span<const HandlerEntry> reserve_handlers() {
    return kHandlers;
}

}  // namespace faultline::aave
