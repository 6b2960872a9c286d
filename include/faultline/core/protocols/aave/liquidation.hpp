// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <string>

namespace faultline::aave {

/// What Pool.liquidationCall would do now with one debt and one collateral of an account, if a
/// liquidator covers as much as the call lets him. Debt and collateral are in the smallest unit of
/// their assets.
///
/// All that is known of the liquidator is that he is not the account itself, which since 3.4 may
/// not call. He can be paid in aTokens; in the asset itself only as far as the pool has it.
struct LiquidationTerms {
    bool open = false;
    std::string closed_because;  ///< Why it is not open; the amounts are 0 then.
    /// The most debt that the close factor lets a call cover, whatever the collateral is worth.
    U256 close_factor_debt;
    /// What is covered of it: less where the collateral does not suffice, or would leave a small
    /// rest that the call refuses to leave (since 3.3).
    U256 debt_covered;
    U256 collateral_taken;     ///< The two below.
    U256 liquidator_receives;  ///< LiquidationCall.liquidatedCollateralAmount
    U256 protocol_fee;         ///< As aTokens to the treasury.
    /// No collateral is left, and with it ends all other debt of the account (since 3.3).
    bool writes_off_rest = false;
};

/// A debt of an account and a collateral that may be taken for it; it may be the same reserve.
struct Liquidation {
    ReserveId debt_reserve = 0;
    Address debt_asset;
    ReserveId collateral_reserve = 0;
    Address collateral_asset;
    Figure<LiquidationTerms> terms;
};

}  // namespace faultline::aave
