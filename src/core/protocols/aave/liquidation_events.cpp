// SPDX-License-Identifier: Apache-2.0
// Liquidations, and the debt that they leave to nobody.
#include "core/protocols/aave/amounts.hpp"
#include "core/protocols/aave/events.hpp"
#include "core/protocols/aave/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/core/protocols/aave/transaction_memory.hpp>

#include <algorithm>
#include <span>
#include <utility>

namespace faultline::aave {
namespace {

/// In 3.5 and 3.6 the liquidation of an asset against itself accrues twice: the collateral's copy
/// of the reserve was taken before the debt's was brought up to date (fixed in 3.7). That is what
/// its debt log accrued: after an earlier update in the block it accrued nothing, either time.
void accrue_again(Transition& at, ReserveId id, ReserveRow& reserve) {
    const auto here = [&](const TransactionMemory::Accrual& one) {
        return one.market == at.market && one.reserve == id;
    };
    const auto accrued = std::ranges::find_if(at.memory.accrued, here);
    const MarketRow market = at.market_row();
    if (accrued == at.memory.accrued.end()) {
        return;
    }
    if (market.pool_revision == 0 || !market.unread_implementations.empty()) {
        reserve.treasury_unknown = true;
    } else if (at.rules().same_asset_accrues_twice) {
        reserve.accrued_to_treasury = wrapping_add(reserve.accrued_to_treasury, accrued->scaled);
    }
}

struct Liquidation {
    Address account;
    ReserveId debt = 0;
    ReserveId collateral = 0;
    bool receive_a_token = false;
};

/// In 3.3 a liquidation that takes the last collateral ends every debt whose flag is set, also one
/// of nothing: all that shows is an update of that reserve more than the liquidation itself makes
/// (LiquidationLogic._burnBadDebt).
void clear_stale_flags(Transition& at, const Liquidation& call) {
    if (!at.rules().debt_flag_by_operation || !at.rules().deficit) {
        return;
    }
    for (const auto& [market, reserve] : at.memory.updated) {
        const auto updates = std::ranges::count(at.memory.updated, std::pair(at.market, reserve));
        const int own = (reserve == call.debt ? 1 : 0) +
                        (reserve == call.collateral && !call.receive_a_token ? 1 : 0);
        if (updates > own && at.position(call.account, reserve).scaled_debt.is_zero()) {
            at.edit_user(call.account, [id = reserve](UserRow& user) {
                user.debt_bits.set_bit(id, false);
            });
        }
    }
}

/// What a liquidation moves of both reserves' underlying.
struct Paid {
    U256 debt;
    U256 collateral;
};

/// What the log says of both reserves' amounts is worked out first and written last: one that does
/// not fit changes none.
Result<void> pay(Transition& at, ReserveId debt_id, ReserveId collateral_id, const Paid& paid) {
    const auto row = [&](ReserveId id) {
        return *at.tables.reserves.find({.market = at.market, .reserve = id});
    };
    ReserveRow debt = row(debt_id);
    // LiquidationLogic takes the debt in before it gives the collateral out.
    FAULTLINE_TRY(
        debt.virtual_underlying_balance,
        moved(debt.asset, debt.virtual_underlying_balance, paid.debt, 0)
    );
    ReserveRow collateral = collateral_id == debt_id ? debt : row(collateral_id);
    FAULTLINE_TRY(
        collateral.virtual_underlying_balance,
        moved(collateral.asset, collateral.virtual_underlying_balance, 0, paid.collateral)
    );
    if (collateral_id == debt_id) {
        accrue_again(at, collateral_id, collateral);
    }
    at.tables.reserves.put({.market = at.market, .reserve = debt_id}, debt);
    at.tables.reserves.put({.market = at.market, .reserve = collateral_id}, collateral);
    return {};
}

/// Since 3.5 a liquidation that hands over aTokens brings the collateral up to date without a log
/// of its own.
Result<void> update_collateral(Transition& at, ReserveId collateral, bool receive_a_token) {
    if (receive_a_token && at.rules().liquidation_updates_collateral) {
        FAULTLINE_TRY_VOID(at.update_state(collateral));
    }
    return {};
}

Result<void> on_liquidation_call(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::LiquidationCall::decode(log));
    FAULTLINE_TRY(const ReserveId debt, at.reserve_of(event.get<"debtAsset">()));
    FAULTLINE_TRY(const ReserveId collateral, at.reserve_of(event.get<"collateralAsset">()));
    const bool receive_a_token = event.get<"receiveAToken">();
    FAULTLINE_TRY_VOID(update_collateral(at, collateral, receive_a_token));
    const Paid paid{
        .debt = event.get<"debtToCover">(),
        .collateral = receive_a_token ? U256() : event.get<"liquidatedCollateralAmount">()
    };
    FAULTLINE_TRY_VOID(pay(at, debt, collateral, counts_underlying(at) ? paid : Paid{}));
    if (at.rules().liquidation_leaves_debt_flag) {
        at.forget_debt(event.get<"user">(), debt);
    } else {
        at.settle_debt(event.get<"user">(), debt, event.get<"debtToCover">());
    }
    clear_stale_flags(
        at,
        {.account = event.get<"user">(),
         .debt = debt,
         .collateral = collateral,
         .receive_a_token = receive_a_token}
    );
    at.memory.end_operation();
    return {};
}

Result<void> on_deficit_created(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::DeficitCreated::decode(log));
    FAULTLINE_TRY(const ReserveId id, at.reserve_of(event.get<"debtAsset">()));
    at.forget_debt(event.get<"user">(), id);
    if (at.rules().debt_flag_by_operation) {
        // LiquidationLogic._burnDebtTokens of 3.3: what is left of the debt goes, with its flag.
        at.edit_user(event.get<"user">(), [&](UserRow& user) {
            user.debt_bits.set_bit(id, false);
        });
    }
    return move(
        at, event.get<"debtAsset">(), &ReserveRow::deficit, event.get<"amountCreated">(), 0
    );
}

Result<void> on_deficit_covered(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::DeficitCovered::decode(log));
    at.memory.end_operation();
    return move(at, event.get<"reserve">(), &ReserveRow::deficit, 0, event.get<"amountCovered">());
}

constexpr auto kHandlers = handlers_of(
    entry<events::LiquidationCall>(on_liquidation_call),
    entry<events::DeficitCreated>(on_deficit_created),
    entry<events::DeficitCovered>(on_deficit_covered)
);

}  // namespace

std::span<const HandlerEntry> liquidation_handlers() {
    return kHandlers;
}

}  // namespace faultline::aave
