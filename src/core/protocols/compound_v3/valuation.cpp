// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v3/valuation.hpp"

#include "core/protocols/compound_v3/interest.hpp"
#include "core/protocols/compound_v3/principal.hpp"
#include "core/protocols/compound_v3/rows.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocol/view.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace faultline::compound_v3 {
namespace {

Figure<bool> no(FigureStatus status, std::string reason) {
    return Figure<bool>::without(status, std::move(reason));
}

std::uint64_t factor_wad(const AssetInfo& asset, Factor factor) {
    return factor == Factor::kBorrow ? asset.borrow_collateral_factor_wad
                                     : asset.liquidate_collateral_factor_wad;
}

}  // namespace

Figure<bool> usable_rows(const Tables& tables, MarketId market, protocol::Trust trust) {
    const MarketRow* row = tables.markets.find({market});
    if (row == nullptr) {
        return no(FigureStatus::kNoData, "nothing of the market was seen yet");
    }
    if (!row->degraded.empty() && trust == protocol::Trust::kWithhold) {
        return no(FigureStatus::kError, row->degraded);
    }
    if (row->configuration_unread || !tables.configurations.contains({market})) {
        return no(FigureStatus::kNoData, "the configuration was not read yet");
    }
    if (row->read_at == 0) {
        return no(FigureStatus::kNoData, "the totals were not read yet");
    }
    if (row->unread != 0 && !row->principals_unread) {
        return no(
            FigureStatus::kNoData,
            "the principals of " + std::to_string(row->unread) +
                " accounts are still to be read, some at each block"
        );
    }
    if (row->principals_unread) {
        return no(
            FigureStatus::kNoData, "principals may have changed without a log and were not read yet"
        );
    }
    return Figure<bool>::of(true);
}

Valuation::Valuation(const Tables& tables, MarketId market, protocol::At at, protocol::Trust trust)
    : tables_(tables),
      id_(market),
      market_(tables.markets.find({market})),
      configuration_(tables.configurations.find({market})),
      usable_(usable_rows(tables, market, trust)) {
    if (!usable_.ok()) {
        return;
    }
    if (market_->read_at != at.number) {
        usable_ =
            no(FigureStatus::kStale,
               "the totals and prices are of block " + std::to_string(market_->read_at));
        return;
    }
    accrued_ = or_reverts(accrued_indices(market_->totals, *configuration_, at.timestamp));
    base_price_ = price(configuration_->base_price_feed);
}

Figure<U256> Valuation::price(const Address& feed) const {
    const PriceRow* row = tables_.prices.find({.market = id_, .address = feed});
    if (row == nullptr || row->state == PriceState::kUnread) {
        return Figure<U256>::without(
            FigureStatus::kNoData, "price feed " + feed.hex() + " was not read"
        );
    }
    return row->state == PriceState::kValue
               ? Figure<U256>::of(row->price_base)
               : Figure<U256>::without(
                     FigureStatus::kError, "price feed " + feed.hex() + " has no price"
                 );
}

/// Rounded toward zero, as signedMulPrice.
Figure<U256> Valuation::debt_base(const AccountRow& account, std::uint64_t borrow_index) const {
    if (!base_price_.ok()) {
        return base_price_;
    }
    return or_reverts(mul_div_checked(
        debt_worth(account.principal.debt(), borrow_index),
        base_price_.value,
        U256(configuration_->base_scale)
    ));
}

Figure<bool> Valuation::covered(
    const AccountRow& account, std::uint64_t borrow_index, Factor factor
) const {
    if (!account.principal.is_debt()) {
        return Figure<bool>::of(true);
    }
    const Figure<U256> debt = debt_base(account, borrow_index);
    if (!debt.ok()) {
        return withheld<bool>(debt);
    }
    U256 weighted;
    for (const AssetInfo& asset : configuration_->assets) {
        const U256 amount = account.balance(asset.asset);
        if (amount.is_zero()) {
            continue;
        }
        if (weighted >= debt.value) {
            break;
        }
        const Figure<U256> value = value_base(asset, amount);
        if (!value.ok()) {
            return withheld<bool>(value);
        }
        const auto part = mul_div_checked(value.value, U256(factor_wad(asset, factor)), wad());
        const auto sum = part ? checked_add(weighted, *part) : std::nullopt;
        if (!sum) {
            return withheld<bool>(or_reverts(sum));
        }
        weighted = *sum;
    }
    return Figure<bool>::of(weighted >= debt.value);
}

Figure<U256> Valuation::value_base(const AssetInfo& asset, const U256& amount_wei) const {
    const Figure<U256> price = this->price(asset.price_feed);
    return price.ok() ? or_reverts(mul_div_checked(amount_wei, price.value, U256(asset.scale)))
                      : price;
}

Figure<protocol::PositionHealth> Valuation::health(const AccountRow& account) const {
    using Health = Figure<protocol::PositionHealth>;
    const Figure<U256> debt = account.principal.is_debt() ? debt_base(account, stored().borrow)
                                                          : Figure<U256>::of(U256());
    if (!debt.ok()) {
        return withheld<protocol::PositionHealth>(debt);
    }
    U256 collateral;
    U256 weighted;
    for (const AssetInfo& asset : configuration_->assets) {
        const U256 amount = account.balance(asset.asset);
        if (amount.is_zero()) {
            continue;
        }
        const Figure<U256> value = value_base(asset, amount);
        if (!value.ok()) {
            return withheld<protocol::PositionHealth>(value);
        }
        const auto part =
            mul_div_checked(value.value, U256(asset.liquidate_collateral_factor_wad), wad());
        const auto sum = checked_add(collateral, value.value);
        const auto weighted_sum = part ? checked_add(weighted, *part) : std::nullopt;
        if (!sum || !weighted_sum) {
            return withheld<protocol::PositionHealth>(or_reverts(std::optional<U256>()));
        }
        collateral = *sum;
        weighted = *weighted_sum;
    }
    // Rounded down, so that it is below one exactly where collateral does not cover the debt.
    return Health::of(
        {.health_factor_wad = mul_div_floor(weighted, wad(), debt.value).value_or(U256::max()),
         .collateral_base = collateral,
         .debt_base = debt.value}
    );
}

std::uint32_t Valuation::assets_in(const AccountRow& account) const {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < configuration_->assets.size(); ++i) {
        if (!account.balance(configuration_->assets[i].asset).is_zero()) {
            bits |= std::uint32_t{1} << i;
        }
    }
    return bits;
}

Figure<U256> Valuation::supply_total_wei() const {
    return accrued_.ok() ? Figure<U256>::of(
                               supply_worth(market_->totals.supply_principal, accrued_.value.supply)
                           )
                         : withheld<U256>(accrued_);
}

Figure<U256> Valuation::debt_total_wei() const {
    return accrued_.ok() ? Figure<U256>::of(
                               debt_worth(market_->totals.borrow_principal, accrued_.value.borrow)
                           )
                         : withheld<U256>(accrued_);
}

Figure<protocol::Signed> Valuation::reserves_wei() const {
    const TokenRow* token =
        tables_.tokens.find({.market = id_, .address = configuration_->base_token});
    const Figure<U256> supply = supply_total_wei();
    if (token == nullptr || token->balance_unread) {
        return Figure<protocol::Signed>::without(
            FigureStatus::kNoData, "what the market has of its base token was not read"
        );
    }
    if (!supply.ok()) {
        return withheld<protocol::Signed>(supply);
    }
    const auto has = checked_add(token->balance, debt_total_wei().value);
    if (!has) {
        return withheld<protocol::Signed>(or_reverts(has));
    }
    const bool negative = *has < supply.value;
    return Figure<protocol::Signed>::of(
        {.negative = negative,
         .magnitude = negative ? wrapping_sub(supply.value, *has) : wrapping_sub(*has, supply.value)
        }
    );
}

Figure<U256> Valuation::collateral_reserves_wei(const Address& asset) const {
    const TokenRow* token = tables_.tokens.find({.market = id_, .address = asset});
    if (token == nullptr || token->balance_unread) {
        return Figure<U256>::without(
            FigureStatus::kNoData, "what the market has of " + asset.hex() + " was not read"
        );
    }
    return or_reverts(checked_sub(token->balance, token->total));
}

Figure<U256> Valuation::discount_wad(const AssetInfo& asset) const {
    const auto penalty = checked_sub(wad(), U256(asset.liquidation_factor_wad));
    return or_reverts(
        penalty
            ? mul_div_checked(U256(configuration_->store_front_price_factor_wad), *penalty, wad())
            : std::nullopt
    );
}

Figure<U256> Valuation::ask_price_base(const AssetInfo& asset) const {
    const Figure<U256> price = this->price(asset.price_feed);
    const Figure<U256> discount = discount_wad(asset);
    if (!price.ok() || !discount.ok()) {
        return price.ok() ? discount : price;
    }
    const auto share = checked_sub(wad(), discount.value);
    return or_reverts(share ? mul_div_checked(price.value, *share, wad()) : std::nullopt);
}

Figure<U256> Valuation::quote_wei(const AssetInfo& asset, const U256& base_wei) const {
    const Figure<U256> ask = ask_price_base(asset);
    if (!ask.ok() || !base_price_.ok()) {
        return ask.ok() ? base_price_ : ask;
    }
    const auto value = checked_mul(base_price_.value, base_wei);
    const auto at_ask =
        value ? mul_div_checked(*value, U256(asset.scale), ask.value) : std::nullopt;
    return or_reverts(
        at_ask ? std::optional(div_mod(*at_ask, U256(configuration_->base_scale)).quotient)
               : std::nullopt
    );
}

}  // namespace faultline::compound_v3
