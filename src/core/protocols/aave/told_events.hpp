// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/event.hpp>
#include <faultline/core/protocol/told_event.hpp>

#include <span>
#include <string_view>
#include <vector>

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
using RoleGranted =
    Event<"RoleGranted(bytes32 indexed role, address indexed account, address indexed sender)">;
using RoleRevoked =
    Event<"RoleRevoked(bytes32 indexed role, address indexed account, address indexed sender)">;
using RoleAdminChanged = Event<
    "RoleAdminChanged(bytes32 indexed role, bytes32 indexed previousAdminRole, bytes32 indexed "
    "newAdminRole)">;

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
/// Of the ACLManager.
std::span<const protocol::ToldEvent> acl_activities();
/// "POOL_ADMIN" for one of those roles that Aave knows; empty for any other.
std::string_view role_name(const Hash32& role);
/// The same that V2 alone logs: its contracts are the only ones asked for it.
std::span<const protocol::ToldEvent> other_activities_of_v2();

}  // namespace faultline::aave
