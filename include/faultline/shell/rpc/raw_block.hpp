// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <string>

namespace faultline::rpc {

/// A block as the node wrote it, to be kept: one line of JSON each, every field but transactions.
struct RawBlock {
    PinnedBlock block;   ///< What it means; checked like Node::block.
    std::string header;  ///< The result of eth_getBlockByHash.
    std::string logs;    ///< What eth_getLogs says of the filter, pinned by the hash; in order.
};

/// Fetches one block in one batch. Errors and deadline as Node::block. Everything given outlives
/// the await. @pre !filter.empty()
runtime::Task<Result<RawBlock>> fetch_raw_block(
    const EndpointOptions& endpoint,
    net::HttpClient& http,
    const runtime::Clock& clock,
    Hash32 hash,
    const eth::LogFilter& filter
);

}  // namespace faultline::rpc
