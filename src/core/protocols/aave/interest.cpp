// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/interest.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace faultline::aave {
namespace {

constexpr std::uint64_t kSecondsPerYear = 365ULL * 24 * 3600;

std::optional<U256> rate_times_years(const U256& rate_ray, std::uint64_t elapsed_s) {
    const auto product = checked_mul(rate_ray, U256(elapsed_s));
    if (!product) {
        return std::nullopt;
    }
    return div_mod(*product, U256(kSecondsPerYear)).quotient;
}

/// nullopt for a block older than the last update, where the contract's subtraction reverts.
std::optional<std::uint64_t> seconds_since_update(const ReserveRow& reserve, UnixSeconds now) {
    return now.value < reserve.last_update.value
               ? std::nullopt
               : std::optional(now.value - reserve.last_update.value);
}

/// a - b, unless one of them is missing.
std::optional<U256> difference(const std::optional<U256>& a, const std::optional<U256>& b) {
    return a && b ? checked_sub(*a, *b) : std::nullopt;
}

std::optional<U256> sum(const std::optional<U256>& a, const std::optional<U256>& b) {
    return a && b ? checked_add(*a, *b) : std::nullopt;
}

/// What was owed at fixed rates more at `now` than at the reserve's last update.
std::optional<U256> stable_interest(
    const Rules& rules, const ReserveRow& reserve, UnixSeconds now
) {
    const StableTotal& stable = reserve.stable;
    const auto at = [&](UnixSeconds time) {
        return stable_debt(rules, stable.principal, stable.average_rate_ray, stable.updated, time);
    };
    return difference(at(now), at(reserve.last_update));
}

/// The interest of all debt since the reserve's last update.
std::optional<U256> interest_of_debt(
    const Rules& rules, const ReserveRow& reserve, const U256& debt_index_ray, UnixSeconds now
) {
    if (rules.rounding == Rounding::kDirected) {
        const auto grown = checked_sub(debt_index_ray, reserve.variable_borrow_index_ray);
        return grown ? ray_mul_floor(reserve.scaled_debt, *grown) : std::nullopt;
    }
    const auto variable = difference(
        ray_mul_half_up(reserve.scaled_debt, debt_index_ray),
        ray_mul_half_up(reserve.scaled_debt, reserve.variable_borrow_index_ray)
    );
    return rules.stable_debt ? sum(variable, stable_interest(rules, reserve, now)) : variable;
}

/// ReserveLogic._accrueToTreasury: the reserve factor's share of the debt's interest, scaled.
std::optional<U256> accrued_to_treasury(
    const Rules& rules,
    const ReserveRow& reserve,
    const U256& liquidity_index_ray,
    const U256& debt_index_ray,
    UnixSeconds now
) {
    if (rules.treasury_minted_at_once || reserve.config.reserve_factor_bps == 0) {
        return U256();
    }
    const auto interest = interest_of_debt(rules, reserve, debt_index_ray, now);
    const auto share = interest
                           ? percent_mul_half_up(*interest, U256(reserve.config.reserve_factor_bps))
                           : std::nullopt;
    if (!share) {
        return std::nullopt;
    }
    return rules.rounding == Rounding::kDirected ? ray_div_floor(*share, liquidity_index_ray)
                                                 : ray_div_half_up(*share, liquidity_index_ray);
}

/// RAY + x + rayMul(x, x/2 + rayMul(x, x/6)), every division truncating as Solidity's does.
std::optional<U256> taylor_ray(const U256& rate_ray, std::uint64_t elapsed_s) {
    const auto x = rate_times_years(rate_ray, elapsed_s);
    if (!x) {
        return std::nullopt;
    }
    const auto third = ray_mul_half_up(*x, div_mod(*x, U256(6)).quotient);
    const auto inner = sum(div_mod(*x, U256(2)).quotient, third);
    const auto higher = inner ? ray_mul_half_up(*x, *inner) : std::nullopt;
    return sum(checked_add(ray(), *x), higher);
}

/// n * (n - 1) * ... * power / divisor, truncating.
std::optional<U256> binomial_term(
    std::span<const std::uint64_t> counts, const std::optional<U256>& power, std::uint64_t divisor
) {
    std::optional<U256> product = power;
    for (const std::uint64_t count : counts) {
        product = product ? checked_mul(*product, U256(count)) : std::nullopt;
    }
    return product ? std::optional(div_mod(*product, U256(divisor)).quotient) : std::nullopt;
}

/// RAY + r n/year + n (n-1) r^2/2 + n (n-1) (n-2) r^3/6, the powers by the second.
std::optional<U256> binomial_ray(const U256& rate_ray, std::uint64_t elapsed_s) {
    const std::uint64_t less_one = elapsed_s - 1;
    const std::uint64_t less_two = elapsed_s > 2 ? elapsed_s - 2 : 0;
    const auto squared = ray_mul_half_up(rate_ray, rate_ray);
    if (!squared) {
        return std::nullopt;
    }
    const U256 second_power = div_mod(*squared, U256(kSecondsPerYear * kSecondsPerYear)).quotient;
    const auto cubed = ray_mul_half_up(second_power, rate_ray);
    const auto third_power =
        cubed ? std::optional(div_mod(*cubed, U256(kSecondsPerYear)).quotient) : std::nullopt;
    const auto first = rate_times_years(rate_ray, elapsed_s);
    const auto second = binomial_term(std::array{elapsed_s, less_one}, second_power, 2);
    const auto third = binomial_term(std::array{elapsed_s, less_one, less_two}, third_power, 6);
    return sum(sum(sum(ray(), first), second), third);
}

/// The same powers of the rate per second, which is rounded down before (MathUtils of V2).
std::optional<U256> per_second_ray(const U256& rate_ray, std::uint64_t elapsed_s) {
    const std::uint64_t less_one = elapsed_s - 1;
    const std::uint64_t less_two = elapsed_s > 2 ? elapsed_s - 2 : 0;
    const U256 rate_per_second = div_mod(rate_ray, U256(kSecondsPerYear)).quotient;
    const auto second_power = ray_mul_half_up(rate_per_second, rate_per_second);
    const auto third_power =
        second_power ? ray_mul_half_up(*second_power, rate_per_second) : std::nullopt;
    const auto first = checked_mul(rate_per_second, U256(elapsed_s));
    const auto second = binomial_term(std::array{elapsed_s, less_one}, second_power, 2);
    const auto third = binomial_term(std::array{elapsed_s, less_one, less_two}, third_power, 6);
    return sum(sum(sum(ray(), first), second), third);
}

}  // namespace

std::optional<U256> linear_interest_ray(const U256& rate_ray, std::uint64_t elapsed_s) {
    const auto interest = rate_times_years(rate_ray, elapsed_s);
    return interest ? checked_add(ray(), *interest) : std::nullopt;
}

std::optional<U256> compounded_interest_ray(
    Compounding compounding, const U256& rate_ray, std::uint64_t elapsed_s
) {
    if (elapsed_s == 0) {
        return ray();
    }
    switch (compounding) {
        case Compounding::kPerSecond:
            return per_second_ray(rate_ray, elapsed_s);
        case Compounding::kBinomial:
            return binomial_ray(rate_ray, elapsed_s);
        case Compounding::kTaylor:
            return taylor_ray(rate_ray, elapsed_s);
    }
    return std::nullopt;
}

std::optional<U256> normalized_income_ray(const ReserveRow& reserve, UnixSeconds now) {
    if (reserve.last_update == now) {
        return reserve.liquidity_index_ray;
    }
    const auto elapsed_s = seconds_since_update(reserve, now);
    const auto interest =
        elapsed_s ? linear_interest_ray(reserve.liquidity_rate_ray, *elapsed_s) : std::nullopt;
    return interest ? ray_mul_half_up(*interest, reserve.liquidity_index_ray) : std::nullopt;
}

std::optional<U256> normalized_debt_ray(
    const Rules& rules, const ReserveRow& reserve, UnixSeconds now
) {
    if (reserve.last_update == now) {
        return reserve.variable_borrow_index_ray;
    }
    const auto elapsed_s = seconds_since_update(reserve, now);
    const auto interest = elapsed_s
                              ? compounded_interest_ray(
                                    rules.compounding, reserve.variable_borrow_rate_ray, *elapsed_s
                                )
                              : std::nullopt;
    return interest ? ray_mul_half_up(*interest, reserve.variable_borrow_index_ray) : std::nullopt;
}

std::optional<U256> stable_debt(
    const Rules& rules,
    const U256& principal,
    const U256& rate_ray,
    UnixSeconds updated,
    UnixSeconds now
) {
    if (principal.is_zero()) {
        return U256();
    }
    if (now.value < updated.value) {
        return std::nullopt;
    }
    const auto interest =
        compounded_interest_ray(rules.compounding, rate_ray, now.value - updated.value);
    return interest ? ray_mul_half_up(principal, *interest) : std::nullopt;
}

std::optional<U256> update_state(const Rules& rules, ReserveRow& reserve, UnixSeconds now) {
    if (reserve.last_update == now) {
        return U256();
    }
    // The contract rewrites an index only where interest can have accrued; the views have no such
    // exception.
    const auto liquidity_index_ray = reserve.liquidity_rate_ray.is_zero()
                                         ? std::optional(reserve.liquidity_index_ray)
                                         : normalized_income_ray(reserve, now);
    const bool no_debt_interest =
        reserve.scaled_debt.is_zero() ||
        (rules.debt_index_needs_income && reserve.liquidity_rate_ray.is_zero());
    const auto debt_index_ray = no_debt_interest ? std::optional(reserve.variable_borrow_index_ray)
                                                 : normalized_debt_ray(rules, reserve, now);
    if (!liquidity_index_ray || !debt_index_ray) {
        return std::nullopt;
    }
    const auto accrued =
        accrued_to_treasury(rules, reserve, *liquidity_index_ray, *debt_index_ray, now);
    const auto total = accrued ? checked_add(reserve.accrued_to_treasury, *accrued) : std::nullopt;
    if (!total) {
        return std::nullopt;
    }
    reserve.accrued_to_treasury = *total;
    reserve.liquidity_index_ray = *liquidity_index_ray;
    reserve.variable_borrow_index_ray = *debt_index_ray;
    reserve.last_update = now;
    return accrued;
}

}  // namespace faultline::aave
