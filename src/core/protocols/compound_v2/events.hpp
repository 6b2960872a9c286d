// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/event.hpp>

/// The events that carry state, as the contracts declare them. Left out on purpose: Failure (the
/// call changed nothing), LiquidateBorrow (RepayBorrow and Transfers say it), COMP, admins.
/// Sources: CTokenInterfaces.sol, Comptroller.sol, Unitroller.sol (a3214f6); CToken.sol (f385d71)
/// for AccrueInterest of three words; Venus core 3.1.0 where named, its Comptroller of facets
/// (877ec49) where newer.
namespace faultline::compound_v2::events {

using eth::Event;

// Comptroller
using MarketListed = Event<"MarketListed(address cToken)">;
using MarketEntered = Event<"MarketEntered(address cToken, address account)">;
using MarketExited = Event<"MarketExited(address cToken, address account)">;
using NewCollateralFactor = Event<
    "NewCollateralFactor(address cToken, uint256 oldCollateralFactorMantissa, uint256 "
    "newCollateralFactorMantissa)">;
using NewCloseFactor =
    Event<"NewCloseFactor(uint256 oldCloseFactorMantissa, uint256 newCloseFactorMantissa)">;
using NewLiquidationIncentive = Event<
    "NewLiquidationIncentive(uint256 oldLiquidationIncentiveMantissa, uint256 "
    "newLiquidationIncentiveMantissa)">;
using NewPriceOracle = Event<"NewPriceOracle(address oldPriceOracle, address newPriceOracle)">;
using NewBorrowCap = Event<"NewBorrowCap(address indexed cToken, uint256 newBorrowCap)">;
using ActionPaused = Event<"ActionPaused(string action, bool pauseState)">;
using ActionPausedOf = Event<"ActionPaused(address cToken, string action, bool pauseState)">;
/// Of the Comptrollers of 2020.
using MarketComped = Event<"MarketComped(address cToken, bool isComped)">;
/// Venus.
using NewVaiController =
    Event<"NewVAIController(address oldVAIController, address newVAIController)">;
/// Newer Venus: what it values by then is not followed.
using MarketUnlisted = Event<"MarketUnlisted(address indexed cToken)">;
using PoolCollateralFactor = Event<
    "NewCollateralFactor(uint96 indexed poolId, address indexed cToken, uint256 "
    "oldCollateralFactorMantissa, uint256 newCollateralFactorMantissa)">;
using PoolLiquidationThreshold = Event<
    "NewLiquidationThreshold(uint96 indexed poolId, address indexed cToken, uint256 "
    "oldLiquidationThresholdMantissa, uint256 newLiquidationThresholdMantissa)">;
using PoolSelected =
    Event<"PoolSelected(address indexed account, uint96 previousPoolId, uint96 indexed newPoolId)">;

// Unitroller and cTokens
using NewImplementation =
    Event<"NewImplementation(address oldImplementation, address newImplementation)">;

// cTokens
using NewComptroller = Event<"NewComptroller(address oldComptroller, address newComptroller)">;
using NewMarketInterestRateModel = Event<
    "NewMarketInterestRateModel(address oldInterestRateModel, address "
    "newInterestRateModel)">;
using NewReserveFactor =
    Event<"NewReserveFactor(uint256 oldReserveFactorMantissa, uint256 newReserveFactorMantissa)">;
using AccrueInterest = Event<
    "AccrueInterest(uint256 cashPrior, uint256 interestAccumulated, uint256 borrowIndex, "
    "uint256 totalBorrows)">;
using FirstAccrueInterest = Event<
    "AccrueInterest(uint256 interestAccumulated, uint256 borrowIndex, uint256 "
    "totalBorrows)">;
using Mint = Event<"Mint(address minter, uint256 mintAmount, uint256 mintTokens)">;
using Redeem = Event<"Redeem(address redeemer, uint256 redeemAmount, uint256 redeemTokens)">;
/// Venus. The last word is the account's new balance.
using MintWithBalance =
    Event<"Mint(address minter, uint256 mintAmount, uint256 mintTokens, uint256 balance)">;
using MintBehalf = Event<
    "MintBehalf(address payer, address receiver, uint256 mintAmount, uint256 mintTokens, "
    "uint256 balance)">;
using RedeemWithBalance =
    Event<"Redeem(address redeemer, uint256 redeemAmount, uint256 redeemTokens, uint256 balance)">;
using RedeemFee = Event<"RedeemFee(address redeemer, uint256 feeAmount, uint256 redeemTokens)">;
using Borrow = Event<
    "Borrow(address borrower, uint256 borrowAmount, uint256 accountBorrows, uint256 "
    "totalBorrows)">;
using RepayBorrow = Event<
    "RepayBorrow(address payer, address borrower, uint256 repayAmount, uint256 "
    "accountBorrows, uint256 totalBorrows)">;
using ReservesAdded =
    Event<"ReservesAdded(address benefactor, uint256 addAmount, uint256 newTotalReserves)">;
using ReservesReduced =
    Event<"ReservesReduced(address admin, uint256 reduceAmount, uint256 newTotalReserves)">;
/// Also of the underlyings.
using Transfer = Event<"Transfer(address indexed from, address indexed to, uint256 amount)">;

// Interest rate models
using NewJumpParams = Event<
    "NewInterestParams(uint256 baseRatePerBlock, uint256 multiplierPerBlock, uint256 "
    "jumpMultiplierPerBlock, uint256 kink)">;
using NewParams = Event<"NewInterestParams(uint256 baseRatePerBlock, uint256 multiplierPerBlock)">;

}  // namespace faultline::compound_v2::events
