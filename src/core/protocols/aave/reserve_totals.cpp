// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/scaled_balance.hpp"

#include <faultline/base/fixed_point.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/interest.hpp>
#include <faultline/core/protocols/aave/reserve_totals.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <optional>

namespace faultline::aave {

namespace {

std::optional<U256> balance(
    const Rules& rules, ContractRole token, const U256& scaled, const U256& index_ray
) {
    return actual_balance(
        {.role = token, .reserve = 0, .rounding = rules.rounding}, scaled, index_ray
    );
}

/// nullopt where the rate strategy would revert.
std::optional<U256> utilisation_ray(const U256& borrowed, const U256& available) {
    if (borrowed.is_zero()) {
        return U256();
    }
    const auto whole = checked_add(available, borrowed);
    return whole ? ray_div_half_up(borrowed, *whole) : std::nullopt;
}

}  // namespace

std::optional<ReserveTotals> totals_of(
    const Rules& rules, const ReserveRow& reserve, UnixSeconds now
) {
    const auto income_ray = normalized_income_ray(reserve, now);
    const auto debt_ray = normalized_debt_ray(rules, reserve, now);
    ReserveRow updated = reserve;
    if (!income_ray || !debt_ray || !update_state(rules, updated, now)) {
        return std::nullopt;
    }
    const StableTotal& stable = reserve.stable;
    const auto supplied = balance(rules, ContractRole::kAToken, reserve.scaled_supply, *income_ray);
    const auto borrowed =
        balance(rules, ContractRole::kVariableDebtToken, reserve.scaled_debt, *debt_ray);
    const auto fixed =
        stable_debt(rules, stable.principal, stable.average_rate_ray, stable.updated, now);
    const auto scaled = checked_add(updated.scaled_supply, updated.accrued_to_treasury);
    const auto of_cap =
        scaled ? balance(rules, ContractRole::kAToken, *scaled, updated.liquidity_index_ray)
               : std::nullopt;
    if (!supplied || !borrowed || !fixed || !of_cap) {
        return std::nullopt;
    }
    ReserveTotals totals;
    totals.supplied = *supplied;
    totals.borrowed = *borrowed;
    totals.borrowed_stable = *fixed;
    if (rules.virtual_accounting == VirtualAccounting::kAlways) {
        totals.available = reserve.virtual_underlying_balance;
        totals.utilisation_ray = utilisation_ray(*borrowed, reserve.virtual_underlying_balance);
        if (!totals.utilisation_ray) {
            return std::nullopt;
        }
    }
    if (!reserve.treasury_unknown) {
        totals.supplied_of_cap = *of_cap;
    }
    return totals;
}

}  // namespace faultline::aave
