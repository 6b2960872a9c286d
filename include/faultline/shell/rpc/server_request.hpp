// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// The server's side of JSON-RPC 2.0, for shell/simnode: what a client sent, strictly by
// https://www.jsonrpc.org/specification and the parameter formats of execution-apis. Pure; any
// thread.

namespace faultline::rpc {

/// An `error` to be answered.
struct Refusal {
    std::int64_t code = 0;
    std::string message;
    std::string json;  ///< Not empty: the whole error object, instead of the others.
};

inline constexpr std::int64_t kParseError = -32700;
inline constexpr std::int64_t kInvalidRequest = -32600;
inline constexpr std::int64_t kMethodNotFound = -32601;
inline constexpr std::int64_t kInvalidParams = -32602;
inline constexpr std::int64_t kServerError = -32000;

struct ServerRequest {
    /// The id as JSON, to be sent back: a number, a string or null. Empty: a notification, which
    /// gets no answer.
    std::string id;
    std::string method;
    std::string params;              ///< As JSON: an array, or an object; "[]" when absent.
    std::optional<Refusal> invalid;  ///< It is no request: answer this, with `id` null.
};

/// What one HTTP body or WebSocket message holds.
struct ServerRequests {
    bool batch = false;  ///< The answer is an array then, or nothing when nothing is answered.
    std::vector<ServerRequest> requests;
};

/// Never fails: what is no JSON, no object, or an empty batch is one `invalid` request.
ServerRequests read_requests(std::string_view text);

/// A block parameter.
enum class BlockTag : std::uint8_t {
    kEarliest,
    kLatest,
    kSafe,
    kFinalized,
    kPending
};
using BlockSelector = std::variant<BlockTag, eth::BlockNum, Hash32>;

/// Params of eth_getBlockByNumber, eth_getBlockByHash and eth_getBlockReceipts.
struct BlockQuery {
    BlockSelector block;
    bool full = false;  ///< With whole transactions.
};

struct LogQuery {
    std::optional<Hash32> block_hash;
    BlockSelector from = BlockTag::kLatest;
    BlockSelector to = BlockTag::kLatest;
    std::vector<Address> addresses;           ///< Empty: any.
    std::vector<std::vector<Hash32>> topics;  ///< By position; empty: any.
};

struct CallQuery {
    Address to;
    Bytes data;
    Address from;  ///< Zero when the client names none.
    BlockSelector block = BlockTag::kLatest;
};

struct SubscribeQuery {
    std::string kind;  ///< "newHeads", "logs", ...
    LogQuery filter;   ///< Of "logs".
};

// Each takes `params` of a ServerRequest. The error's detail is meant for the client, as
// "invalid params" (kInvalid).
Result<void> read_no_params(std::string_view params);
/// [number or tag, bool]
Result<BlockQuery> read_block_by_number(std::string_view params);
/// [hash, bool]
Result<BlockQuery> read_block_by_hash(std::string_view params);
/// [number, tag, hash or {blockNumber} or {blockHash}]
Result<BlockSelector> read_block_selector(std::string_view params);
/// [{address, topics, blockHash} or {address, topics, fromBlock, toBlock}]
Result<LogQuery> read_log_query(std::string_view params);
/// [{to, data or input, ...}, block?]
Result<CallQuery> read_call_query(std::string_view params);
/// [kind, filter?]
Result<SubscribeQuery> read_subscribe_query(std::string_view params);
/// [id]
Result<std::string> read_subscription_id(std::string_view params);

/// Text as a JSON string, quotes included.
std::string json_quoted(std::string_view text);

/// {"jsonrpc":"2.0","id":<id>,"result":<result>}; `result` is JSON.
std::string answer_json(std::string_view id, std::string_view result);
std::string refusal_json(std::string_view id, const Refusal& refusal);

}  // namespace faultline::rpc
