// SPDX-License-Identifier: Apache-2.0
// Everything there is to say of a market and of an account, for people.
#include "core/protocols/compound_v3/interest.hpp"
#include "core/protocols/compound_v3/markets.hpp"
#include "core/protocols/compound_v3/principal.hpp"
#include "core/protocols/compound_v3/rows.hpp"
#include "core/protocols/compound_v3/valuation.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocol/view.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::compound_v3 {
namespace {

using protocol::Sheet;

Figure<U256> wide(const std::optional<std::uint64_t>& number) {
    return or_reverts(number ? std::optional(U256(*number)) : std::nullopt);
}

Figure<U256> times(const Figure<U256>& figure, std::uint64_t by) {
    return figure.ok() ? or_reverts(checked_mul(figure.value, U256(by))) : figure;
}

void add_rates(Sheet& sheet, const Valuation& valuation) {
    constexpr std::uint64_t kSecondsPerYear = 31'536'000;
    const Configuration& configuration = valuation.configuration();
    const U256 utilization = utilization_wad(valuation.market().totals);
    const Figure<U256> supply = wide(rate_per_second_wad(configuration.supply_rate, utilization));
    const Figure<U256> borrow = wide(rate_per_second_wad(configuration.borrow_rate, utilization));
    sheet.add("utilization_wad", utilization);
    sheet.add("supply_rate_per_second_wad", supply);
    sheet.add("supply_rate_per_year_wad", times(supply, kSecondsPerYear));
    sheet.add("borrow_rate_per_second_wad", borrow);
    sheet.add("borrow_rate_per_year_wad", times(borrow, kSecondsPerYear));
}

void add_pauses(Sheet& sheet, std::uint8_t flags) {
    std::uint8_t bit = 1;
    for (const char* what :
         {"supply_paused", "transfer_paused", "withdraw_paused", "absorb_paused", "buy_paused"}) {
        sheet.add(what, (flags & bit) != 0);
        bit = static_cast<std::uint8_t>(bit << 1U);
    }
}

void add_base(Sheet& sheet, const Valuation& valuation) {
    const Configuration& configuration = valuation.configuration();
    const Totals& totals = valuation.market().totals;
    sheet.add("base_token", configuration.base_token);
    sheet.add("base_scale", U256(configuration.base_scale));
    sheet.add("base_price_feed", configuration.base_price_feed);
    sheet.add("base_price_base", valuation.price(configuration.base_price_feed));
    sheet.add("supply_total_wei", valuation.supply_total_wei());
    sheet.add("debt_total_wei", valuation.debt_total_wei());
    sheet.add("base_borrow_min_wei", configuration.base_borrow_min_wei);
    sheet.add("supply_index_e15", U256(totals.supply_index));
    sheet.add("borrow_index_e15", U256(totals.borrow_index));
    sheet.add("last_accrual_s", U256(totals.last_accrual.value));
}

void add_reserves(Sheet& sheet, const Valuation& valuation) {
    const Figure<protocol::Signed> reserves = valuation.reserves_wei();
    const U256& target = valuation.configuration().target_reserves_wei;
    sheet.add("reserves_wei", reserves);
    sheet.add("target_reserves_wei", target);
    // buyCollateral reverts once the reserves are there.
    sheet.add(
        "sells_collateral",
        reserves.ok()
            ? Figure<bool>::of(reserves.value.negative || reserves.value.magnitude < target)
            : withheld<bool>(reserves)
    );
}

Sheet collateral_sheet(const Valuation& valuation, const AssetInfo& asset, const TokenRow* token) {
    Sheet sheet;
    sheet.add("asset", asset.asset);
    sheet.add("scale", U256(asset.scale));
    sheet.add("price_feed", asset.price_feed);
    sheet.add("price_base", valuation.price(asset.price_feed));
    sheet.add("total_wei", token == nullptr ? U256() : token->total);
    sheet.add("supply_cap_wei", asset.supply_cap_wei);
    sheet.add("borrow_collateral_factor_wad", U256(asset.borrow_collateral_factor_wad));
    sheet.add("liquidate_collateral_factor_wad", U256(asset.liquidate_collateral_factor_wad));
    sheet.add("liquidation_factor_wad", U256(asset.liquidation_factor_wad));
    sheet.add("for_sale_wei", valuation.collateral_reserves_wei(asset.asset));
    sheet.add("discount_wad", valuation.discount_wad(asset));
    sheet.add("ask_price_base", valuation.ask_price_base(asset));
    return sheet;
}

Sheet held_sheet(const Valuation& valuation, const CollateralBalance& held) {
    Sheet sheet;
    sheet.add("asset", held.asset);
    sheet.add("balance_wei", held.amount_wei);
    const AssetInfo* asset = valuation.configuration().find(held.asset);
    sheet.add(
        "value_base",
        asset != nullptr ? valuation.value_base(*asset, held.amount_wei)
                         : Figure<U256>::without(FigureStatus::kNoData, "it is not listed any more")
    );
    return sheet;
}

void add_balances(Sheet& sheet, const Valuation& valuation, const AccountRow& account) {
    const Figure<Indices>& indices = valuation.accrued();
    sheet.add("principal", signed_of(account.principal.value));
    sheet.add(
        "supply_wei",
        indices.ok()
            ? Figure<U256>::of(supply_worth(account.principal.supply(), indices.value.supply))
            : withheld<U256>(indices)
    );
    sheet.add(
        "debt_wei",
        indices.ok() ? Figure<U256>::of(debt_worth(account.principal.debt(), indices.value.borrow))
                     : withheld<U256>(indices)
    );
}

Figure<bool> negated(Figure<bool> figure) {
    figure.value = !figure.value;
    return figure;
}

void add_health(Sheet& sheet, const Valuation& valuation, const AccountRow& account) {
    const Figure<protocol::PositionHealth> health = valuation.health(account);
    const auto part = [&](const U256 protocol::PositionHealth::* member) {
        return health.ok() ? Figure<U256>::of(health.value.*member) : withheld<U256>(health);
    };
    const Figure<Indices>& accrued = valuation.accrued();
    const std::uint64_t stored = valuation.stored().borrow;
    sheet.add("health_factor_wad", part(&protocol::PositionHealth::health_factor_wad));
    sheet.add("collateral_base", part(&protocol::PositionHealth::collateral_base));
    sheet.add("debt_base", part(&protocol::PositionHealth::debt_base));
    sheet.add("borrow_collateralized", valuation.covered(account, stored, Factor::kBorrow));
    sheet.add("liquidatable", negated(valuation.covered(account, stored, Factor::kLiquidate)));
    sheet.add(
        "liquidatable_after_accrual",
        accrued.ok() ? negated(valuation.covered(account, accrued.value.borrow, Factor::kLiquidate))
                     : withheld<bool>(accrued)
    );
}

}  // namespace

protocol::Sheet Markets::market_sheet(MarketId market, protocol::At at) const {
    Sheet sheet;
    const Valuation valuation(tables_, market, at, protocol::Trust::kWithhold);
    sheet.add("comet", config(market).comet);
    if (!valuation.usable().ok()) {
        sheet.add("supply_total_wei", withheld<U256>(valuation.usable()));
        sheet.add("debt_total_wei", withheld<U256>(valuation.usable()));
        return sheet;
    }
    add_base(sheet, valuation);
    add_rates(sheet, valuation);
    add_reserves(sheet, valuation);
    add_pauses(sheet, valuation.market().totals.pause_flags);
    std::vector<Sheet> collaterals;
    collaterals.reserve(valuation.configuration().assets.size());
    for (const AssetInfo& asset : valuation.configuration().assets) {
        collaterals.push_back(collateral_sheet(
            valuation, asset, tables_.tokens.find({.market = market, .address = asset.asset})
        ));
    }
    sheet.lists.emplace_back("collaterals", std::move(collaterals));
    return sheet;
}

protocol::Sheet Markets::account_sheet(MarketId market, const Address& account, protocol::At at)
    const {
    Sheet sheet;
    const Valuation valuation(tables_, market, at, protocol::Trust::kWithhold);
    if (!valuation.usable().ok()) {
        sheet.add("health_factor_wad", withheld<U256>(valuation.usable()));
        return sheet;
    }
    const AccountRow row = tables_.account(market, account);
    add_balances(sheet, valuation, row);
    add_health(sheet, valuation, row);
    std::vector<Sheet> held;
    held.reserve(row.collateral.size());
    for (const CollateralBalance& one : row.collateral) {
        held.push_back(held_sheet(valuation, one));
    }
    sheet.lists.emplace_back("collaterals", std::move(held));
    return sheet;
}

}  // namespace faultline::compound_v3
