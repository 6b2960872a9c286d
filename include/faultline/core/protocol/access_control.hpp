// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/event.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/protocol/told_event.hpp>

#include <span>
#include <string>
#include <string_view>

/// Who may do what, by OpenZeppelin's AccessControl (contracts/access/IAccessControl.sol): Aave's
/// ACLManager and TimelockController are such.
namespace faultline::protocol::access_control {

using RoleGranted = eth::Event<
    "RoleGranted(bytes32 indexed role, address indexed account, address indexed sender)">;
using RoleRevoked = eth::Event<
    "RoleRevoked(bytes32 indexed role, address indexed account, address indexed sender)">;
using RoleAdminChanged = eth::Event<
    "RoleAdminChanged(bytes32 indexed role, bytes32 indexed previousAdminRole, bytes32 indexed "
    "newAdminRole)">;

/// A role that a contract knows; by default the one that gives all others, which is zero.
struct RoleName {
    Hash32 role;
    std::string_view name;
};

/// One whose identifier is the hash of its name.
consteval RoleName role_named(std::string_view name) {
    return {.role = eth::keccak256_literal(name), .name = name};
}

/// What is given, taken and put under another role.
std::span<const ToldEvent> activities();

/// The roles that such a log is about, by those names, others by their hash: ": PROPOSER_ROLE".
/// Empty for any other log.
std::string roles_in(const eth::Log& log, std::span<const RoleName> names);

}  // namespace faultline::protocol::access_control
