// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/interest.hpp>
#include <faultline/core/protocols/aave/reserve_totals.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <optional>

namespace faultline::aave {

std::optional<ReserveTotals> totals_of(const ReserveRow& reserve, UnixSeconds now) {
    const auto income_ray = normalized_income_ray(reserve, now);
    const auto debt_ray = normalized_debt_ray(reserve, now);
    ReserveRow updated = reserve;
    if (!income_ray || !debt_ray || !update_state(updated, now)) {
        return std::nullopt;
    }
    const auto supplied = ray_mul_floor(reserve.scaled_supply, *income_ray);
    const auto borrowed = ray_mul_ceil(reserve.scaled_debt, *debt_ray);
    const auto scaled = checked_add(updated.scaled_supply, updated.accrued_to_treasury);
    const auto of_cap = scaled ? ray_mul_floor(*scaled, updated.liquidity_index_ray) : std::nullopt;
    const auto whole =
        borrowed ? checked_add(reserve.virtual_underlying_balance, *borrowed) : std::nullopt;
    if (!supplied || !of_cap || !whole) {
        return std::nullopt;
    }
    ReserveTotals totals;
    totals.supplied = *supplied;
    totals.borrowed = *borrowed;
    totals.available = reserve.virtual_underlying_balance;
    if (!borrowed->is_zero()) {
        const auto utilisation_ray = ray_div_half_up(*borrowed, *whole);
        if (!utilisation_ray) {
            return std::nullopt;
        }
        totals.utilisation_ray = *utilisation_ray;
    }
    if (!reserve.treasury_unknown) {
        totals.supplied_of_cap = *of_cap;
    }
    return totals;
}

}  // namespace faultline::aave
