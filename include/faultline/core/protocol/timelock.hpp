// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/event.hpp>
#include <faultline/core/protocol/told_event.hpp>

#include <span>
#include <string>

/// The timelocks by which Comptrollers, Comets and many forks are governed: Compound's Timelock
/// (compound-finance/compound-protocol a3214f6, contracts/Timelock.sol), and OpenZeppelin's
/// TimelockController (contracts/governance/TimelockController.sol).
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

/// One for each call of a batch.
using CallScheduled = eth::Event<
    "CallScheduled(bytes32 indexed id, uint256 indexed index, address target, uint256 value, bytes "
    "data, bytes32 predecessor, uint256 delay)">;
using CallExecuted = eth::Event<
    "CallExecuted(bytes32 indexed id, uint256 indexed index, address target, uint256 value, bytes "
    "data)">;
/// Of the whole batch.
using Cancelled = eth::Event<"Cancelled(bytes32 indexed id)">;
using MinDelayChange = eth::Event<"MinDelayChange(uint256 oldDuration, uint256 newDuration)">;

/// What is queued, executed and cancelled, who may do so, and how long it waits.
std::span<const ToldEvent> activities();

/// The roles of a TimelockController that a log is about, ": PROPOSER_ROLE"; empty for others.
std::string roles_in(const eth::Log& log);

}  // namespace faultline::protocol::timelock
