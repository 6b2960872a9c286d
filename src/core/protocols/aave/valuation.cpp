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
namespace {

constexpr Divisor kPerOne{U256(10000)};  // In basis points.

/// Adds a * b to a sum; false on overflow.
bool add_product(U256& sum, const U256& a, std::uint64_t b) {
    const auto product = checked_mul(a, U256(b));
    const auto total = product ? checked_add(sum, *product) : std::nullopt;
    if (total) {
        sum = *total;
    }
    return total.has_value();
}

}  // namespace

std::optional<U256> debt_in_base(
    const Rules& rules, const U256& debt, const U256& price_base, const Divisor& unit
) {
    const auto priced = checked_mul(debt, price_base);
    if (!priced) {
        return std::nullopt;
    }
    // Since 3.5 up, against the borrower; down before.
    return rules.rounding == Rounding::kDirected ? unit.ceil(*priced) : unit.floor(*priced);
}

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
            "the price of reserve " + std::to_string(reserve) + " was never read"
        );
    }
    return Figure<T>::without(
        FigureStatus::kError,
        "the market's oracle has no price of reserve " + std::to_string(reserve) + " at block " +
            std::to_string(block_)
    );
}

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
    return Figure<T>::without(
        FigureStatus::kError,
        "the market's oracle has no price of eMode category " + std::to_string(category) +
            " at block " + std::to_string(block_)
    );
}

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
        leg.category = reserve->config.emode_category;
        leg.ltv_bps = reserve->config.ltv_bps;
        leg.liquidation_threshold_bps = reserve->config.liquidation_threshold_bps;
        if (const PriceRow* price = tables.prices.find({.market = market, .reserve = id});
            price != nullptr && fresh_prices) {
            leg.price_base = price->price_base;
            leg.priced = !price->none;
            leg.no_price = price->none;
        }
    }
}

Figure<AccountData> Valuation::account(const Address& account) const {
    return this->account(record(account));
}

Figure<AccountData> Valuation::account(const AccountRecord& account) const {
    if (!usable_.ok()) {
        return Figure<AccountData>::without(usable_.status, usable_.reason);
    }
    Sums sums = begin(account.user);
    const ReserveBits used = account.user.collateral_bits | account.user.debt_bits;
    if (sums.without_category_price && !used.is_zero()) {
        return without_category_price<AccountData>(account.user.emode);
    }
    for (unsigned next = used.next(0); next < state_.reserve_count; next = used.next(next + 1)) {
        const auto id = static_cast<ReserveId>(next);
        switch (add(sums, account, id)) {
            case Added::kYes:
                continue;
            case Added::kWithoutPrice:
                return without_price<AccountData>(id);
            case Added::kUnfollowed:
                return Figure<AccountData>::without(FigureStatus::kNoData, unfollowed_text(id));
            case Added::kOverflow:
                return Figure<AccountData>::without(FigureStatus::kError, kOverflows);
        }
    }
    const auto data = conclude(sums);
    return data ? Figure<AccountData>::of(*data)
                : Figure<AccountData>::without(FigureStatus::kError, kOverflows);
}

Valuation::Sums Valuation::begin(const UserRow& user) const {
    Sums sums;
    sums.category = user.emode;
    if (user.emode == 0) {
        return sums;
    }
    const EModeKey key{.market = market_, .category = user.emode};
    sums.emode = tables_.emodes.find(key);
    if (rules_.category_per_asset && sums.emode != nullptr &&
        sums.emode->price_source != Address{}) {
        const PriceRow* price = tables_.category_prices.find(key);
        sums.without_category_price =
            price == nullptr || price->none || state_.prices_block != block_;
        sums.category_price_base = sums.without_category_price ? U256() : price->price_base;
    }
    return sums;
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
    if (rules_.stable_debt && tables_.stable_positions.size() != 0) {
        held.stable = tables_.stable_positions.find(
            {.market = market_, .account = account.key.account, .reserve = reserve}
        );
        held.known = held.known || held.stable != nullptr;
    }
    return held;
}

bool Valuation::in_category(const Sums& sums, const Leg& leg, ReserveId reserve) const {
    if (sums.emode == nullptr) {
        return false;
    }
    return rules_.category_per_asset ? leg.category == sums.category
                                     : sums.emode->collateral_bits.bit(reserve);
}

Valuation::Leg Valuation::leg_of(const Sums& sums, ReserveId reserve) const {
    Leg leg = legs_[reserve];
    if (!sums.category_price_base.is_zero() && in_category(sums, leg, reserve)) {
        leg.price_base = sums.category_price_base;
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
        if (emode != nullptr && emode->price_source == source && price != nullptr && !price->none &&
            state_.prices_block == block_) {
            return Figure<U256>::of(price->price_base);
        }
    }
    return Figure<U256>::without(FigureStatus::kNoData, "an asset that was never listed");
}

Valuation::Added Valuation::add(Sums& sums, const AccountRecord& account, ReserveId reserve) const {
    const bool as_collateral = account.user.collateral_bits.bit(reserve);
    const bool as_debt = account.user.debt_bits.bit(reserve);
    if ((!as_collateral && !as_debt) || !legs_[reserve].listed) {
        return Added::kYes;
    }
    if (legs_[reserve].unfollowed) {
        return Added::kUnfollowed;
    }
    Leg priced_by_category;
    const bool by_category = !sums.category_price_base.is_zero();
    if (by_category) {
        priced_by_category = leg_of(sums, reserve);
    }
    const Leg& leg = by_category ? priced_by_category : legs_[reserve];
    if (!leg.priced) {
        return Added::kWithoutPrice;
    }
    const Holding held = holding(account, reserve);
    const bool added =
        !leg.reverts &&
        (!as_collateral || add_collateral(sums, leg, reserve, held.scaled.scaled_supply)) &&
        (!as_debt || add_debt(sums, leg, held));
    return added ? Added::kYes : Added::kOverflow;
}

std::optional<U256> Valuation::supplied(const Leg& leg, const U256& scaled) const {
    return rules_.rounding == Rounding::kDirected ? ray_mul_floor(scaled, leg.income_ray)
                                                  : ray_mul_half_up(scaled, leg.income_ray);
}

std::optional<U256> Valuation::borrowed(const Leg& leg, const U256& scaled) const {
    return rules_.rounding == Rounding::kDirected ? ray_mul_ceil(scaled, leg.debt_ray)
                                                  : ray_mul_half_up(scaled, leg.debt_ray);
}

std::optional<U256> Valuation::borrowed_stable(const Holding& held) const {
    if (held.stable == nullptr) {
        return U256();
    }
    return stable_debt(
        rules_, held.stable->principal, held.stable->rate_ray, held.stable->updated, timestamp_
    );
}

bool Valuation::add_collateral(Sums& sums, const Leg& leg, ReserveId id, const U256& scaled) const {
    if (rules_.reserve_overrides_emode && leg.liquidation_threshold_bps == 0) {
        return true;
    }
    const auto balance = supplied(leg, scaled);
    const auto priced = balance ? checked_mul(*balance, leg.price_base) : std::nullopt;
    if (!priced) {
        return false;
    }
    const U256 value_base = leg.unit.floor(*priced);
    std::uint64_t ltv_bps = leg.ltv_bps;
    std::uint64_t threshold_bps = leg.liquidation_threshold_bps;
    if (in_category(sums, leg, id)) {
        const bool lends_nothing = sums.emode->ltv_zero_bits.bit(id) ||
                                   (rules_.reserve_overrides_emode && leg.ltv_bps == 0);
        ltv_bps = lends_nothing ? 0 : sums.emode->ltv_bps;
        threshold_bps = sums.emode->liquidation_threshold_bps;
    } else if (sums.emode != nullptr && sums.emode->isolated) {
        ltv_bps = 0;  // The threshold stays the reserve's, and with it the health factor.
    }
    const auto total = checked_add(sums.collateral_base, value_base);
    if (!total) {
        return false;
    }
    sums.collateral_base = *total;
    return add_product(sums.collateral_times_ltv, value_base, ltv_bps) &&
           add_product(sums.collateral_times_threshold, value_base, threshold_bps);
}

bool Valuation::add_debt(Sums& sums, const Leg& leg, const Holding& held) const {
    const auto variable = borrowed(leg, held.scaled.scaled_debt);
    const auto fixed = borrowed_stable(held);
    const auto debt = variable && fixed ? checked_add(*variable, *fixed) : std::nullopt;
    const auto value_base =
        debt ? debt_in_base(rules_, *debt, leg.price_base, leg.unit) : std::nullopt;
    const auto total = value_base ? checked_add(sums.debt_base, *value_base) : std::nullopt;
    if (total) {
        sums.debt_base = *total;
    }
    return total.has_value();
}

/// wadDiv rounds half up; the division by one hundred percent rounds down.
std::optional<U256> Valuation::health_factor_wad(const Sums& sums, const U256& threshold_bps)
    const {
    if (sums.debt_base.is_zero()) {
        return U256::max();
    }
    if (rules_.averages_threshold) {
        const auto covered = percent_mul_half_up(sums.collateral_base, threshold_bps);
        return covered ? wad_div_half_up(*covered, sums.debt_base) : std::nullopt;
    }
    const auto ratio = wad_div_half_up(sums.collateral_times_threshold, sums.debt_base);
    return ratio ? std::optional(kPerOne.floor(*ratio)) : std::nullopt;
}

std::optional<AccountData> Valuation::conclude(const Sums& sums) const {
    AccountData data;
    data.total_collateral_base = sums.collateral_base;
    data.total_debt_base = sums.debt_base;
    if (!sums.collateral_base.is_zero()) {
        const Divisor collateral(sums.collateral_base);
        data.ltv_bps = collateral.floor(sums.collateral_times_ltv);
        data.current_liquidation_threshold_bps = collateral.floor(sums.collateral_times_threshold);
    }
    const auto health = health_factor_wad(sums, data.current_liquidation_threshold_bps);
    const auto borrowable = rules_.rounding == Rounding::kDirected
                                ? percent_mul_floor(sums.collateral_base, data.ltv_bps)
                                : percent_mul_half_up(sums.collateral_base, data.ltv_bps);
    if (!health || !borrowable) {
        return std::nullopt;
    }
    data.health_factor_wad = *health;
    data.available_borrows_base = checked_sub(*borrowable, sums.debt_base).value_or(U256());
    return data;
}

}  // namespace faultline::aave
