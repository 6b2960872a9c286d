// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shell/chain/fetched_block.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <vector>

/// Fetching that believes nothing unchecked. Errors are the node's, plus kTransient where two
/// answers do not belong together: the chain moved, or another backend answered.
namespace faultline::chain {

/// The block of `header`, its logs pinned by hash; the header served with them must be the same.
runtime::Task<Result<FetchedBlock>> fetch_block(
    rpc::Node& node, eth::Header header, const eth::LogFilter& filter
);
/// The same without the checks that endpoints' blocks are held to.
runtime::Task<Result<FetchedBlock>> fetch_unverified_block(
    rpc::Node& node, eth::Header header, const eth::LogFilter& filter
);

/// The header of that height, which it must bear.
runtime::Task<Result<eth::Header>> fetch_header(rpc::Node& node, eth::BlockNum number);

/// Headers and logs of [first, last]: headers chained by parent hash, and every log from the block
/// of that height.
runtime::Task<Result<std::vector<FetchedBlock>>> fetch_range(
    rpc::Node& node,
    eth::BlockNum first,
    eth::BlockNum last,
    const eth::LogFilter& filter,
    rpc::Proof proof
);

}  // namespace faultline::chain
