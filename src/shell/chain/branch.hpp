// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/chain/source.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <vector>

namespace faultline::chain {

/// A branch that competes with ours.
struct Branch {
    std::vector<eth::Header> headers;  ///< Lowest first.
    /// Whether the lowest is a child of an applied block, or the first block to follow at all.
    bool rooted = false;
};

/// How far down a branch may be followed.
struct BranchReach {
    eth::BlockNum start = 0;   ///< The first block to follow: below it, all branches are one.
    eth::BlockNum lowest = 0;  ///< The lowest of our blocks that can be reverted.
};

/// Follows parent hashes down from `tip` to where the branch leaves ours, or to `reach.lowest`.
/// Errors are the node's.
runtime::Task<Result<Branch>> find_branch(
    rpc::Node& node, const AppliedChain& applied, eth::Header tip, BranchReach reach
);

}  // namespace faultline::chain
