// SPDX-License-Identifier: Apache-2.0
// An account reserve by reserve, and how far each collateral may fall.
#include "core/protocols/aave/valuation_sums.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace faultline::aave {
namespace {

/// No price is beyond it; sums of what it is multiplied with fit 256 bits.
constexpr unsigned kHighestPriceDigits = 38;

Figure<U256> without(const char* reason) {
    return Figure<U256>::without(FigureStatus::kNoData, reason);
}

/// What an account can be liquidated at, by the price of one asset.
enum class At : std::uint8_t {
    kSafe,
    kLiquidatable,
    kNoPrice,  ///< The contract's view overflows there.
};

U256 middle(const U256& low, const U256& high) {
    return half(wrapping_add(low, high));
}

/// The highest price that is kLiquidatable, of which the next is kSafe; `price_base` is today's.
template <class Judge>
Figure<U256> highest_liquidatable(const U256& price_base, const Judge& judge) {
    if (judge(U256()) != At::kLiquidatable) {
        return without("no fall of this price alone makes the account liquidatable");
    }
    const U256 highest = pow10(kHighestPriceDigits);
    U256 low;
    U256 high = price_base.is_zero() ? U256(1) : price_base;
    // Ends: doubles up to `highest`.
    for (At at = judge(high); at != At::kSafe; at = judge(high)) {
        if (at == At::kNoPrice || high >= highest) {
            return without("the account is liquidatable at every price of this asset");
        }
        low = high;
        high = wrapping_add(high, high);
    }
    // Ends: halves the distance. At `low` it is liquidatable, at `high` it is not.
    for (U256 next = middle(low, high); next != low; next = middle(low, high)) {
        (judge(next) == At::kSafe ? high : low) = next;
    }
    return Figure<U256>::of(low);
}

}  // namespace

Figure<std::vector<PositionFigures>> Valuation::positions(const Address& account) const {
    using All = Figure<std::vector<PositionFigures>>;
    if (!usable_.ok()) {
        return All::without(usable_.status, usable_.reason);
    }
    const AccountRecord record = this->record(account);
    const AccountTerms terms = begin(record.user);
    std::vector<PositionFigures> out;
    for (ReserveId id = 0; id < state_.reserve_count; ++id) {
        const bool collateral = record.user.collateral_bits.bit(id);
        const Holding held = holding(record, id);
        if (legs_[id].unfollowed && (collateral || record.user.debt_bits.bit(id))) {
            return All::without(FigureStatus::kNoData, unfollowed_text(id));
        }
        if (!legs_[id].listed || (!held.known && !collateral)) {
            continue;
        }
        auto position = this->position(leg_of(terms, id), id, held);
        if (!position) {
            return All::without(FigureStatus::kError, kOverflows);
        }
        position->collateral = collateral;
        position->liquidation_price_base = collateral
                                               ? liquidation_price(record, id)
                                               : without("it is no collateral of this account");
        out.push_back(*std::move(position));
    }
    return All::of(std::move(out));
}

std::optional<PositionFigures> Valuation::position(
    const Leg& leg, ReserveId id, const Holding& held
) const {
    const auto supplied = this->supplied(leg, held.scaled.scaled_supply);
    const auto borrowed = this->borrowed(leg, held.scaled.scaled_debt);
    const auto fixed = borrowed_stable(held.stable);
    const auto debt = borrowed && fixed ? checked_add(*borrowed, *fixed) : std::nullopt;
    if (leg.reverts || !supplied || !debt) {
        return std::nullopt;
    }
    PositionFigures out;
    out.reserve = id;
    out.asset = tables_.reserves.find({.market = market_, .reserve = id})->asset;
    out.supplied = *supplied;
    out.borrowed = *borrowed;
    out.borrowed_stable = *fixed;
    out.price_base = leg.priced ? Figure<U256>::of(leg.price_base) : price(id);
    if (!leg.priced) {
        out.supplied_base = out.price_base;
        out.borrowed_base = out.price_base;
        return out;
    }
    const auto worth = checked_mul(*supplied, leg.price_base);
    const auto owed = debt_in_base(rules_, *debt, leg.price_base, leg.unit);
    if (!worth || !owed) {
        return std::nullopt;
    }
    out.supplied_base = Figure<U256>::of(leg.unit.floor(*worth));
    out.borrowed_base = Figure<U256>::of(*owed);
    return out;
}

std::optional<U256> Valuation::health_at(
    Sums sums, ReserveId reserve, bool owed, const Holding& held, const U256& price_base
) const {
    const Leg& leg = legs_[reserve];
    if (!add_collateral<U256>(sums, leg, reserve, held.scaled.scaled_supply, price_base)) {
        return std::nullopt;
    }
    if (owed) {
        const auto fixed = borrowed_stable(held.stable);
        if (!fixed || !add_debt<U256>(sums, leg, held.scaled.scaled_debt, *fixed, price_base)) {
            return std::nullopt;
        }
    }
    AccountData data;
    return conclude<U256>(sums, data) ? std::optional(data.health_factor_wad) : std::nullopt;
}

Figure<bool> Valuation::add_others(Sums& sums, const AccountRecord& account, ReserveId reserve)
    const {
    const AddedAll all = add_all<U256>(sums, account, reserve);
    if (all.added == Added::kWithoutPrice) {
        const Figure<U256> why = without_price<U256>(all.last);
        return Figure<bool>::without(why.status, why.reason);
    }
    if (all.added == Added::kUnfollowed) {
        return Figure<bool>::without(FigureStatus::kNoData, unfollowed_text(all.last));
    }
    return all.added == Added::kYes ? Figure<bool>::of(true)
                                    : Figure<bool>::without(FigureStatus::kError, kOverflows);
}

Figure<U256> Valuation::liquidation_price(const AccountRecord& account, ReserveId reserve) const {
    const UserRow& user = account.user;
    Sums others(begin(user));
    if (others.without_category_price) {
        return without_category_price<U256>(user.emode);
    }
    if (!others.category_price_base.is_zero() && in_category(others, legs_[reserve], reserve)) {
        return without("it is valued at the price of its eMode category, not at its own");
    }
    if (const Figure<bool> added = add_others(others, account, reserve); !added.ok()) {
        return Figure<U256>::without(added.status, added.reason);
    }
    const Holding held = holding(account, reserve);
    const bool owed = user.debt_bits.bit(reserve);
    if (!owed && others.debt_base.is_zero()) {
        return without("nothing is owed");
    }
    const auto judge = [&](const U256& price_base) {
        const auto health_wad = health_at(others, reserve, owed, held, price_base);
        return !health_wad ? At::kNoPrice : *health_wad < wad() ? At::kLiquidatable : At::kSafe;
    };
    return highest_liquidatable(legs_[reserve].price_base, judge);
}

}  // namespace faultline::aave
