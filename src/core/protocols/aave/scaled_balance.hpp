// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <optional>

/// Scaled balances recovered from what a token logs. Since 3.5 `value` is the difference of two
/// rounded balances (TokenMath.sol): aToken balances round down, debt rounds up, and the scaled
/// balance is the exact inverse, unique because the index is never below one ray. Until 3.4 it is
/// the operation's amount and the interest before it, and the scaled balance moves by the amount
/// over the index, to the nearest (ScaledBalanceTokenBase.sol).
/// nullopt when the log contradicts the balance before it.
namespace faultline::aave {

struct TokenLog {
    U256 value;
    U256 balance_increase;
    U256 index_ray;
};

/// @pre `token` is an aToken or a variable debt token
std::optional<U256> scaled_after_mint(
    const ContractRow& token, const U256& scaled, const TokenLog& log
);
std::optional<U256> scaled_after_burn(
    const ContractRow& token, const U256& scaled, const TokenLog& log
);

/// The balance behind a scaled one: half up until 3.4, then down for supply and up for debt.
std::optional<U256> actual_balance(
    const ContractRow& token, const U256& scaled, const U256& index_ray
);

}  // namespace faultline::aave
