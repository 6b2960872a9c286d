// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/event.hpp>

/// The events of Aave V2 that carry state and that V3 declares differently; the others are in
/// events.hpp. Left out on purpose: as there, and the rate oracle, admins and market names.
/// Source: protocol-v2 ce53c4a8, ILendingPool.sol, ILendingPoolConfigurator.sol, IAToken.sol,
/// IVariableDebtToken.sol, ILendingPoolAddressesProvider.sol.
namespace faultline::aave::events::v2 {

using eth::Event;

// LendingPool
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
using Paused = Event<"Paused()">;
using Unpaused = Event<"Unpaused()">;

// aToken and variable debt token: amounts are the operation's, without interest
using ATokenMint = Event<"Mint(address indexed from, uint256 value, uint256 index)">;
using ATokenBurn =
    Event<"Burn(address indexed from, address indexed target, uint256 value, uint256 index)">;
using DebtMint =
    Event<"Mint(address indexed from, address indexed onBehalfOf, uint256 value, uint256 index)">;
using DebtBurn = Event<"Burn(address indexed user, uint256 amount, uint256 index)">;

// LendingPoolConfigurator
using BorrowingEnabled =
    Event<"BorrowingEnabledOnReserve(address indexed asset, bool stableRateEnabled)">;
using BorrowingDisabled = Event<"BorrowingDisabledOnReserve(address indexed asset)">;
using StableRateEnabled = Event<"StableRateEnabledOnReserve(address indexed asset)">;
using StableRateDisabled = Event<"StableRateDisabledOnReserve(address indexed asset)">;
using ReserveActivated = Event<"ReserveActivated(address indexed asset)">;
using ReserveDeactivated = Event<"ReserveDeactivated(address indexed asset)">;
using ReserveFrozen = Event<"ReserveFrozen(address indexed asset)">;
using ReserveUnfrozen = Event<"ReserveUnfrozen(address indexed asset)">;
using ReserveFactorChanged = Event<"ReserveFactorChanged(address indexed asset, uint256 factor)">;
using ReserveDecimalsChanged =
    Event<"ReserveDecimalsChanged(address indexed asset, uint256 decimals)">;
using ReserveInterestRateStrategyChanged =
    Event<"ReserveInterestRateStrategyChanged(address indexed asset, address strategy)">;
using StableDebtTokenUpgraded = Event<
    "StableDebtTokenUpgraded(address indexed asset, address indexed proxy, address indexed "
    "implementation)">;

// LendingPoolAddressesProvider
using LendingPoolUpdated = Event<"LendingPoolUpdated(address indexed newAddress)">;
using PriceOracleUpdated = Event<"PriceOracleUpdated(address indexed newAddress)">;
using AddressSet = Event<"AddressSet(bytes32 id, address indexed newAddress, bool hasProxy)">;
using CollateralManagerUpdated =
    Event<"LendingPoolCollateralManagerUpdated(address indexed newAddress)">;

}  // namespace faultline::aave::events::v2
