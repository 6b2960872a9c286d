// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/scaled_balance.hpp"

#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <optional>

namespace faultline::aave {
namespace {

std::optional<U256> balance(ContractRole token, const U256& scaled, const U256& index_ray) {
    return token == ContractRole::kAToken ? ray_mul_floor(scaled, index_ray)
                                          : ray_mul_ceil(scaled, index_ray);
}

std::optional<U256> scaled_of(ContractRole token, const U256& amount, const U256& index_ray) {
    return token == ContractRole::kAToken ? ray_div_ceil(amount, index_ray)
                                          : ray_div_floor(amount, index_ray);
}

}  // namespace

std::optional<U256> scaled_after_mint(ContractRole token, const U256& scaled, const TokenLog& log) {
    const auto before = balance(token, scaled, log.index_ray);
    const auto raised = before ? checked_add(*before, log.value) : std::nullopt;
    // A Mint with value below balanceIncrease is a burn smaller than the accrued interest.
    const auto after = raised ? checked_sub(*raised, log.balance_increase) : std::nullopt;
    return after ? scaled_of(token, *after, log.index_ray) : std::nullopt;
}

std::optional<U256> scaled_after_burn(ContractRole token, const U256& scaled, const TokenLog& log) {
    const auto before = balance(token, scaled, log.index_ray);
    const auto taken = checked_add(log.value, log.balance_increase);
    const auto after = before && taken ? checked_sub(*before, *taken) : std::nullopt;
    return after ? scaled_of(token, *after, log.index_ray) : std::nullopt;
}

}  // namespace faultline::aave
