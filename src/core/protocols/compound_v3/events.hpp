// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/event.hpp>

/// The events that carry state which no planned read brings: Comet.sol, CometWithExtendedAssetList,
/// ERC-20, and the proxy's own. Source: compound-finance/comet d5a30b0a.
namespace faultline::compound_v3::events {

using eth::Event;

using Supply = Event<"Supply(address indexed from, address indexed dst, uint256 amount)">;
using Withdraw = Event<"Withdraw(address indexed src, address indexed to, uint256 amount)">;
/// Of Comet, and of every ERC-20 token.
using Transfer = Event<"Transfer(address indexed from, address indexed to, uint256 amount)">;
using SupplyCollateral = Event<
    "SupplyCollateral(address indexed from, address indexed dst, address indexed asset, uint256 "
    "amount)">;
using WithdrawCollateral = Event<
    "WithdrawCollateral(address indexed src, address indexed to, address indexed asset, uint256 "
    "amount)">;
using TransferCollateral = Event<
    "TransferCollateral(address indexed from, address indexed to, address indexed asset, uint256 "
    "amount)">;
using AbsorbCollateral = Event<
    "AbsorbCollateral(address indexed absorber, address indexed borrower, address indexed asset, "
    "uint256 collateralAbsorbed, uint256 usdValue)">;
using AbsorbDebt = Event<
    "AbsorbDebt(address indexed absorber, address indexed borrower, uint256 basePaidOut, uint256 "
    "usdValue)">;
/// EIP-1967, of the Comet proxy.
using Upgraded = Event<"Upgraded(address indexed implementation)">;

}  // namespace faultline::compound_v3::events
