// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/scaled_balance.hpp"

#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <optional>

namespace faultline::aave {
namespace {

std::optional<U256> scaled_of(ContractRole token, const U256& amount, const U256& index_ray) {
    return token == ContractRole::kAToken ? ray_div_ceil(amount, index_ray)
                                          : ray_div_floor(amount, index_ray);
}

std::optional<U256> less_half_up(
    const U256& scaled, const std::optional<U256>& amount, const U256& index_ray
) {
    const auto delta = amount ? ray_div_half_up(*amount, index_ray) : std::nullopt;
    return delta ? checked_sub(scaled, *delta) : std::nullopt;
}

/// A Mint with value below balanceIncrease is a burn smaller than the accrued interest.
std::optional<U256> mint_half_up(const U256& scaled, const TokenLog& log) {
    if (const auto amount = checked_sub(log.value, log.balance_increase)) {
        const auto delta = ray_div_half_up(*amount, log.index_ray);
        return delta ? checked_add(scaled, *delta) : std::nullopt;
    }
    return less_half_up(scaled, checked_sub(log.balance_increase, log.value), log.index_ray);
}

}  // namespace

std::optional<U256> scaled_after_mint(
    const ContractRow& token, const U256& scaled, const TokenLog& log
) {
    if (token.rounding == Rounding::kHalfUp) {
        return mint_half_up(scaled, log);
    }
    const auto before = actual_balance(token, scaled, log.index_ray);
    const auto raised = before ? checked_add(*before, log.value) : std::nullopt;
    const auto after = raised ? checked_sub(*raised, log.balance_increase) : std::nullopt;
    return after ? scaled_of(token.role, *after, log.index_ray) : std::nullopt;
}

std::optional<U256> scaled_after_burn(
    const ContractRow& token, const U256& scaled, const TokenLog& log
) {
    const auto taken = checked_add(log.value, log.balance_increase);
    if (token.rounding == Rounding::kHalfUp) {
        return less_half_up(scaled, taken, log.index_ray);
    }
    const auto before = actual_balance(token, scaled, log.index_ray);
    const auto after = before && taken ? checked_sub(*before, *taken) : std::nullopt;
    return after ? scaled_of(token.role, *after, log.index_ray) : std::nullopt;
}

std::optional<U256> actual_balance(
    const ContractRow& token, const U256& scaled, const U256& index_ray
) {
    if (token.rounding == Rounding::kHalfUp) {
        return ray_mul_half_up(scaled, index_ray);
    }
    return token.role == ContractRole::kAToken ? ray_mul_floor(scaled, index_ray)
                                               : ray_mul_ceil(scaled, index_ray);
}

}  // namespace faultline::aave
