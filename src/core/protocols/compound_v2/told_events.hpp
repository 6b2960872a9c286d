// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/event.hpp>
#include <faultline/core/protocol/told_event.hpp>

#include <span>

/// What rules are told that no row needs.
namespace faultline::compound_v2::events {

using eth::Event;

// cTokens
using LiquidateBorrow = Event<
    "LiquidateBorrow(address liquidator, address borrower, uint256 repayAmount, address "
    "cTokenCollateral, uint256 seizeTokens)">;

// Comptroller
using NewPauseGuardian = Event<
    "NewPauseGuardian(address oldPauseGuardian, address "
    "newPauseGuardian)">;
using NewBorrowCapGuardian =
    Event<"NewBorrowCapGuardian(address oldBorrowCapGuardian, address newBorrowCapGuardian)">;

// Unitroller and cTokens
using NewAdmin = Event<"NewAdmin(address oldAdmin, address newAdmin)">;
using NewPendingAdmin = Event<"NewPendingAdmin(address oldPendingAdmin, address newPendingAdmin)">;
using NewPendingImplementation = Event<
    "NewPendingImplementation(address oldPendingImplementation, address "
    "newPendingImplementation)">;

}  // namespace faultline::compound_v2::events

namespace faultline::compound_v2 {

/// Of Comptroller and cTokens, what the fold takes too.
std::span<const protocol::ToldEvent> folded_activities();
/// Of them, what the fold must not see: it goes by which log of a cToken follows which.
std::span<const protocol::ToldEvent> other_activities();
/// Of interest rate models that cTokens go by.
std::span<const protocol::ToldEvent> model_activities();

}  // namespace faultline::compound_v2
