// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/valuation_sums.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/divisor.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/interest.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace faultline::aave {

Figure<bool> usability(const MarketRow* market, Trust trust) {
    if (market == nullptr) {
        return Figure<bool>::without(FigureStatus::kNoData, "no log of this market was seen yet");
    }
    if (!market->degraded.empty() && trust == Trust::kWithhold) {
        return Figure<bool>::without(FigureStatus::kError, market->degraded);
    }
    if (market->pool_revision == 0 || !market->unread_implementations.empty()) {
        return Figure<bool>::without(
            FigureStatus::kNoData,
            "the pool's revision was not told yet; each live block asks for it. If this lasts, an "
            "endpoint answers calls with nothing, or the configured pool is none"
        );
    }
    return Figure<bool>::of(true);
}

std::string unfollowed_text(ReserveId reserve) {
    return "the tokens of reserve " + std::to_string(reserve) +
           " keep balances by rules of their own, which are not followed (unfollowed_assets)";
}

template <class T>
Figure<T> Valuation::without_price(ReserveId reserve) const {
    if (state_.prices_block == 0) {
        return Figure<T>::without(FigureStatus::kNoData, "prices were never read");
    }
    if (state_.prices_block != block_) {
        return Figure<T>::without(
            FigureStatus::kStale, "prices are those of block " + std::to_string(state_.prices_block)
        );
    }
    if (!legs_.at(reserve).no_price) {
        return Figure<T>::without(
            FigureStatus::kNoData,
            "the price of reserve " + std::to_string(reserve) + " was not read"
        );
    }
    return Figure<T>::without(
        FigureStatus::kError,
        "the market's oracle has no price of reserve " + std::to_string(reserve) + " at block " +
            std::to_string(block_)
    );
}

template Figure<AccountData> Valuation::without_price<AccountData>(ReserveId reserve) const;
template Figure<U256> Valuation::without_price<U256>(ReserveId reserve) const;
template Figure<LiquidationTerms> Valuation::without_price<LiquidationTerms>(ReserveId reserve
) const;

template <class T>
Figure<T> Valuation::without_category_price(std::uint8_t category) const {
    if (state_.prices_block != block_) {
        return Figure<T>::without(
            FigureStatus::kStale, "prices are those of block " + std::to_string(state_.prices_block)
        );
    }
    const PriceRow* price = tables_.category_prices.find({.market = market_, .category = category});
    if (price == nullptr || price->state == PriceState::kUnread) {
        return Figure<T>::without(
            FigureStatus::kNoData,
            "the price of eMode category " + std::to_string(category) + " was not read"
        );
    }
    return Figure<T>::without(
        FigureStatus::kError,
        "the market's oracle has no price of eMode category " + std::to_string(category) +
            " at block " + std::to_string(block_)
    );
}

template Figure<AccountData> Valuation::without_category_price<AccountData>(std::uint8_t category
) const;
template Figure<U256> Valuation::without_category_price<U256>(std::uint8_t category) const;
template Figure<std::vector<PositionFigures>>
Valuation::without_category_price<std::vector<PositionFigures>>(std::uint8_t category) const;

Valuation::Valuation(
    const Tables& tables, MarketId market, eth::BlockNum block, UnixSeconds timestamp, Trust trust
)
    : tables_(tables),
      market_(market),
      rules_(rules_in_force(tables.markets.find({market}))),
      block_(block),
      timestamp_(timestamp) {
    const MarketRow* state = tables.markets.find({market});
    usable_ = usability(state, trust);
    if (state == nullptr) {
        return;
    }
    state_ = *state;
    has_stable_debt_ = rules_.stable_debt && tables.stable_positions.size() != 0;
    const bool fresh_prices = state_.prices_block == block;
    legs_.resize(state_.reserve_count);
    for (ReserveId id = 0; id < state_.reserve_count; ++id) {
        const ReserveRow* reserve = tables.reserves.find({.market = market, .reserve = id});
        if (reserve == nullptr) {
            continue;
        }
        Leg& leg = legs_[id];
        leg.listed = true;
        leg.unfollowed = reserve->unfollowed;
        leg.unit = Divisor(pow10(reserve->config.decimals));
        const auto income = normalized_income_ray(*reserve, timestamp);
        const auto debt = normalized_debt_ray(rules_, *reserve, timestamp);
        leg.reverts = !income || !debt;
        leg.income_ray = income.value_or(U256());
        leg.debt_ray = debt.value_or(U256());
        narrow_ = narrow_ && leg.income_ray.fits_u128() && leg.debt_ray.fits_u128();
        leg.category = reserve->config.emode_category;
        leg.ltv_bps = reserve->config.ltv_bps;
        leg.liquidation_threshold_bps = reserve->config.liquidation_threshold_bps;
        if (const PriceRow* price = tables.prices.find({.market = market, .reserve = id});
            price != nullptr && fresh_prices) {
            leg.price_base = price->price_base;
            narrow_ = narrow_ && leg.price_base.fits_u128();
            leg.priced = price->known();
            leg.no_price = price->state == PriceState::kNone;
        }
    }
}

Figure<AccountData> Valuation::account(const Address& account) const {
    return this->account(record(account));
}

Figure<HealthFigures> Valuation::health(const Address& account) const {
    return health(record(account));
}

Valuation::AccountTerms Valuation::begin(const UserRow& user) const {
    AccountTerms terms;
    terms.category = user.emode;
    if (user.emode == 0) {
        return terms;
    }
    const EModeKey key{.market = market_, .category = user.emode};
    terms.emode = tables_.emodes.find(key);
    if (rules_.category_per_asset && terms.emode != nullptr &&
        terms.emode->price_source != Address{}) {
        const PriceRow* price = tables_.category_prices.find(key);
        terms.without_category_price =
            price == nullptr || !price->known() || state_.prices_block != block_;
        terms.category_price_base = terms.without_category_price ? U256() : price->price_base;
    }
    return terms;
}

AccountRecord Valuation::record(const Address& account) const {
    AccountRecord out;
    out.key = {.market = market_, .account = account};
    const AccountRecord* found = tables_.accounts.find(out.key);
    return found == nullptr ? out : *found;
}

Valuation::Holding Valuation::holding(const AccountRecord& account, ReserveId reserve) const {
    Holding held;
    if (const AccountLeg* leg = account.leg(reserve)) {
        held.scaled = tables_.accounts.position(account, *leg);
        held.known = true;
    }
    held.stable = stable_position(account, reserve);
    held.known = held.known || held.stable != nullptr;
    return held;
}

const StablePositionRow* Valuation::stable_position(const AccountRecord& account, ReserveId reserve)
    const {
    return !has_stable_debt_
               ? nullptr
               : tables_.stable_positions.find(
                     {.market = market_, .account = account.key.account, .reserve = reserve}
                 );
}

bool Valuation::in_category(const AccountTerms& terms, const Leg& leg, ReserveId reserve) const {
    if (terms.emode == nullptr) {
        return false;
    }
    return rules_.category_per_asset ? leg.category == terms.category
                                     : terms.emode->collateral_bits.bit(reserve);
}

Valuation::Leg Valuation::leg_of(const AccountTerms& terms, ReserveId reserve) const {
    Leg leg = legs_[reserve];
    if (!terms.category_price_base.is_zero() && in_category(terms, leg, reserve)) {
        leg.price_base = terms.category_price_base;
        leg.priced = true;
    }
    return leg;
}

Figure<U256> Valuation::price(ReserveId reserve) const {
    const Leg& leg = legs_.at(reserve);
    return leg.priced ? Figure<U256>::of(leg.price_base) : without_price<U256>(reserve);
}

Figure<U256> Valuation::category_price(const Address& source) const {
    for (unsigned category = 1; category <= kMaxCategory; ++category) {
        const EModeKey key{.market = market_, .category = static_cast<std::uint8_t>(category)};
        const EModeRow* emode = tables_.emodes.find(key);
        const PriceRow* price = tables_.category_prices.find(key);
        if (emode != nullptr && emode->price_source == source && price != nullptr &&
            price->known() && state_.prices_block == block_) {
            return Figure<U256>::of(price->price_base);
        }
    }
    return Figure<U256>::without(FigureStatus::kNoData, "an asset that was never listed");
}

std::optional<U256> Valuation::supplied(const Leg& leg, const U256& scaled) const {
    return rules_.rounding == Rounding::kDirected ? ray_mul_floor(scaled, leg.income_ray)
                                                  : ray_mul_half_up(scaled, leg.income_ray);
}

std::optional<U256> Valuation::borrowed(const Leg& leg, const U256& scaled) const {
    return rules_.rounding == Rounding::kDirected ? ray_mul_ceil(scaled, leg.debt_ray)
                                                  : ray_mul_half_up(scaled, leg.debt_ray);
}

std::optional<U256> Valuation::borrowed_stable(const StablePositionRow* held) const {
    return held == nullptr
               ? U256()
               : stable_debt(rules_, held->principal, held->rate_ray, held->updated, timestamp_);
}

}  // namespace faultline::aave
