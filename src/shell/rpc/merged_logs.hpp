// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <vector>

/// What several clauses of a filter were answered, as one. Pure functions, any thread.
namespace faultline::rpc {

/// Adds logs of the same block, in order of log_index. One that both have is there once;
/// kMalformed when they have two of one index.
Result<void> add_logs(eth::LogList& to, eth::LogList more, const eth::BlockRef& block);

/// Adds logs of the same range, in order of blocks. Errors: as add_logs(); kTransient when they
/// are of two blocks of one height.
Result<void> add_logs(std::vector<BlockLogs>& to, std::vector<BlockLogs> more);

}  // namespace faultline::rpc
