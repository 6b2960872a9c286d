// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <functional>
#include <optional>
#include <string>

namespace faultline::graph {

/// What a named node is called, and what a node with an address is called by people; empty:
/// unknown.
using NameOf = std::function<std::string(const NodeKey&)>;

/// The graph that the rows are, with amounts and values computed. Of no block without a GraphRow.
/// `wrapped_coin` as in GraphOptions.
Snapshot snapshot_of(
    const Tables& tables,
    std::string chain,
    const std::optional<Address>& wrapped_coin,
    const NameOf& name_of
);

}  // namespace faultline::graph
