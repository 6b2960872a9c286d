// SPDX-License-Identifier: Apache-2.0
// The six figures of an account. Each formula is written once, for numbers below 2^128 and for all:
// where an amount does not fit the first, or there is no figure, the second decides.
#include "core/protocols/aave/valuation_sums.hpp"

#include <faultline/base/divisor.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/narrow.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>

#include <concepts>
#include <cstdint>
#include <optional>

namespace faultline::aave {
namespace {

/// Adds a * b to a sum; false where that does not fit.
template <class Int>
bool add_product(Int& sum, const Int& a, std::uint64_t b) {
    const auto product = checked_mul(a, Int(b));
    const auto total = product ? checked_add(sum, *product) : std::nullopt;
    if (total) {
        sum = *total;
    }
    return total.has_value();
}

/// Of the next collateral, before it is added.
void note_threshold(auto& sums, std::uint64_t threshold_bps) {
    const bool first = sums.collateral_base.is_zero();
    sums.thresholds_differ =
        sums.thresholds_differ || (!first && threshold_bps != sums.threshold_bps);
    sums.threshold_bps = threshold_bps;
}

template <class Int>
U256 widened(const Int& value) {
    if constexpr (std::same_as<Int, Narrow>) {
        return value.to_u256();
    } else {
        return value;
    }
}

template <class Int>
std::optional<Int> fitted(const std::optional<U256>& value) {
    if constexpr (std::same_as<Int, Narrow>) {
        return value ? narrowed(*value) : std::nullopt;
    } else {
        return value;
    }
}

/// Debt in the base currency as getUserAccountData values it.
template <class Int>
std::optional<Int> in_base(
    const Rules& rules, const Int& debt, const Int& price_base, const Divisor& unit
) {
    const auto priced = checked_mul(debt, price_base);
    if (!priced) {
        return std::nullopt;
    }
    // Since 3.5 up, against the borrower; down before.
    return rules.rounding == Rounding::kDirected ? unit.ceil(*priced) : unit.floor(*priced);
}

}  // namespace

// The parts of the sum are inlined by request: an account costs some ten calls otherwise, each with
// its numbers in memory.

std::optional<U256> debt_in_base(
    const Rules& rules, const U256& debt, const U256& price_base, const Divisor& unit
) {
    return in_base(rules, debt, price_base, unit);
}

/// What is held and owed of one reserve, in one kind of number.
template <class Int>
struct Valuation::Amounts {
    Int scaled_supply;
    Int scaled_debt;
    Int fixed_debt;
};

Figure<AccountData> Valuation::account(const AccountRecord& account) const {
    if (!usable_.ok()) {
        return Figure<AccountData>::without(usable_.status, usable_.reason);
    }
    const AccountTerms terms = begin(account.user);
    if (terms.without_category_price &&
        !(account.user.collateral_bits | account.user.debt_bits).is_zero()) {
        return without_category_price<AccountData>(account.user.emode);
    }
    if (narrow_ && terms.category_price_base.fits_u128()) [[likely]] {
        Figure<AccountData> out;
        SumsOf<Narrow> sums(terms);
        if (add_all(sums, account).added == Added::kYes && conclude(sums, out.value)) [[likely]] {
            out.status = FigureStatus::kValue;
            return out;
        }
    }
    return wide_account(account, terms);
}

Figure<HealthFigures> Valuation::health(const AccountRecord& account) const {
    if (usable_.ok() && narrow_) {
        const AccountTerms terms = begin(account.user);
        SumsOf<Narrow> sums(terms);
        // What is left out of the six figures cannot revert where the sums are below 2^128.
        if (!terms.without_category_price && terms.category_price_base.fits_u128() &&
            add_all(sums, account).added == Added::kYes) [[likely]] {
            Figure<HealthFigures> out;
            if (const auto health_wad = health_factor_wad(sums)) [[likely]] {
                out.status = FigureStatus::kValue;
                out.value.health_factor_wad = *health_wad;
                out.value.total_collateral_base = widened(sums.collateral_base);
                out.value.total_debt_base = widened(sums.debt_base);
                return out;
            }
        }
    }
    const Figure<AccountData> all = this->account(account);
    return {
        .status = all.status,
        .value =
            {.health_factor_wad = all.value.health_factor_wad,
             .total_collateral_base = all.value.total_collateral_base,
             .total_debt_base = all.value.total_debt_base},
        .reason = all.reason
    };
}

Figure<AccountData> Valuation::wide_account(const AccountRecord& account, const AccountTerms& terms)
    const {
    Sums sums(terms);
    const AddedAll all = add_all(sums, account);
    if (all.added == Added::kWithoutPrice) {
        return without_price<AccountData>(all.last);
    }
    if (all.added == Added::kUnfollowed) {
        return Figure<AccountData>::without(FigureStatus::kNoData, unfollowed_text(all.last));
    }
    AccountData data;
    return all.added == Added::kYes && conclude(sums, data)
               ? Figure<AccountData>::of(data)
               : Figure<AccountData>::without(FigureStatus::kError, kOverflows);
}

template <class Int>
Valuation::AddedAll Valuation::add_all(
    SumsOf<Int>& sums, const AccountRecord& account, ReserveId except
) const {
    const ReserveBits used = account.user.collateral_bits | account.user.debt_bits;
    auto held = account.legs.begin();  // Both are in the order of reserves.
    for (unsigned next = used.next(0); next < state_.reserve_count; next = used.next(next + 1)) {
        const auto id = static_cast<ReserveId>(next);
        while (held != account.legs.end() && held->reserve < id) {
            ++held;
        }
        const bool holds = held != account.legs.end() && held->reserve == id;
        if (id == except || !legs_[id].listed) {
            continue;
        }
        const Added added = add(sums, account, id, holds ? &*held : nullptr);
        if (added != Added::kYes) {
            return {.added = added, .last = id};
        }
    }
    return {};
}

template Valuation::AddedAll Valuation::add_all<U256>(
    SumsOf<U256>& sums, const AccountRecord& account, ReserveId except
) const;

template <class Int>
[[gnu::always_inline]] inline Valuation::Added Valuation::add(
    SumsOf<Int>& sums, const AccountRecord& account, ReserveId id, const AccountLeg* held
) const {
    const Leg& leg = legs_[id];
    if (leg.unfollowed) [[unlikely]] {
        return Added::kUnfollowed;
    }
    const bool by_category = !sums.category_price_base.is_zero() && in_category(sums, leg, id);
    if (!leg.priced && !by_category) {
        return Added::kWithoutPrice;
    }
    const Int price_base(by_category ? sums.category_price_base : leg.price_base);
    const bool as_debt = account.user.debt_bits.bit(id);
    const auto amounts = this->amounts<Int>(account, id, held, as_debt);
    const bool added =
        !leg.reverts && amounts &&
        (!account.user.collateral_bits.bit(id) ||
         add_collateral(sums, leg, id, amounts->scaled_supply, price_base)) &&
        (!as_debt || add_debt(sums, leg, amounts->scaled_debt, amounts->fixed_debt, price_base));
    return added ? Added::kYes : Added::kOverflow;
}

template <class Int>
[[gnu::always_inline]] inline std::optional<Valuation::Amounts<Int>> Valuation::amounts(
    const AccountRecord& account, ReserveId id, const AccountLeg* held, bool as_debt
) const {
    Amounts<Int> out;
    if (held != nullptr) {
        if constexpr (std::same_as<Int, Narrow>) {
            if (held->wide) {
                return std::nullopt;
            }
            out.scaled_supply = Narrow::from_limbs(held->scaled_supply);
            out.scaled_debt = Narrow::from_limbs(held->scaled_debt);
        } else {
            const PositionRow row = tables_.accounts.position(account, *held);
            out.scaled_supply = row.scaled_supply;
            out.scaled_debt = row.scaled_debt;
        }
    }
    if (as_debt && has_stable_debt_) {
        const auto fixed = fitted<Int>(borrowed_stable(stable_position(account, id)));
        if (!fixed) {
            return std::nullopt;
        }
        out.fixed_debt = *fixed;
    }
    return out;
}

template <class Int>
[[gnu::always_inline]] inline bool Valuation::add_collateral(
    SumsOf<Int>& sums, const Leg& leg, ReserveId id, const Int& scaled, const Int& price_base
) const {
    if (rules_.reserve_overrides_emode && leg.liquidation_threshold_bps == 0) {
        return true;
    }
    const Int income_ray(leg.income_ray);
    const auto balance = rules_.rounding == Rounding::kDirected
                             ? ray_mul_floor(scaled, income_ray)
                             : ray_mul_half_up(scaled, income_ray);
    const auto priced = balance ? checked_mul(*balance, price_base) : std::nullopt;
    if (!priced) {
        return false;
    }
    const Int value_base = leg.unit.floor(*priced);
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
    note_threshold(sums, threshold_bps);
    return add_product(sums.collateral_base, value_base, 1) &&
           add_product(sums.collateral_times_ltv, value_base, ltv_bps) &&
           add_product(sums.collateral_times_threshold, value_base, threshold_bps);
}

template bool Valuation::add_collateral<U256>(
    SumsOf<U256>& sums, const Leg& leg, ReserveId id, const U256& scaled, const U256& price_base
) const;

template <class Int>
[[gnu::always_inline]] inline bool Valuation::add_debt(
    SumsOf<Int>& sums, const Leg& leg, const Int& scaled, const Int& fixed, const Int& price_base
) const {
    const Int debt_ray(leg.debt_ray);
    const auto variable = rules_.rounding == Rounding::kDirected
                              ? ray_mul_ceil(scaled, debt_ray)
                              : ray_mul_half_up(scaled, debt_ray);
    const auto debt = variable ? checked_add(*variable, fixed) : std::nullopt;
    const auto value_base = debt ? in_base(rules_, *debt, price_base, leg.unit) : std::nullopt;
    const auto total = value_base ? checked_add(sums.debt_base, *value_base) : std::nullopt;
    if (total) {
        sums.debt_base = *total;
    }
    return total.has_value();
}

template bool Valuation::add_debt<U256>(
    SumsOf<U256>& sums,
    const Leg& leg,
    const U256& scaled,
    const U256& fixed,
    const U256& price_base
) const;

/// Rounds down.
template <class Int>
Int Valuation::average_threshold_bps(const SumsOf<Int>& sums) const {
    if (sums.collateral_base.is_zero()) {
        return {};
    }
    // The quotient of a product by one of its factors needs no division.
    return sums.thresholds_differ
               ? Divisor(widened(sums.collateral_base)).floor(sums.collateral_times_threshold)
               : Int(sums.threshold_bps);
}

/// wadDiv rounds half up; the division by one hundred percent rounds down.
template <class Int>
std::optional<U256> Valuation::health_factor_wad(const SumsOf<Int>& sums) const {
    if (sums.debt_base.is_zero()) {
        return U256::max();
    }
    if (rules_.averages_threshold) {
        const auto covered = percent_mul_half_up(sums.collateral_base, average_threshold_bps(sums));
        const auto health = covered ? wad_div_half_up(*covered, sums.debt_base) : std::nullopt;
        return health ? std::optional(widened(*health)) : std::nullopt;
    }
    const auto ratio = wad_div_half_up(sums.collateral_times_threshold, sums.debt_base);
    return ratio ? std::optional(widened(kPercentOne.floor(*ratio))) : std::nullopt;
}

template <class Int>
bool Valuation::conclude(const SumsOf<Int>& sums, AccountData& data) const {
    const Int threshold_bps = average_threshold_bps(sums);
    const Int ltv_bps =
        sums.collateral_base.is_zero()
            ? Int()
            : Divisor(widened(sums.collateral_base)).floor(sums.collateral_times_ltv);
    const auto health = health_factor_wad(sums);
    const auto borrowable = rules_.rounding == Rounding::kDirected
                                ? percent_mul_floor(sums.collateral_base, ltv_bps)
                                : percent_mul_half_up(sums.collateral_base, ltv_bps);
    if (!health || !borrowable) {
        return false;
    }
    data.total_collateral_base = widened(sums.collateral_base);
    data.total_debt_base = widened(sums.debt_base);
    data.ltv_bps = widened(ltv_bps);
    data.current_liquidation_threshold_bps = widened(threshold_bps);
    data.health_factor_wad = *health;
    data.available_borrows_base =
        checked_sub(widened(*borrowable), data.total_debt_base).value_or(U256());
    return true;
}

template bool Valuation::conclude<U256>(const SumsOf<U256>& sums, AccountData& data) const;

}  // namespace faultline::aave
