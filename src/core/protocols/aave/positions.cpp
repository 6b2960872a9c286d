// SPDX-License-Identifier: Apache-2.0
// An account reserve by reserve, and how far each collateral may fall.
#include "core/protocols/aave/valuation_sums.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::aave {
namespace {

/// No price is beyond it; sums of what it is multiplied with fit 256 bits.
constexpr unsigned kHighestPriceDigits = 38;

Figure<U256> without(const char* reason) {
    return Figure<U256>::without(FigureStatus::kNoData, reason);
}

}  // namespace

Figure<std::vector<PositionFigures>> Valuation::positions(const Address& account) const {
    using All = Figure<std::vector<PositionFigures>>;
    if (!usable_.ok()) {
        return All::without(usable_.status, usable_.reason);
    }
    const UserRow* known = tables_.users.find({.market = market_, .account = account});
    const UserRow user = known == nullptr ? UserRow{} : *known;
    std::vector<PositionFigures> out;
    for (ReserveId id = 0; id < state_.reserve_count; ++id) {
        const Leg& leg = legs_[id];
        const PositionRow* held =
            tables_.positions.find({.market = market_, .account = account, .reserve = id});
        PositionFigures position;
        position.collateral = user.collateral_bits.bit(id);
        if (!leg.listed || (held == nullptr && !position.collateral)) {
            continue;
        }
        const PositionRow scaled = held == nullptr ? PositionRow{} : *held;
        const auto supplied = ray_mul_floor(scaled.scaled_supply, leg.income_ray);
        const auto borrowed = ray_mul_ceil(scaled.scaled_debt, leg.debt_ray);
        if (leg.reverts || !supplied || !borrowed) {
            return All::without(FigureStatus::kError, kOverflows);
        }
        position.reserve = id;
        position.asset = tables_.reserves.find({.market = market_, .reserve = id})->asset;
        position.supplied = *supplied;
        position.borrowed = *borrowed;
        position.price_base = price(id);
        position.supplied_base = without_price<U256>(id);
        position.borrowed_base = position.supplied_base;
        if (leg.priced) {
            const auto worth = checked_mul(*supplied, leg.price_base);
            const auto owed = mul_div_ceil(*borrowed, leg.price_base, leg.unit);
            if (!worth || !owed) {
                return All::without(FigureStatus::kError, kOverflows);
            }
            position.supplied_base = Figure<U256>::of(div_mod(*worth, leg.unit).quotient);
            position.borrowed_base = Figure<U256>::of(*owed);
        }
        position.liquidation_price_base = position.collateral
                                              ? liquidation_price(account, user, id)
                                              : without("it is no collateral of this account");
        out.push_back(std::move(position));
    }
    return All::of(std::move(out));
}

Figure<U256> Valuation::liquidation_price(
    const Address& account, const UserRow& user, ReserveId reserve
) const {
    Sums others = begin(user);
    for (ReserveId id = 0; id < state_.reserve_count; ++id) {
        if (id == reserve) {
            continue;
        }
        const Added added = add(others, account, user, id);
        if (added == Added::kWithoutPrice) {
            return without_price<U256>(id);
        }
        if (added == Added::kOverflow) {
            return Figure<U256>::without(FigureStatus::kError, kOverflows);
        }
    }
    const PositionRow* held =
        tables_.positions.find({.market = market_, .account = account, .reserve = reserve});
    const PositionRow scaled = held == nullptr ? PositionRow{} : *held;
    const bool owed = user.debt_bits.bit(reserve);
    if (!owed && others.debt_base.is_zero()) {
        return without("nothing is owed");
    }
    // Whether it can be liquidated at that price; one at which the view overflows is no price.
    const auto liquidatable = [&](const U256& price_base) {
        Leg leg = legs_[reserve];
        leg.price_base = price_base;
        Sums sums = others;
        const bool added = add_collateral(sums, leg, reserve, scaled.scaled_supply) &&
                           (!owed || add_debt(sums, leg, scaled.scaled_debt));
        const auto data = added ? conclude(sums) : std::nullopt;
        return data ? std::optional(data->health_factor_wad < wad()) : std::nullopt;
    };
    if (liquidatable(U256()) != true) {
        return without("no fall of this price alone makes the account liquidatable");
    }
    const U256 highest = pow10(kHighestPriceDigits);
    U256 low;
    U256 high = legs_[reserve].price_base.is_zero() ? U256(1) : legs_[reserve].price_base;
    // Ends: doubles up to `highest`.
    for (auto at = liquidatable(high); at != false; at = liquidatable(high)) {
        if (!at || high >= highest) {
            return without("the account is liquidatable at every price of this asset");
        }
        low = high;
        high = *checked_add(high, high);
    }
    // Ends: halves the distance. At `low` it is liquidatable, at `high` it is not.
    for (U256 middle = half(*checked_add(low, high)); middle != low;
         middle = half(*checked_add(low, high))) {
        (liquidatable(middle) == false ? high : low) = middle;
    }
    return Figure<U256>::of(low);
}

}  // namespace faultline::aave
