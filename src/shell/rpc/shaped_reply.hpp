// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "json_reply.hpp"

#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace faultline::rpc {

/// An answer whose logs were read by their shape, and the rest of it parsed.
struct ShapedReply {
    Reply reply;  ///< Without the logs: do not ask it for their result.
    /// What each clause was answered; there are some logs.
    std::vector<std::vector<BlockLogs>> by_clause;
};

/// Reads an answer in which the results of the calls from `first` on are the lists of logs that
/// each clause asked for. nullopt whenever that is not plainly so; then the caller parses the
/// whole, which also says what is wrong. @pre !clauses.empty()
std::optional<ShapedReply> read_shaped_reply(
    const Exchange& exchange, std::size_t first, std::span<const eth::LogClause> clauses
);

}  // namespace faultline::rpc
