// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>

#include <cstdint>
#include <optional>

/// The arithmetic of a liquidation. Every function is nullopt exactly where the contract reverts
/// for overflow or a division by zero.
/// Source: LiquidationLogic.sol of the releases in rules.hpp, LendingPoolCollateralManager.sol of
/// V2.
namespace faultline::aave {

/// A debt and a collateral of one account, as executeLiquidationCall takes them up.
struct LiquidationPair {
    U256 debt;           ///< Of that reserve, all of it.
    U256 variable_debt;  ///< The part that is not at a fixed rate.
    U256 debt_price_base;
    U256 debt_unit;  ///< 10 ^ decimals
    U256 debt_index_ray;
    U256 collateral;  ///< The aToken balance.
    U256 scaled_collateral;
    U256 collateral_price_base;
    U256 collateral_unit;
    U256 income_index_ray;
    std::uint16_t bonus_bps = 0;         ///< 10500 pays 5 % on top.
    std::uint16_t protocol_fee_bps = 0;  ///< Of what is on top.
};

struct Seizure {
    U256 debt_covered;
    U256 to_liquidator;
    U256 protocol_fee;
};

/// The most debt that the close factor lets a call cover: _calculateDebt until 3.2,
/// maxLiquidatableDebt in executeLiquidationCall since.
std::optional<U256> close_factor_debt(
    const Rules& rules, const LiquidationPair& pair, const AccountData& account
);

/// _calculateAvailableCollateralToLiquidate for so much debt.
std::optional<Seizure> seizure(
    const Rules& rules, const LiquidationPair& pair, const U256& debt_to_cover
);

/// Whether the call is refused for the small rest that it would leave (MustNotLeaveDust, 3.3).
std::optional<bool> leaves_dust(
    const Rules& rules, const LiquidationPair& pair, const Seizure& seized
);

/// The most debt below `refused` that can be covered without leaving dust; 0 when there is none.
/// @pre covering `refused` leaves dust
std::optional<U256> most_without_dust(
    const Rules& rules, const LiquidationPair& pair, const U256& refused
);

/// The fee that reaches the treasury: what rounding left of the balance, if that is less.
std::optional<U256> paid_fee(
    const Rules& rules, const LiquidationPair& pair, const Seizure& seized
);

/// hasNoCollateralLeft (since 3.3): the account is worth nothing afterwards.
std::optional<bool> takes_all_collateral(
    const Rules& rules,
    const LiquidationPair& pair,
    const Seizure& seized,
    const U256& total_collateral_base
);

/// Whether a part of the debt token's scaled balance is burned; the token refuses to burn none
/// (InvalidBurnAmount in ScaledBalanceTokenBase._burnScaled).
std::optional<bool> burns_debt(
    const Rules& rules, const LiquidationPair& pair, const U256& debt_covered
);

}  // namespace faultline::aave
