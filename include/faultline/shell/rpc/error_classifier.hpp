// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::rpc {

/// The `error` of a JSON-RPC answer, as the node sent it.
struct NodeError {
    std::int64_t code = 0;  ///< 0 when the node sent none.
    std::string message;
    std::string data;  ///< The text when `data` is a string, else its JSON; empty when absent.
};

/// Why a node did not answer with a result. Decides the Code.
enum class Cause : std::uint8_t {
    kUnknown,        ///< Nothing in the table matches: worth trying again or elsewhere.
    kReverted,       ///< The contract reverted: for eth_call that is the answer.
    kCallTooBig,     ///< The call ran into what the node allows one: gas, depth.
    kRangeTooWide,   ///< eth_getLogs over too many blocks.
    kTooMuchData,    ///< The answer has too many logs or bytes: fewer blocks help.
    kFilterTooLong,  ///< Too many addresses or topics.
    kCapacity,       ///< Rate limit, quota, billing.
    kBackend,        ///< The provider's own trouble.
    kMissing,        ///< The block or its state is not there: not yet, pruned, or orphaned.
    kUnsupported,    ///< The method, or this use of it, is not offered.
    kBadRequest,     ///< The node understands the request to be wrong.
    kForbidden,      ///< Key missing, wrong or without the right.
};

/// Stable lower-case name, for logs and metric labels.
std::string_view cause_name(Cause cause) noexcept;

struct Classification {
    Cause cause = Cause::kUnknown;
    Code code = Code::kTransient;
    /// Blocks [first, second] the node says it would serve. Not checked against what was asked.
    std::optional<Suggestion> suggested_range;
};

/// Reads the words first, then the HTTP status, then the JSON-RPC code: providers agree on none of
/// them, but least on the codes. The tables are in src/shell/rpc/error_table.cpp.
Classification classify(const NodeError& error, int http_status = 200);

/// Whether the node will not carry a view call through, now or later: it costs or returns more than
/// the node allows. Never where waiting may help (time, rate, load, state) nor for a revert.
bool refuses_call(const NodeError& error);

/// Whether it is for the size of answers that the node refuses; in a batch perhaps of the others'.
bool refuses_size(const NodeError& error);

/// Whether a view call took longer than the node gives one. Another time it may not.
bool ran_out_of_time(const NodeError& error);

/// For an answer without a JSON-RPC error. @pre http_status is not 2xx
Classification classify_http(int http_status);

}  // namespace faultline::rpc
