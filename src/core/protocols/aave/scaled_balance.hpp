// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <optional>

/// Scaled balances recovered from the token logs of Aave 3.5 and later, where `value` is the
/// difference of two rounded balances (TokenMath.sol): aToken balances round down, debt rounds up.
/// The scaled balance is the exact inverse, unique because the index is never below one ray.
/// nullopt when the log contradicts the balance before it.
namespace faultline::aave {

struct TokenLog {
    U256 value;
    U256 balance_increase;
    U256 index_ray;
};

std::optional<U256> scaled_after_mint(ContractRole token, const U256& scaled, const TokenLog& log);
std::optional<U256> scaled_after_burn(ContractRole token, const U256& scaled, const TokenLog& log);

}  // namespace faultline::aave
