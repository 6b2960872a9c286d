// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/event.hpp>

/// What the contracts of all releases log, as far as it carries state. Declared once more than in
/// the product, so that a mistake there cannot hide here.
namespace faultline::aave_model::contract_events {

using eth::Event;

// Pool
using Supply = Event<
    "Supply(address indexed reserve, address user, address indexed onBehalfOf, uint256 amount, "
    "uint16 indexed referralCode)">;
using Withdraw = Event<
    "Withdraw(address indexed reserve, address indexed user, address indexed to, uint256 amount)">;
using Borrow = Event<
    "Borrow(address indexed reserve, address user, address indexed onBehalfOf, uint256 amount, "
    "uint8 interestRateMode, uint256 borrowRate, uint16 indexed referralCode)">;
using Repay = Event<
    "Repay(address indexed reserve, address indexed user, address indexed repayer, uint256 amount, "
    "bool useATokens)">;
using FlashLoan = Event<
    "FlashLoan(address indexed target, address initiator, address indexed asset, uint256 amount, "
    "uint8 interestRateMode, uint256 premium, uint16 indexed referralCode)">;
using LiquidationCall = Event<
    "LiquidationCall(address indexed collateralAsset, address indexed debtAsset, address indexed "
    "user, uint256 debtToCover, uint256 liquidatedCollateralAmount, address liquidator, bool "
    "receiveAToken)">;
using ReserveDataUpdated = Event<
    "ReserveDataUpdated(address indexed reserve, uint256 liquidityRate, uint256 stableBorrowRate, "
    "uint256 variableBorrowRate, uint256 liquidityIndex, uint256 variableBorrowIndex)">;
using ReserveUsedAsCollateralEnabled =
    Event<"ReserveUsedAsCollateralEnabled(address indexed reserve, address indexed user)">;
using ReserveUsedAsCollateralDisabled =
    Event<"ReserveUsedAsCollateralDisabled(address indexed reserve, address indexed user)">;
using UserEModeSet = Event<"UserEModeSet(address indexed user, uint8 categoryId)">;
using DeficitCreated =
    Event<"DeficitCreated(address indexed user, address indexed debtAsset, uint256 amountCreated)">;
using DeficitCovered =
    Event<"DeficitCovered(address indexed reserve, address caller, uint256 amountCovered)">;
using MintedToTreasury = Event<"MintedToTreasury(address indexed reserve, uint256 amountMinted)">;
using IsolationModeTotalDebtUpdated =
    Event<"IsolationModeTotalDebtUpdated(address indexed asset, uint256 totalDebt)">;
using MintUnbacked = Event<
    "MintUnbacked(address indexed reserve, address user, address indexed onBehalfOf, uint256 "
    "amount, uint16 indexed referralCode)">;
using BackUnbacked = Event<
    "BackUnbacked(address indexed reserve, address indexed backer, uint256 amount, uint256 fee)">;
using SwapBorrowRateMode = Event<
    "SwapBorrowRateMode(address indexed reserve, address indexed user, uint8 interestRateMode)">;
using RebalanceStableBorrowRate =
    Event<"RebalanceStableBorrowRate(address indexed reserve, address indexed user)">;

// Scaled tokens
using Mint = Event<
    "Mint(address indexed caller, address indexed onBehalfOf, uint256 value, uint256 "
    "balanceIncrease, uint256 index)">;
using Burn = Event<
    "Burn(address indexed from, address indexed target, uint256 value, uint256 balanceIncrease, "
    "uint256 index)">;
using BalanceTransfer = Event<
    "BalanceTransfer(address indexed from, address indexed to, uint256 value, uint256 index)">;
using ATokenInitialized = Event<
    "Initialized(address indexed underlyingAsset, address indexed pool, address treasury, address "
    "incentivesController, uint8 aTokenDecimals, string aTokenName, string aTokenSymbol, bytes "
    "params)">;
using StableBurn = Event<
    "Burn(address indexed from, uint256 amount, uint256 currentBalance, uint256 balanceIncrease, "
    "uint256 avgStableRate, uint256 newTotalSupply)">;
using StableMint = Event<
    "Mint(address indexed user, address indexed onBehalfOf, uint256 amount, uint256 "
    "currentBalance, uint256 balanceIncrease, uint256 newRate, uint256 avgStableRate, uint256 "
    "newTotalSupply)">;
using DebtTokenInitialized = Event<
    "Initialized(address indexed underlyingAsset, address indexed pool, address "
    "incentivesController, uint8 debtTokenDecimals, string debtTokenName, string debtTokenSymbol, "
    "bytes params)">;

// PoolConfigurator
using ReserveInitialized = Event<
    "ReserveInitialized(address indexed asset, address indexed aToken, address stableDebtToken, "
    "address variableDebtToken, address interestRateStrategyAddress)">;
using ReserveDropped = Event<"ReserveDropped(address indexed asset)">;
using CollateralConfigurationChanged = Event<
    "CollateralConfigurationChanged(address indexed asset, uint256 ltv, uint256 "
    "liquidationThreshold, uint256 liquidationBonus)">;
using ReserveActive = Event<"ReserveActive(address indexed asset, bool active)">;
using ReserveFrozen = Event<"ReserveFrozen(address indexed asset, bool frozen)">;
using ReservePaused = Event<"ReservePaused(address indexed asset, bool paused)">;
using ReserveBorrowing = Event<"ReserveBorrowing(address indexed asset, bool enabled)">;
using ReserveFlashLoaning = Event<"ReserveFlashLoaning(address indexed asset, bool enabled)">;
using ReserveFactorChanged = Event<
    "ReserveFactorChanged(address indexed asset, uint256 oldReserveFactor, uint256 "
    "newReserveFactor)">;
using SupplyCapChanged =
    Event<"SupplyCapChanged(address indexed asset, uint256 oldSupplyCap, uint256 newSupplyCap)">;
using BorrowCapChanged =
    Event<"BorrowCapChanged(address indexed asset, uint256 oldBorrowCap, uint256 newBorrowCap)">;
using LiquidationProtocolFeeChanged =
    Event<"LiquidationProtocolFeeChanged(address indexed asset, uint256 oldFee, uint256 newFee)">;
using DebtCeilingChanged = Event<
    "DebtCeilingChanged(address indexed asset, uint256 oldDebtCeiling, uint256 newDebtCeiling)">;
using SiloedBorrowingChanged =
    Event<"SiloedBorrowingChanged(address indexed asset, bool oldState, bool newState)">;
using BorrowableInIsolationChanged =
    Event<"BorrowableInIsolationChanged(address asset, bool borrowable)">;
using LiquidationGracePeriodChanged =
    Event<"LiquidationGracePeriodChanged(address indexed asset, uint40 gracePeriodUntil)">;
using LiquidationGracePeriodDisabled =
    Event<"LiquidationGracePeriodDisabled(address indexed asset)">;
using EModeCategoryAdded = Event<
    "EModeCategoryAdded(uint8 indexed categoryId, uint256 ltv, uint256 liquidationThreshold, "
    "uint256 liquidationBonus, address oracle, string label)">;
using AssetCollateralInEModeChanged = Event<
    "AssetCollateralInEModeChanged(address indexed asset, uint8 categoryId, bool collateral)">;
using AssetBorrowableInEModeChanged = Event<
    "AssetBorrowableInEModeChanged(address indexed asset, uint8 categoryId, bool borrowable)">;
using AssetLtvzeroInEModeChanged =
    Event<"AssetLtvzeroInEModeChanged(address indexed asset, uint8 categoryId, bool ltvzero)">;
using ReserveInterestRateStrategyChanged = Event<
    "ReserveInterestRateStrategyChanged(address indexed asset, address oldStrategy, address "
    "newStrategy)">;
using EModeCategoryIsolationChanged =
    Event<"EModeCategoryIsolationChanged(uint8 indexed categoryId, bool isolated)">;
using EModeAssetCategoryChanged = Event<
    "EModeAssetCategoryChanged(address indexed asset, uint8 oldCategoryId, uint8 newCategoryId)">;
using ReserveStableRateBorrowing =
    Event<"ReserveStableRateBorrowing(address indexed asset, bool enabled)">;
using UnbackedMintCapChanged = Event<
    "UnbackedMintCapChanged(address indexed asset, uint256 oldUnbackedMintCap, uint256 "
    "newUnbackedMintCap)">;
using FlashloanPremiumTotalUpdated = Event<
    "FlashloanPremiumTotalUpdated(uint128 oldFlashloanPremiumTotal, uint128 "
    "newFlashloanPremiumTotal)">;
using FlashloanPremiumToProtocolUpdated = Event<
    "FlashloanPremiumToProtocolUpdated(uint128 oldFlashloanPremiumToProtocol, uint128 "
    "newFlashloanPremiumToProtocol)">;
using BridgeProtocolFeeUpdated =
    Event<"BridgeProtocolFeeUpdated(uint256 oldBridgeProtocolFee, uint256 newBridgeProtocolFee)">;

// PoolAddressesProvider and proxies
using AddressSet =
    Event<"AddressSet(bytes32 indexed id, address indexed oldAddress, address indexed newAddress)">;
using ProxyCreated = Event<
    "ProxyCreated(bytes32 indexed id, address indexed proxyAddress, address indexed "
    "implementationAddress)">;

}  // namespace faultline::aave_model::contract_events

/// V2, where it says it otherwise.
namespace faultline::aave_model::contract_events::v2 {

using Deposit = Event<
    "Deposit(address indexed reserve, address user, address indexed onBehalfOf, uint256 amount, "
    "uint16 indexed referral)">;
using Borrow = Event<
    "Borrow(address indexed reserve, address user, address indexed onBehalfOf, uint256 amount, "
    "uint256 borrowRateMode, uint256 borrowRate, uint16 indexed referral)">;
using Repay = Event<
    "Repay(address indexed reserve, address indexed user, address indexed repayer, uint256 "
    "amount)">;
using Swap = Event<"Swap(address indexed reserve, address indexed user, uint256 rateMode)">;
using FlashLoan = Event<
    "FlashLoan(address indexed target, address indexed initiator, address indexed asset, uint256 "
    "amount, uint256 premium, uint16 referralCode)">;
using ATokenMint = Event<"Mint(address indexed from, uint256 value, uint256 index)">;
using ATokenBurn =
    Event<"Burn(address indexed from, address indexed target, uint256 value, uint256 index)">;
using DebtMint =
    Event<"Mint(address indexed from, address indexed onBehalfOf, uint256 value, uint256 index)">;
using DebtBurn = Event<"Burn(address indexed user, uint256 amount, uint256 index)">;
using BorrowingEnabledOnReserve =
    Event<"BorrowingEnabledOnReserve(address indexed asset, bool stableRateEnabled)">;
using BorrowingDisabledOnReserve = Event<"BorrowingDisabledOnReserve(address indexed asset)">;
using StableRateEnabledOnReserve = Event<"StableRateEnabledOnReserve(address indexed asset)">;
using StableRateDisabledOnReserve = Event<"StableRateDisabledOnReserve(address indexed asset)">;
using ReserveActivated = Event<"ReserveActivated(address indexed asset)">;
using ReserveDeactivated = Event<"ReserveDeactivated(address indexed asset)">;
using ReserveFrozen = Event<"ReserveFrozen(address indexed asset)">;
using ReserveUnfrozen = Event<"ReserveUnfrozen(address indexed asset)">;
using ReserveFactorChanged = Event<"ReserveFactorChanged(address indexed asset, uint256 factor)">;
using ReserveInterestRateStrategyChanged =
    Event<"ReserveInterestRateStrategyChanged(address indexed asset, address strategy)">;
using LendingPoolUpdated = Event<"LendingPoolUpdated(address indexed newAddress)">;
using ProxyCreated = Event<"ProxyCreated(bytes32 id, address indexed newAddress)">;

}  // namespace faultline::aave_model::contract_events::v2
