// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/event.hpp>

/// What Comet, its proxy and tokens log. Declared once more than in the product, so that a mistake
/// there cannot hide here.
namespace faultline::compound_v3_model::events {

using eth::Event;

using Supply = Event<"Supply(address indexed from, address indexed dst, uint256 amount)">;
using Transfer = Event<"Transfer(address indexed from, address indexed to, uint256 amount)">;
using Withdraw = Event<"Withdraw(address indexed src, address indexed to, uint256 amount)">;
using SupplyCollateral = Event<
    "SupplyCollateral(address indexed from, address indexed dst, address indexed asset, uint256 "
    "amount)">;
using TransferCollateral = Event<
    "TransferCollateral(address indexed from, address indexed to, address indexed asset, uint256 "
    "amount)">;
using WithdrawCollateral = Event<
    "WithdrawCollateral(address indexed src, address indexed to, address indexed asset, uint256 "
    "amount)">;
using AbsorbDebt = Event<
    "AbsorbDebt(address indexed absorber, address indexed borrower, uint256 basePaidOut, uint256 "
    "usdValue)">;
using AbsorbCollateral = Event<
    "AbsorbCollateral(address indexed absorber, address indexed borrower, address indexed asset, "
    "uint256 collateralAbsorbed, uint256 usdValue)">;
using BuyCollateral = Event<
    "BuyCollateral(address indexed buyer, address indexed asset, uint256 baseAmount, uint256 "
    "collateralAmount)">;
using PauseAction = Event<
    "PauseAction(bool supplyPaused, bool transferPaused, bool withdrawPaused, bool absorbPaused, "
    "bool buyPaused)">;
using WithdrawReserves = Event<"WithdrawReserves(address indexed to, uint256 amount)">;
using Upgraded = Event<"Upgraded(address indexed implementation)">;
using AdminChanged = Event<"AdminChanged(address previousAdmin, address newAdmin)">;

}  // namespace faultline::compound_v3_model::events
