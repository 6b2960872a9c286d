// SPDX-License-Identifier: Apache-2.0
#include "json_encode.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::rpc {
namespace {

// Everything put between quotes here is hex or a literal, so nothing needs escaping.
std::string quoted(std::string_view text) {
    return '"' + std::string(text) + '"';
}

template <class T>
std::string quoted_list(const std::vector<T>& values) {
    std::string out = "[";
    for (const T& value : values) {
        out += quoted(value.hex());
        out += ',';
    }
    out.back() = ']';
    return out;
}

/// The fields of a filter object that say which logs.
std::string fields_of(const eth::LogClause& clause) {
    FAULTLINE_ASSERT(!clause.contracts.empty() || !clause.topics0.empty());
    std::string out;
    if (!clause.contracts.empty()) {
        out += R"("address":)" + quoted_list(clause.contracts);
    }
    if (!clause.topics0.empty()) {
        out += out.empty() ? "" : ",";
        out += R"("topics":[)" + quoted_list(clause.topics0) + "]";
    }
    return out;
}

}  // namespace

std::string_view tag_name(HeadTag tag) {
    switch (tag) {
        case HeadTag::kLatest:
            return "latest";
        case HeadTag::kSafe:
            return "safe";
        case HeadTag::kFinalized:
            return "finalized";
    }
    return "latest";
}

std::string encode(std::span<const Call> calls, std::uint64_t first_id) {
    std::string out;
    for (const Call& call : calls) {
        out += out.empty() ? "" : ",";
        out += R"({"jsonrpc":"2.0","id":)" + std::to_string(first_id++) + R"(,"method":)" +
               quoted(call.method) + R"(,"params":)" + call.params + "}";
    }
    return calls.size() == 1 ? out : "[" + out + "]";
}

Call chain_id_call() {
    return {.method = "eth_chainId", .params = "[]"};
}

Call block_by_tag_call(HeadTag tag) {
    return {.method = "eth_getBlockByNumber", .params = "[" + quoted(tag_name(tag)) + ",false]"};
}

Call block_by_number_call(eth::BlockNum number) {
    return {
        .method = "eth_getBlockByNumber", .params = "[" + quoted(quantity_hex(number)) + ",false]"
    };
}

Call block_by_hash_call(const Hash32& hash) {
    return {.method = "eth_getBlockByHash", .params = "[" + quoted(hash.hex()) + ",false]"};
}

Call receipts_call(const Hash32& block) {
    return {.method = "eth_getBlockReceipts", .params = "[" + quoted(block.hex()) + "]"};
}

Call logs_at_call(const Hash32& block, const eth::LogClause& clause) {
    return {
        .method = "eth_getLogs",
        .params = R"([{"blockHash":)" + quoted(block.hex()) + "," + fields_of(clause) + "}]"
    };
}

Call logs_between_call(eth::BlockNum first, eth::BlockNum last, const eth::LogClause& clause) {
    return {
        .method = "eth_getLogs",
        .params = R"([{"fromBlock":)" + quoted(quantity_hex(first)) + R"(,"toBlock":)" +
                  quoted(quantity_hex(last)) + "," + fields_of(clause) + "}]"
    };
}

Call view_call(const Hash32& block, const eth::Read& read) {
    // "data" and not "input": the older name is the one every client knows. No gas: the node's cap.
    const std::string from =
        read.from.is_zero() ? "" : R"("from":)" + quoted(read.from.hex()) + ",";
    return {
        .method = "eth_call",
        .params = "[{" + from + R"("to":)" + quoted(read.to.hex()) + R"(,"data":)" +
                  quoted(to_hex(read.data)) + R"(},{"blockHash":)" + quoted(block.hex()) + "}]"
    };
}

Call subscribe_heads_call() {
    return {.method = "eth_subscribe", .params = R"(["newHeads"])"};
}

}  // namespace faultline::rpc
