// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "json_reply.hpp"

#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace faultline::rpc {

/// An answer whose logs were read by their shape, and the rest of it parsed.
struct ShapedReply {
    Reply reply;  ///< Without the logs: do not ask it for their result.
    std::vector<BlockLogs> blocks;
};

/// Reads an answer in which the result of `call` is a list of logs. nullopt whenever that is not
/// plainly so; then the caller parses the whole, which also says what is wrong.
std::optional<ShapedReply> read_shaped_reply(
    const Exchange& exchange, std::size_t call, const eth::LogFilter& filter
);

}  // namespace faultline::rpc
