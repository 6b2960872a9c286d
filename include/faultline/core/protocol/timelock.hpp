// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/event.hpp>
#include <faultline/core/protocol/told_event.hpp>

#include <span>

/// Compound's Timelock, which Comptrollers, Comets and many forks are governed by.
/// Source: compound-finance/compound-protocol a3214f6, contracts/Timelock.sol.
namespace faultline::protocol::timelock {

using CancelTransaction = eth::Event<
    "CancelTransaction(bytes32 indexed txHash, address indexed target, uint256 value, string "
    "signature, bytes data, uint256 eta)">;
using ExecuteTransaction = eth::Event<
    "ExecuteTransaction(bytes32 indexed txHash, address indexed target, uint256 value, string "
    "signature, bytes data, uint256 eta)">;
using QueueTransaction = eth::Event<
    "QueueTransaction(bytes32 indexed txHash, address indexed target, uint256 value, string "
    "signature, bytes data, uint256 eta)">;
using NewAdmin = eth::Event<"NewAdmin(address indexed newAdmin)">;
using NewPendingAdmin = eth::Event<"NewPendingAdmin(address indexed newPendingAdmin)">;
using NewDelay = eth::Event<"NewDelay(uint256 indexed newDelay)">;

/// What is queued, executed and cancelled, who may do so, and how long it waits.
std::span<const ToldEvent> activities();

}  // namespace faultline::protocol::timelock
