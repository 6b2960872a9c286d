// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/event.hpp>

/// What Comptroller, cTokens, their rate models and underlyings log. Declared once more than in the
/// product, so that a mistake there cannot hide here.
namespace faultline::compound_v2_model::events {

using eth::Event;

// CToken
using AccrueInterest = Event<
    "AccrueInterest(uint256 cashPrior, uint256 interestAccumulated, uint256 borrowIndex, uint256 "
    "totalBorrows)">;
using FirstAccrueInterest =
    Event<"AccrueInterest(uint256 interestAccumulated, uint256 borrowIndex, uint256 totalBorrows)">;
using Mint = Event<"Mint(address minter, uint256 mintAmount, uint256 mintTokens)">;
using Redeem = Event<"Redeem(address redeemer, uint256 redeemAmount, uint256 redeemTokens)">;
using Borrow = Event<
    "Borrow(address borrower, uint256 borrowAmount, uint256 accountBorrows, uint256 "
    "totalBorrows)">;
using RepayBorrow = Event<
    "RepayBorrow(address payer, address borrower, uint256 repayAmount, uint256 accountBorrows, "
    "uint256 totalBorrows)">;
using LiquidateBorrow = Event<
    "LiquidateBorrow(address liquidator, address borrower, uint256 repayAmount, address "
    "cTokenCollateral, uint256 seizeTokens)">;
using Transfer = Event<"Transfer(address indexed from, address indexed to, uint256 amount)">;
using ReservesAdded =
    Event<"ReservesAdded(address benefactor, uint256 addAmount, uint256 newTotalReserves)">;
using ReservesReduced =
    Event<"ReservesReduced(address admin, uint256 reduceAmount, uint256 newTotalReserves)">;
using NewReserveFactor =
    Event<"NewReserveFactor(uint256 oldReserveFactorMantissa, uint256 newReserveFactorMantissa)">;
using NewMarketInterestRateModel =
    Event<"NewMarketInterestRateModel(address oldInterestRateModel, address newInterestRateModel)">;
using NewComptroller = Event<"NewComptroller(address oldComptroller, address newComptroller)">;
using NewImplementation =
    Event<"NewImplementation(address oldImplementation, address newImplementation)">;
using Failure = Event<"Failure(uint256 error, uint256 info, uint256 detail)">;

// Rate models
using JumpParams = Event<
    "NewInterestParams(uint256 baseRatePerBlock, uint256 multiplierPerBlock, uint256 "
    "jumpMultiplierPerBlock, uint256 kink)">;
using LineParams = Event<"NewInterestParams(uint256 baseRatePerBlock, uint256 multiplierPerBlock)">;

// Comptroller
using MarketListed = Event<"MarketListed(address cToken)">;
using MarketEntered = Event<"MarketEntered(address cToken, address account)">;
using MarketExited = Event<"MarketExited(address cToken, address account)">;
using NewCloseFactor =
    Event<"NewCloseFactor(uint256 oldCloseFactorMantissa, uint256 newCloseFactorMantissa)">;
using NewCollateralFactor = Event<
    "NewCollateralFactor(address cToken, uint256 oldCollateralFactorMantissa, uint256 "
    "newCollateralFactorMantissa)">;
using NewLiquidationIncentive = Event<
    "NewLiquidationIncentive(uint256 oldLiquidationIncentiveMantissa, uint256 "
    "newLiquidationIncentiveMantissa)">;
using NewPriceOracle = Event<"NewPriceOracle(address oldPriceOracle, address newPriceOracle)">;
using MarketActionPaused = Event<"ActionPaused(address cToken, string action, bool pauseState)">;
using ActionPaused = Event<"ActionPaused(string action, bool pauseState)">;
using NewBorrowCap = Event<"NewBorrowCap(address indexed cToken, uint256 newBorrowCap)">;
using NewPendingImplementation = Event<
    "NewPendingImplementation(address oldPendingImplementation, address "
    "newPendingImplementation)">;

}  // namespace faultline::compound_v2_model::events
