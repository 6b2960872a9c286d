// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/interest.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <cstdint>
#include <optional>

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

/// ReserveLogic._accrueToTreasury: the reserve factor's share of the debt's interest, scaled.
std::optional<U256> accrued_to_treasury(
    const ReserveRow& reserve, const U256& liquidity_index_ray, const U256& debt_index_ray
) {
    if (reserve.config.reserve_factor_bps == 0) {
        return U256();
    }
    const auto grown = checked_sub(debt_index_ray, reserve.variable_borrow_index_ray);
    const auto interest = grown ? ray_mul_floor(reserve.scaled_debt, *grown) : std::nullopt;
    const auto share = interest
                           ? percent_mul_half_up(*interest, U256(reserve.config.reserve_factor_bps))
                           : std::nullopt;
    return share ? ray_div_floor(*share, liquidity_index_ray) : std::nullopt;
}

}  // namespace

std::optional<U256> linear_interest_ray(const U256& rate_ray, std::uint64_t elapsed_s) {
    const auto interest = rate_times_years(rate_ray, elapsed_s);
    return interest ? checked_add(ray(), *interest) : std::nullopt;
}

std::optional<U256> compounded_interest_ray(const U256& rate_ray, std::uint64_t elapsed_s) {
    if (elapsed_s == 0) {
        return ray();
    }
    // RAY + x + rayMul(x, x/2 + rayMul(x, x/6)), every division truncating as Solidity's does.
    const auto x = rate_times_years(rate_ray, elapsed_s);
    if (!x) {
        return std::nullopt;
    }
    const auto third = ray_mul_half_up(*x, div_mod(*x, U256(6)).quotient);
    if (!third) {
        return std::nullopt;
    }
    const auto inner = checked_add(div_mod(*x, U256(2)).quotient, *third);
    if (!inner) {
        return std::nullopt;
    }
    const auto higher = ray_mul_half_up(*x, *inner);
    const auto linear = checked_add(ray(), *x);
    return higher && linear ? checked_add(*linear, *higher) : std::nullopt;
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

std::optional<U256> normalized_debt_ray(const ReserveRow& reserve, UnixSeconds now) {
    if (reserve.last_update == now) {
        return reserve.variable_borrow_index_ray;
    }
    const auto elapsed_s = seconds_since_update(reserve, now);
    const auto interest =
        elapsed_s ? compounded_interest_ray(reserve.variable_borrow_rate_ray, *elapsed_s)
                  : std::nullopt;
    return interest ? ray_mul_half_up(*interest, reserve.variable_borrow_index_ray) : std::nullopt;
}

std::optional<U256> update_state(ReserveRow& reserve, UnixSeconds now) {
    if (reserve.last_update == now) {
        return U256();
    }
    // The contract rewrites an index only where interest can have accrued; the views have no such
    // exception.
    const auto liquidity_index_ray = reserve.liquidity_rate_ray.is_zero()
                                         ? std::optional(reserve.liquidity_index_ray)
                                         : normalized_income_ray(reserve, now);
    const auto debt_index_ray = reserve.scaled_debt.is_zero()
                                    ? std::optional(reserve.variable_borrow_index_ray)
                                    : normalized_debt_ray(reserve, now);
    if (!liquidity_index_ray || !debt_index_ray) {
        return std::nullopt;
    }
    const auto accrued = accrued_to_treasury(reserve, *liquidity_index_ray, *debt_index_ray);
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
