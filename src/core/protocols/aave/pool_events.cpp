// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/amounts.hpp"
#include "core/protocols/aave/events.hpp"
#include "core/protocols/aave/transition.hpp"
#include "core/protocols/aave/upgrades.hpp"
#include "core/protocols/aave/v2_events.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/core/protocols/aave/transaction_memory.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

namespace faultline::aave {
namespace {

Result<void> move_underlying(
    Transition& at, const Address& asset, const U256& in, const U256& out
) {
    if (!counts_underlying(at)) {
        FAULTLINE_TRY_VOID(at.reserve_of(asset));
        return {};
    }
    return move(at, asset, &ReserveRow::virtual_underlying_balance, in, out);
}

template <class Event>
Result<void> on_supply(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, Event::decode(log));
    at.memory.end_operation();
    return move_underlying(at, event.template get<"reserve">(), event.template get<"amount">(), 0);
}

Result<void> on_withdraw(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::Withdraw::decode(log));
    at.memory.end_operation();
    return move_underlying(at, event.get<"reserve">(), 0, event.get<"amount">());
}

template <class Event>
Result<void> on_borrow(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, Event::decode(log));
    const Address borrower = event.template get<"onBehalfOf">();
    FAULTLINE_TRY(const ReserveId id, at.reserve_of(event.template get<"reserve">()));
    at.forget_debt(borrower, id);
    at.memory.end_operation();
    if (at.rules().debt_flag_by_operation) {
        at.edit_user(borrower, [&](UserRow& user) { user.debt_bits.set_bit(id, true); });
    }
    return move_underlying(at, event.template get<"reserve">(), 0, event.template get<"amount">());
}

Result<void> on_repay_of_v2(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::v2::Repay::decode(log));
    FAULTLINE_TRY(const ReserveId id, at.reserve_of(event.get<"reserve">()));
    at.settle_debt(event.get<"user">(), id, event.get<"amount">());
    at.memory.end_operation();
    return {};
}

Result<void> on_repay(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::Repay::decode(log));
    FAULTLINE_TRY(const ReserveId id, at.reserve_of(event.get<"reserve">()));
    at.settle_debt(event.get<"user">(), id, event.get<"amount">());
    at.memory.end_operation();
    const U256 paid_in = event.get<"useATokens">() ? U256() : event.get<"amount">();
    return move_underlying(at, event.get<"reserve">(), paid_in, 0);
}

/// A burn of one kind of debt and a mint of the other were logged before it.
template <class Event>
Result<void> on_other_rate(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, Event::decode(log));
    FAULTLINE_TRY(const ReserveId id, at.reserve_of(event.template get<"reserve">()));
    at.forget_debt(event.template get<"user">(), id);
    return {};
}

/// The treasury's part of a fee, over the index that the ReserveDataUpdated just before told.
struct FeeShare {
    U256 scaled;
    bool unknown = false;  ///< The part was set before what was followed.
};

/// Since 3.4 all of it; before, that many basis points, to the nearest (FlashLoanLogic,
/// BridgeLogic). What is left was added to the index by then.
Result<FeeShare> fee_share(
    const Rules& rules,
    const ReserveRow& reserve,
    const U256& fee,
    const std::optional<std::uint16_t>& part_bps
) {
    if (!rules.premium_to_treasury && !part_bps) {
        return FeeShare{.scaled = {}, .unknown = true};
    }
    const auto part =
        rules.premium_to_treasury ? std::optional(fee) : percent_mul_half_up(fee, U256(*part_bps));
    const bool down = rules.rounding == Rounding::kDirected;
    const auto scaled = !part  ? std::nullopt
                        : down ? ray_div_floor(*part, reserve.liquidity_index_ray)
                               : ray_div_half_up(*part, reserve.liquidity_index_ray);
    if (!scaled) {
        return Error(Code::kCorrupt, "a fee paid to " + reserve.asset.hex() + " overflows");
    }
    return FeeShare{.scaled = *scaled, .unknown = false};
}

Result<void> on_flash_loan(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::FlashLoan::decode(log));
    at.memory.end_operation();
    if (event.get<"interestRateMode">() != 0) {
        return {};  // A loan that became a debt, which Borrow logs, leaves no premium.
    }
    const Address asset = event.get<"asset">();
    const U256 premium = event.get<"premium">();
    FAULTLINE_TRY(const ReserveId id, at.reserve_of(asset));
    const ReserveRow& reserve = *at.tables.reserves.find({.market = at.market, .reserve = id});
    FAULTLINE_TRY(
        const U256 underlying,
        moved(
            asset, reserve.virtual_underlying_balance, counts_underlying(at) ? premium : U256(), 0
        )
    );
    const MarketRow market = at.market_row();
    FAULTLINE_TRY(
        const FeeShare share,
        fee_share(at.rules(), reserve, premium, market.flash_premium_to_protocol_bps)
    );
    FAULTLINE_TRY(const U256 treasury, moved(asset, reserve.accrued_to_treasury, share.scaled, 0));
    return at.edit_reserve(asset, [&](ReserveRow& row) {
        row.virtual_underlying_balance = underlying;
        row.accrued_to_treasury = treasury;
        row.treasury_unknown = row.treasury_unknown || share.unknown;
    });
}

/// LendingPool.flashLoan of V2: the premium is in the index that ReserveDataUpdated told.
Result<void> on_flash_loan_of_v2(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::v2::FlashLoan::decode(log));
    at.memory.end_operation();
    FAULTLINE_TRY_VOID(at.reserve_of(event.get<"asset">()));
    return {};
}

template <class Event, bool On>
Result<void> on_pause(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY_VOID(Event::decode(log));
    MarketRow market = at.market_row();
    market.paused = On;
    at.tables.markets.put({at.market}, std::move(market));
    return {};
}

Result<void> on_mint_unbacked(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::MintUnbacked::decode(log));
    at.memory.end_operation();
    return move(at, event.get<"reserve">(), &ReserveRow::unbacked, event.get<"amount">(), 0);
}

Result<void> on_back_unbacked(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::BackUnbacked::decode(log));
    at.memory.end_operation();
    const Address asset = event.get<"reserve">();
    FAULTLINE_TRY(const ReserveId id, at.reserve_of(asset));
    const ReserveRow& reserve = *at.tables.reserves.find({.market = at.market, .reserve = id});
    FAULTLINE_TRY(const U256 unbacked, moved(asset, reserve.unbacked, 0, event.get<"amount">()));
    FAULTLINE_TRY(
        const FeeShare share,
        fee_share(at.rules(), reserve, event.get<"fee">(), at.market_row().bridge_fee_bps)
    );
    FAULTLINE_TRY(const U256 treasury, moved(asset, reserve.accrued_to_treasury, share.scaled, 0));
    return at.edit_reserve(asset, [&](ReserveRow& row) {
        row.unbacked = unbacked;
        row.accrued_to_treasury = treasury;
        row.treasury_unknown = row.treasury_unknown || share.unknown;
    });
}

Result<void> on_reserve_data_updated(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::ReserveDataUpdated::decode(log));
    const U256 liquidity_index_ray = event.get<"liquidityIndex">();
    const U256 debt_index_ray = event.get<"variableBorrowIndex">();
    FAULTLINE_TRY(const ReserveId id, at.reserve_of(event.get<"reserve">()));
    const ReserveRow& before = *at.tables.reserves.find({.market = at.market, .reserve = id});
    if (liquidity_index_ray < before.liquidity_index_ray ||
        debt_index_ray < before.variable_borrow_index_ray) {
        return Error(
                   Code::kCorrupt,
                   "an index of reserve " + before.asset.hex() + " would go down: liquidity from " +
                       before.liquidity_index_ray.to_string() + " to " +
                       liquidity_index_ray.to_string() + ", debt from " +
                       before.variable_borrow_index_ray.to_string() + " to " +
                       debt_index_ray.to_string()
        )
            .advise(
                "the log was altered, or one before it was; compare this transaction with another "
                "endpoint, and run `faultline resync` to follow again"
            );
    }
    FAULTLINE_TRY_VOID(at.update_state(id));
    at.memory.updated.emplace_back(at.market, id);
    return at.edit_reserve(event.get<"reserve">(), [&](ReserveRow& reserve) {
        reserve.liquidity_rate_ray = event.get<"liquidityRate">();
        reserve.variable_borrow_rate_ray = event.get<"variableBorrowRate">();
        reserve.stable_rate_ray = event.get<"stableBorrowRate">();
        reserve.liquidity_index_ray = liquidity_index_ray;
        reserve.variable_borrow_index_ray = debt_index_ray;
        reserve.last_update = at.now();
    });
}

template <class Event>
Result<void> on_collateral_flag(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, Event::decode(log));
    FAULTLINE_TRY(const ReserveId id, at.reserve_of(event.template get<"reserve">()));
    constexpr bool kOn = std::is_same_v<Event, events::CollateralEnabled>;
    at.edit_user(event.template get<"user">(), [&](UserRow& user) {
        user.collateral_bits.set_bit(id, kOn);
    });
    return {};
}

Result<void> on_user_emode(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::UserEModeSet::decode(log));
    const auto category = static_cast<std::uint8_t>(event.get<"categoryId">());
    at.edit_user(event.get<"user">(), [&](UserRow& user) { user.emode = category; });
    return {};
}

Result<void> on_isolation_debt(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::IsolationModeTotalDebtUpdated::decode(log));
    return at.edit_reserve(event.get<"asset">(), [&](ReserveRow& reserve) {
        reserve.isolation_debt_cents = event.get<"totalDebt">();
    });
}

Result<void> on_minted_to_treasury(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::MintedToTreasury::decode(log));
    return at.edit_reserve(event.get<"reserve">(), [](ReserveRow& reserve) {
        reserve.accrued_to_treasury = U256();
        reserve.treasury_unknown = false;
    });
}

constexpr auto kHandlers = handlers_of(
    entry<events::Supply>(on_supply<events::Supply>),
    entry<events::Withdraw>(on_withdraw),
    entry<events::Borrow>(on_borrow<events::Borrow>),
    entry<events::Repay>(on_repay),
    entry<events::FlashLoan>(on_flash_loan),
    entry<events::ReserveDataUpdated>(on_reserve_data_updated),
    entry<events::CollateralEnabled>(on_collateral_flag<events::CollateralEnabled>),
    entry<events::CollateralDisabled>(on_collateral_flag<events::CollateralDisabled>),
    entry<events::UserEModeSet>(on_user_emode),
    entry<events::IsolationModeTotalDebtUpdated>(on_isolation_debt),
    entry<events::MintedToTreasury>(on_minted_to_treasury),
    entry<events::SwapBorrowRateMode>(on_other_rate<events::SwapBorrowRateMode>),
    entry<events::RebalanceStableBorrowRate>(on_other_rate<events::RebalanceStableBorrowRate>),
    entry<events::MintUnbacked>(on_mint_unbacked),
    entry<events::BackUnbacked>(on_back_unbacked),
    entry<events::Upgraded>(on_announced)
);

constexpr auto kHandlersOfV2 = [] {
    using namespace events::v2;
    return handlers_of(
        entry<Deposit>(on_supply<Deposit>),
        entry<Borrow>(on_borrow<Borrow>),
        entry<Repay>(on_repay_of_v2),
        entry<FlashLoan>(on_flash_loan_of_v2),
        entry<Swap>(on_other_rate<Swap>),
        entry<Paused>(on_pause<Paused, true>),
        entry<Unpaused>(on_pause<Unpaused, false>)
    );
}();

}  // namespace

std::span<const HandlerEntry> pool_handlers() {
    return kHandlers;
}

std::span<const HandlerEntry> v2_pool_handlers() {
    return kHandlersOfV2;
}

}  // namespace faultline::aave
