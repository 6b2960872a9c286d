// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace faultline::rpc {

/// One JSON-RPC request: the method and its params as a JSON array.
struct Call {
    std::string_view method;  ///< A literal.
    std::string params;
};

/// The body of one request: an object for one call, else an array. Ids count up from `first_id`.
std::string encode(std::span<const Call> calls, std::uint64_t first_id);

/// "latest", "safe", "finalized".
std::string_view tag_name(HeadTag tag);

Call chain_id_call();
Call block_by_tag_call(HeadTag tag);
Call block_by_number_call(eth::BlockNum number);
Call block_by_hash_call(const Hash32& hash);
Call receipts_call(const Hash32& block);
/// The logs of one clause.
Call logs_at_call(const Hash32& block, const eth::LogClause& clause);
Call logs_between_call(eth::BlockNum first, eth::BlockNum last, const eth::LogClause& clause);
Call view_call(const Hash32& block, const eth::Read& read);
Call subscribe_heads_call();

}  // namespace faultline::rpc
