// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "target.hpp"

#include <faultline/base/error.hpp>
#include <faultline/shell/api/view.hpp>

#include <cstddef>
#include <initializer_list>
#include <string_view>
#include <vector>

/// The parameters of requests. kInvalid says which is wrong, and what it must be.
namespace faultline::api {

/// Whether the request has no other parameters than these.
Result<void> only(const Target& target, std::initializer_list<std::string_view> known);

/// The chain that `chain` names; needless where there is one. kMissing when there is no such chain.
Result<ChainView*> chain_parameter(const std::vector<ChainView*>& chains, const Target& target);

Result<AccountsQuery> accounts_query(const Target& target);

/// `as_of` is a block number or a time, such as 2026-11-30T09:00:00Z. Other parameters are not
/// looked at.
Result<GraphQuery> graph_query(const Target& target);

/// `since` and `as_of`, as above.
Result<FlowQuery> flow_query(const Target& target);

/// The parameter `limit`: from 1 to `most`.
Result<std::size_t> limit_parameter(const Target& target, std::size_t otherwise, std::size_t most);

/// `after` is an address, or an address, a dot and the 64 hex digits of a part.
Result<HoldersQuery> holders_query(const Target& target);

}  // namespace faultline::api
