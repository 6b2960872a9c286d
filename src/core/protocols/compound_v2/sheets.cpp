// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v2/markets.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v2/interest.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>
#include <faultline/core/protocols/compound_v2/valuation.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::compound_v2 {
namespace {

/// Both states of the market that figures are given of.
struct Both {
    Valuation stored;
    Valuation accrued;

    Both(const Tables& tables, MarketId market, protocol::At at)
        : stored(tables, market, at, protocol::Trust::kWithhold),
          accrued(tables, market, at, protocol::Trust::kWithhold, Accrual::kAccrued) {}
};

template <class Field>
Figure<U256> of_state(const Figure<CTokenRow>& state, Field field) {
    return state.ok() ? Figure<U256>::of(state.value.*field)
                      : Figure<U256>::without(state.status, state.reason);
}

void add_accrued(protocol::Sheet& sheet, const Both& by, const Address& ctoken) {
    const Figure<CTokenRow> after = by.accrued.state(ctoken);
    sheet.add("accrued_borrows_wei", of_state(after, &CTokenRow::total_borrows));
    sheet.add("accrued_reserves_wei", of_state(after, &CTokenRow::total_reserves));
    sheet.add("accrued_borrow_index_wad", of_state(after, &CTokenRow::borrow_index_wad));
    sheet.add("accrued_exchange_rate_wad", by.accrued.exchange_rate_wad(ctoken));
}

void add_configuration(protocol::Sheet& sheet, const CTokenRow& row, const CapRow* cap) {
    if (row.underlying_kind == Underlying::kErc20) {
        sheet.add("underlying", row.underlying);
    }
    sheet.add("native", row.underlying_kind == Underlying::kNative);
    sheet.add("implementation", row.implementation);
    sheet.add("interest_rate_model", row.model);
    sheet.add("collateral_factor_wad", row.collateral_factor_wad);
    sheet.add("reserve_factor_wad", row.reserve_factor_wad);
    sheet.add("borrow_cap_wei", cap == nullptr ? U256() : cap->borrow_cap_wei);
    sheet.add("mint_paused", row.mint_paused);
    sheet.add("borrow_paused", row.borrow_paused);
    sheet.add("deprecated", Valuation::deprecated(row));
}

protocol::Sheet ctoken_sheet(
    const Both& by, const Address& ctoken, const CTokenRow& row, const CapRow* cap
) {
    protocol::Sheet sheet;
    sheet.add("ctoken", ctoken);
    if (const Figure<bool> can = by.stored.readable(ctoken); !can.ok()) {
        sheet.add("borrows_wei", Figure<U256>::without(can.status, can.reason));
        return sheet;
    }
    add_configuration(sheet, row, cap);
    sheet.add("price_wad", by.stored.price_wad(ctoken));
    sheet.add("cash_wei", by.stored.cash(row));
    sheet.add("borrows_wei", row.total_borrows);
    sheet.add("reserves_wei", row.total_reserves);
    sheet.add("supply_ctokens", row.total_supply);
    sheet.add("exchange_rate_wad", by.stored.exchange_rate_wad(ctoken));
    sheet.add("borrow_index_wad", row.borrow_index_wad);
    sheet.add("accrual_block", U256(row.accrual_block));
    sheet.add("borrow_rate_per_block_wad", by.stored.borrow_rate_wad(row));
    sheet.add("supply_rate_per_block_wad", by.stored.supply_rate_wad(row));
    add_accrued(sheet, by, ctoken);
    return sheet;
}

void add_liquidity(
    protocol::Sheet& sheet, const std::string& prefix, const Figure<Liquidity>& sums
) {
    if (sums.ok() && sums.value.error == 0) {
        sheet.add(prefix + "liquidity_base", sums.value.liquidity_base());
        sheet.add(prefix + "shortfall_base", sums.value.shortfall_base());
        sheet.add(prefix + "weighted_collateral_base", sums.value.weighted_base);
        sheet.add(prefix + "debt_base", sums.value.debt_base);
        sheet.add(prefix + "collateral_base", sums.value.collateral_base);
        return;
    }
    const Figure<U256> none =
        sums.ok()
            ? Figure<U256>::without(
                  FigureStatus::kError, "getAccountLiquidity answers PRICE_ERROR: a price is 0"
              )
            : Figure<U256>::without(sums.status, sums.reason);
    for (const char* name :
         {"liquidity_base",
          "shortfall_base",
          "weighted_collateral_base",
          "debt_base",
          "collateral_base"}) {
        sheet.add(prefix + name, none);
    }
}

/// What the account has of one cToken.
protocol::Sheet position_sheet(
    const Both& by, const Address& ctoken, const Address& account, bool entered
) {
    protocol::Sheet sheet;
    const PositionRow held = by.stored.position(ctoken, account);
    sheet.add("ctoken", ctoken);
    sheet.add("entered", entered);
    if (const Figure<bool> can = by.stored.readable(ctoken); can.ok()) {
        sheet.add("balance_ctokens", held.tokens);
    } else {
        sheet.add("balance_ctokens", Figure<U256>::without(can.status, can.reason));
    }
    const Figure<U256> rate = by.stored.exchange_rate_wad(ctoken);
    if (const auto wei = rate.ok() ? wad_mul_floor(held.tokens, rate.value) : std::nullopt) {
        sheet.add("supplied_wei", *wei);
    } else {
        sheet.add("supplied_wei", rate);
    }
    sheet.add("debt_wei", by.stored.debt(ctoken, account));
    sheet.add("accrued_debt_wei", by.accrued.debt(ctoken, account));
    return sheet;
}

}  // namespace

protocol::Sheet Markets::market_sheet(MarketId market, protocol::At at) const {
    const MarketRow of = row(market);
    const Both by(tables_, market, at);
    protocol::Sheet sheet;
    sheet.add("comptroller", config(market).comptroller);
    sheet.add("implementation", of.implementation);
    sheet.add("oracle", of.oracle);
    sheet.add("close_factor_wad", of.close_factor_wad);
    sheet.add("liquidation_incentive_wad", of.liquidation_incentive_wad);
    sheet.add("transfers_paused", of.transfers_paused);
    sheet.add("seizures_paused", of.seizures_paused);
    sheet.add("accounts", U256(of.holders));
    if (!by.stored.usable().ok()) {
        return sheet;
    }
    std::vector<protocol::Sheet> ctokens;
    for (const Address& ctoken : of.ctokens) {
        const CTokenKey key{.market = market, .ctoken = ctoken};
        ctokens.push_back(
            ctoken_sheet(by, ctoken, *tables_.ctokens.find(key), tables_.caps.find(key))
        );
    }
    sheet.lists.emplace_back("ctokens", std::move(ctokens));
    return sheet;
}

protocol::Sheet Markets::account_sheet(MarketId market, const Address& account, protocol::At at)
    const {
    const MarketRow of = row(market);
    const Both by(tables_, market, at);
    const AccountRow* found = tables_.accounts.find({.market = market, .account = account});
    const AccountRow known = found == nullptr ? AccountRow{} : *found;
    protocol::Sheet sheet;
    add_liquidity(sheet, "", by.stored.liquidity(account));
    add_liquidity(sheet, "accrued_", by.accrued.liquidity(account));
    if (!by.stored.usable().ok()) {
        return sheet;
    }
    Figure<bool> deprecated_debt = Figure<bool>::of(false);
    std::vector<protocol::Sheet> positions;
    for (const Address& ctoken : of.ctokens) {
        const bool entered = std::ranges::find(known.entered, ctoken) != known.entered.end();
        const PositionRow held = by.stored.position(ctoken, account);
        const CTokenRow& row = *tables_.ctokens.find({.market = market, .ctoken = ctoken});
        const Figure<bool> can = by.stored.readable(ctoken);
        const bool owes = !held.principal.is_zero();
        if (owes && can.ok() && Valuation::deprecated(row)) {
            deprecated_debt = can;
        } else if (owes && !can.ok() && !deprecated_debt.value) {
            deprecated_debt = can;
        }
        if (entered || held != PositionRow{}) {
            positions.push_back(position_sheet(by, ctoken, account, entered));
        }
    }
    // Anybody may repay all of such a debt and seize for it, whatever the health.
    sheet.add("liquidatable_as_deprecated", deprecated_debt);
    sheet.lists.emplace_back("positions", std::move(positions));
    return sheet;
}

}  // namespace faultline::compound_v2
