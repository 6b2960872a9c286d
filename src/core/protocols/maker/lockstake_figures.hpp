// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <vector>

/// Whose the urns of the LockstakeEngine are, by its own logs.
namespace faultline::maker {

/// "lockstake_owner" and "lockstake_index", where the address is such an urn.
void add_lockstake_owner(protocol::Sheet& sheet, const Tables& tables, const AccountKey& urn);

/// Those, and what was selected for it.
void add_lockstake(protocol::Sheet& sheet, const Tables& tables, const AccountKey& urn);

/// The urns of an owner, by index.
std::vector<Address> lockstake_urns(const Tables& tables, const AccountKey& owner);

}  // namespace faultline::maker
