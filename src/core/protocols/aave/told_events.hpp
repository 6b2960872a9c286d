// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/event.hpp>
#include <faultline/core/protocol/access_control.hpp>
#include <faultline/core/protocol/told_event.hpp>

#include <span>
#include <string>

/// What rules are told that no row needs.
namespace faultline::aave::events {

using eth::Event;

// AaveOracle
using AssetSourceUpdated =
    Event<"AssetSourceUpdated(address indexed asset, address indexed source)">;
using FallbackOracleUpdated = Event<"FallbackOracleUpdated(address indexed fallbackOracle)">;
using BaseCurrencySet =
    Event<"BaseCurrencySet(address indexed baseCurrency, uint256 baseCurrencyUnit)">;

// PoolAddressesProvider
using ACLAdminUpdated =
    Event<"ACLAdminUpdated(address indexed oldAddress, address indexed newAddress)">;
using ACLManagerUpdated =
    Event<"ACLManagerUpdated(address indexed oldAddress, address indexed newAddress)">;
using AddressSetAsProxy = Event<
    "AddressSetAsProxy(bytes32 indexed id, address indexed proxyAddress, address "
    "oldImplementationAddress, address indexed newImplementationAddress)">;
using PoolUpdated = Event<"PoolUpdated(address indexed oldAddress, address indexed newAddress)">;
using PoolConfiguratorUpdated =
    Event<"PoolConfiguratorUpdated(address indexed oldAddress, address indexed newAddress)">;

// ACLManager
using protocol::access_control::RoleAdminChanged;
using protocol::access_control::RoleGranted;
using protocol::access_control::RoleRevoked;

// PayloadsController, IPayloadsControllerCore.sol of governance V3
using PayloadQueued = Event<"PayloadQueued(uint40 payloadId)">;
using PayloadExecuted = Event<"PayloadExecuted(uint40 payloadId)">;
using PayloadCancelled = Event<"PayloadCancelled(uint40 payloadId)">;
using ExecutorSet =
    Event<"ExecutorSet(uint8 indexed accessLevel, address indexed executor, uint40 delay)">;

// PoolConfigurator
using PendingLtvChanged = Event<"PendingLtvChanged(address indexed asset, uint256 ltv)">;
using ReserveInterestRateDataChanged = Event<
    "ReserveInterestRateDataChanged(address indexed asset, address indexed strategy, bytes data)">;

namespace v2 {

// LendingPoolAddressesProvider
using ConfigurationAdminUpdated = Event<"ConfigurationAdminUpdated(address indexed newAddress)">;
using EmergencyAdminUpdated = Event<"EmergencyAdminUpdated(address indexed newAddress)">;
using LendingPoolConfiguratorUpdated =
    Event<"LendingPoolConfiguratorUpdated(address indexed newAddress)">;

}  // namespace v2
}  // namespace faultline::aave::events

namespace faultline::aave {

/// Of pool, configurator and provider, what the fold takes too; V2's where it has others.
std::span<const protocol::ToldEvent> folded_activities();
/// Of these and of the oracle, what the fold passes over.
std::span<const protocol::ToldEvent> other_activities();
/// Of the PayloadsController.
std::span<const protocol::ToldEvent> payload_activities();
/// The roles of the ACLManager, ": POOL_ADMIN" (access_control::roles_in).
std::string acl_roles_in(const eth::Log& log);
/// The same that V2 alone logs: its contracts are the only ones asked for it.
std::span<const protocol::ToldEvent> other_activities_of_v2();

}  // namespace faultline::aave
