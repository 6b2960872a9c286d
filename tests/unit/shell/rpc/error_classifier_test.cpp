// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/shell/rpc/error_classifier.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <optional>
#include <shell/rpc/error_table.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::rpc {
namespace {

struct Case {
    std::int64_t code;
    std::string_view message;
    std::string_view data;
    Cause cause;
};

/// What providers and clients are known to answer.
const std::vector<Case> kCases = {
    // eth_getLogs: too many blocks.
    {-32600,
     "You can make eth_getLogs requests with up to a 500 block range. Based on your "
     "parameters, this block range should work: [0x1, 0x1f4]",
     "",
     Cause::kRangeTooWide},
    {-32602, "range 1000000 exceeds limit of 10000", "", Cause::kRangeTooWide},
    {-32614, "eth_getLogs is limited to a 10,000 range", "", Cause::kRangeTooWide},
    {-32614, "", "", Cause::kRangeTooWide},
    {-32000, "eth_getLogs is limited to a 1000 blocks range", "", Cause::kRangeTooWide},
    {-32600, "block range is too wide", "", Cause::kRangeTooWide},
    {-32602, "maximum [from, to] blocks distance: 3000", "", Cause::kRangeTooWide},
    {-32000, "Max range: 800", "", Cause::kRangeTooWide},
    {-32000, "Maximum allowed number of requested blocks is 1000", "", Cause::kRangeTooWide},
    {-32602, "Block range limit exceeded.", "", Cause::kRangeTooWide},
    {-32000, "please limit the query to at most 1000 blocks", "", Cause::kRangeTooWide},
    {-32701, "exceed maximum block range: 50000", "", Cause::kRangeTooWide},
    {-32000, "maximum block range: 50000", "", Cause::kRangeTooWide},
    {35, "ranges over 10000 blocks are not supported on freetier", "", Cause::kRangeTooWide},
    {-32000, "limited to 1024 blocks range", "", Cause::kRangeTooWide},
    {-32000, "exceeds the range allowed for your plan (1001 > 1000)", "", Cause::kRangeTooWide},
    {-32000, "eth_getLogs range is too large, max is 1k blocks", "", Cause::kRangeTooWide},
    {-32602, "block range too large", "", Cause::kRangeTooWide},
    {-32602, "Block range is too large", "", Cause::kRangeTooWide},
    {-32000,
     "requested too many blocks from 1 to 5000, maximum is set to 2048",
     "",
     Cause::kRangeTooWide},
    {-32000, "query exceeds max block range 1000", "", Cause::kRangeTooWide},
    {-32000, "block range exceeds 1000", "", Cause::kRangeTooWide},
    {-32000, "block range greater than 10000 max", "", Cause::kRangeTooWide},
    {-32000, "query must be smaller than size 1024", "", Cause::kRangeTooWide},
    {-32000, "exceed max block range: 5000", "", Cause::kRangeTooWide},
    {-32000, "block range is too wide (maximum 1024)", "", Cause::kRangeTooWide},

    // eth_getLogs: too much in the answer.
    {-32602,
     "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block "
     "range and no limit on the response size. Based on your parameters, this block range "
     "should work: [0x0, 0xd043b8]",
     "",
     Cause::kTooMuchData},
    {-32005,
     "query returned more than 10000 results. Try with this block range [0xBDE5F8, "
     "0x102DBCC].",
     R"({"from":"0xBDE5F8","to":"0x102DBCC","limit":10000})",
     Cause::kTooMuchData},
    {-32008, "Response is too big", "Exceeded max limit of 167772160", Cause::kTooMuchData},
    {-32000, "response size should not greater than 10000000 bytes", "", Cause::kTooMuchData},
    {-32000, "query exceeds max results 20000", "", Cause::kTooMuchData},
    {-32020, "backend response too large", "", Cause::kTooMuchData},
    {-32000, "logs matched by query exceeds limit of 10000", "", Cause::kTooMuchData},

    // eth_getLogs: too many addresses.
    {-32000, "specify less number of address", "", Cause::kFilterTooLong},
    {-32602, "exceed max addresses or topics per search position", "", Cause::kFilterTooLong},
    {-32000,
     "This query contains 6000 filters. The current limit is 5000.",
     "",
     Cause::kFilterTooLong},

    // Rate and quota.
    {-32005, "Limit exceeded", "", Cause::kCapacity},
    {-32005, "", "", Cause::kCapacity},
    {429, "Your app has exceeded its compute units per second capacity.", "", Cause::kCapacity},
    {-32029, "Too Many Requests", "", Cause::kCapacity},
    {-32000, "Exceeded the quota usage", "", Cause::kCapacity},
    {-32000, "request limit reached", "", Cause::kCapacity},
    {-32000, "You've reached the quota, upgrade your tier", "", Cause::kCapacity},
    {-32001, "rate limit exceeded", "", Cause::kCapacity},
    {429,
     "Monthly capacity limit exceeded. Visit https://dashboard/settings/billing",
     "",
     Cause::kCapacity},
    {-32600, "eth_getLogs is not available on the Free tier", "", Cause::kCapacity},

    // The provider's own trouble, and what nothing is known about.
    {-32011, "no backend is currently healthy to serve traffic", "", Cause::kBackend},
    {-32000, "under too much load", "", Cause::kBackend},
    {-32000, "No server available", "", Cause::kBackend},
    {3, "RPC Request failed.", "", Cause::kBackend},
    {-32000, "ReceiptGen.GetReceipt: txn is a state-sync transaction", "", Cause::kBackend},
    {-32000, "execution aborted (timeout = 5s)", "", Cause::kBackend},
    {-32603, "Internal error", "", Cause::kUnknown},
    {-39999, "something nobody has seen before", "", Cause::kUnknown},
    {0, "Missed `to` address", "", Cause::kUnknown},
    {0, "", "", Cause::kUnknown},

    // Missing data.
    {-32000, "header not found", "", Cause::kMissing},
    {-32000,
     "missing trie node 01ab (path ) state 0x01ab is not available, not found",
     "",
     Cause::kMissing},
    // Code 3 is a revert's, but these words are a gateway's that got no answer.
    {3, "RPC Request failed.", "", Cause::kBackend},
    {0, "Missed `to` address", "", Cause::kUnknown},
    {-32000, "missing trie node 00 (path ) <nil>", "", Cause::kMissing},
    {-32002, "No state available for block 100 (0xab)", "", Cause::kMissing},
    {-32801,
     "no historical RPC is available for this historical (pre-bedrock) execution request",
     "",
     Cause::kMissing},
    {-32000, "unknown block", "", Cause::kMissing},
    {-39001, "Unknown block", "", Cause::kMissing},
    {-32000, "block not found: 0x10", "", Cause::kMissing},
    {-32000, "could not find block 10", "", Cause::kMissing},
    {-32603,
     "height must be less than or equal to the current blockchain height",
     "",
     Cause::kMissing},
    {-32000, "cannot query unfinalized data", "", Cause::kMissing},
    {-32000, "requested block 5 is after last accepted block 4", "", Cause::kMissing},
    {-32000, "height is not available", "", Cause::kMissing},
    {-32000, "historical state 01ab is not available", "", Cause::kMissing},
    {-32000, "block 0x10 is greater than latest 0x9", "", Cause::kMissing},
    {-32000, "hash 0xab is not currently canonical", "", Cause::kMissing},
    {-32000, "requested data is not available", "", Cause::kMissing},
    {-32019, "Block is out of range", "", Cause::kMissing},
    {4444, "Pruned history unavailable", "", Cause::kMissing},
    {-32001, "Resource not found", "", Cause::kMissing},
    {-32602, "block range extends beyond current head block", "", Cause::kMissing},

    {-32602, "BlockOutOfRangeError: block height is 46 but requested was 56", "", Cause::kMissing},

    // Reverts.
    {-32603, "EVM error StackUnderflow", "", Cause::kReverted},
    {-32603, "EVM error InvalidFEOpcode", "", Cause::kReverted},
    {-32603, "EVM error OutOfGas", "", Cause::kCallTooBig},
    {-32000, "return data out of bounds", "", Cause::kReverted},
    {-32000, "write protection", "", Cause::kReverted},
    {3, "execution reverted", "0x", Cause::kReverted},
    {3, "execution reverted: user error", "0x08c379a0", Cause::kReverted},
    {3, "execution reverted: assert(false)", "0x4e487b71", Cause::kReverted},
    {3, "execution reverted: rate limit exceeded", "", Cause::kReverted},
    {3, "execution reverted: header not found", "", Cause::kReverted},
    {-32000, "execution reverted", "", Cause::kReverted},
    {-32000, "VM Exception while processing transaction: revert", "", Cause::kReverted},
    {-32603,
     "Error: VM Exception while processing transaction: reverted with reason string 'x'",
     "",
     Cause::kReverted},
    {-32015, "VM execution error.", "Reverted 0x", Cause::kReverted},
    {-32000, "Execution reverted", "0x08c379a0", Cause::kReverted},
    {3, "", "0x08c379a0", Cause::kReverted},
    {-32000, "invalid opcode: INVALID", "", Cause::kReverted},

    // Ours to mend.
    {-32601, "Method not found", "", Cause::kUnsupported},
    {-32601, "the method eth_foo does not exist/is not available", "", Cause::kUnsupported},
    {-32004, "", "", Cause::kUnsupported},
    {-32602, "invalid block range params", "", Cause::kBadRequest},
    {-32602,
     "invalid argument 0: cannot specify both BlockHash and FromBlock/ToBlock, choose one "
     "or the other",
     "",
     Cause::kBadRequest},
    {-32600, "", "", Cause::kBadRequest},
    {-32700, "parse error", "", Cause::kBadRequest},
    {-32000, "out of gas", "", Cause::kCallTooBig},
    {-32000, "out of gas: gas required exceeds: 50000000", "", Cause::kCallTooBig},
    {-32000, "gas uint64 overflow", "", Cause::kCallTooBig},
    {-32000, "max call depth exceeded", "", Cause::kCallTooBig},
    {-32000, "gas required exceeds allowance (50000000)", "", Cause::kCallTooBig},
    {-32000, "intrinsic gas too low: have 20000, want 21064", "", Cause::kCallTooBig},
    {-32600, "Must be authenticated!", "", Cause::kForbidden},
};

NodeError error_of(const Case& c) {
    NodeError error;
    error.code = c.code;
    error.message = std::string(c.message);
    error.data = std::string(c.data);
    return error;
}

}  // namespace

TEST_CASE("what providers are known to answer is told apart", "[rpc][classifier]") {
    for (const Case& c : kCases) {
        CAPTURE(c.code, c.message, c.data);
        CHECK(cause_name(classify(error_of(c)).cause) == cause_name(c.cause));
    }
}

TEST_CASE("a cause says what a caller can do", "[rpc][classifier]") {
    const auto code = [](std::int64_t number, std::string_view message) {
        return code_name(classify({.code = number, .message = std::string(message), .data = {}}
        ).code);
    };
    CHECK(code(-32602, "block range too large") == code_name(Code::kRejected));
    CHECK(code(-32000, "query returned more than 10000 results") == code_name(Code::kRejected));
    CHECK(code(-32005, "Limit exceeded") == code_name(Code::kRateLimited));
    CHECK(code(-32000, "header not found") == code_name(Code::kMissing));
    CHECK(code(-32603, "Internal error") == code_name(Code::kTransient));
    CHECK(code(-32601, "Method not found") == code_name(Code::kRejected));
    CHECK(code(3, "execution reverted") == code_name(Code::kRejected));
}

TEST_CASE("the range a node suggests is read from its words", "[rpc][classifier]") {
    using Range = std::optional<Suggestion>;
    const auto suggested = [](std::string_view message) {
        return classify({.code = -32602, .message = std::string(message), .data = {}}
        ).suggested_range;
    };
    CHECK(
        suggested("this block range should work: [0x0, 0xd043b8]") ==
        Range({.first = 0, .last = 0xd043b8})
    );
    CHECK(
        suggested("Try with this block range [0xBDE5F8, 0x102DBCC].") ==
        Range({.first = 0xbde5f8, .last = 0x102dbcc})
    );
    CHECK(suggested("[0x1,0x2]") == Range({.first = 1, .last = 2}));
    // Not checked here: a provider was seen to suggest a range that ends before it begins.
    CHECK(suggested("[0x9, 0x1]") == Range({.first = 9, .last = 1}));
    CHECK_FALSE(suggested("block range too large").has_value());
    CHECK_FALSE(suggested("maximum [from, to] blocks distance: 3000").has_value());
    CHECK_FALSE(suggested("[0x1").has_value());
    CHECK_FALSE(suggested("[0x1, 0x2").has_value());
    CHECK_FALSE(suggested("[0x1, latest]").has_value());
    CHECK_FALSE(suggested("[0x, 0x]").has_value());
    CHECK_FALSE(suggested("[0x11111111111111111, 0x2]").has_value());
}

TEST_CASE("an HTTP status decides when the words do not", "[rpc][classifier]") {
    const NodeError vague{.code = -32603, .message = "oh", .data = {}};
    CHECK(classify(vague, 429).code == Code::kRateLimited);
    CHECK(classify(vague, 503).code == Code::kTransient);
    CHECK(classify(vague, 401).code == Code::kRejected);
    const NodeError clear{.code = -32000, .message = "header not found", .data = {}};
    CHECK(classify(clear, 500).code == Code::kMissing);
    CHECK(
        classify({.code = 3, .message = "execution reverted", .data = {}}, 500).cause ==
        Cause::kReverted
    );
}

TEST_CASE("an HTTP status alone is told apart", "[rpc][classifier]") {
    for (const int status : {400, 408, 410, 425, 500, 502, 503, 504, 520, 529}) {
        CHECK(classify_http(status).code == Code::kTransient);
    }
    CHECK(classify_http(429).code == Code::kRateLimited);
    CHECK(classify_http(402).code == Code::kRateLimited);
    for (const int status : {301, 401, 403, 404, 405, 413, 415}) {
        CHECK(classify_http(status).code == Code::kRejected);
    }
    CHECK(classify_http(403).cause == Cause::kForbidden);
    CHECK(classify_http(413).cause == Cause::kTooMuchData);
    CHECK(classify_http(0).code == Code::kTransient);
    CHECK(classify_http(999).code == Code::kTransient);
}

TEST_CASE("every row of words is lower case and can be reached", "[rpc][classifier]") {
    for (const WordsRow& row : words_table()) {
        std::string text;
        for (const char c : row.pattern) {
            CHECK_FALSE((c >= 'A' && c <= 'Z'));
            if (c == '*') {
                text += " 7 ";
            } else {
                text += c;
            }
        }
        CAPTURE(row.pattern);
        CHECK(
            cause_name(classify({.code = 0, .message = text, .data = {}}).cause) ==
            cause_name(row.cause)
        );
    }
}

TEST_CASE("a node refuses a call for ever, or only for now", "[rpc][errors]") {
    const auto refused = [](const std::string& words) {
        return refuses_call({.code = -32000, .message = words, .data = {}});
    };
    CHECK(refused("out of gas"));
    CHECK(refused("Response is too big: 167772160 bytes"));
    for (const char* other :
         {"execution reverted: out of gas",
          "query timed out",
          "execution aborted (timeout = 5s)",
          "header not found",
          "missing trie node",
          "too many requests",
          "method not found",
          "something new"}) {
        INFO(other);
        CHECK_FALSE(refused(other));
    }
}

TEST_CASE("a node says of a call that it took too long", "[rpc][errors]") {
    const auto late = [](const std::string& words) {
        return ran_out_of_time({.code = -32000, .message = words, .data = {}});
    };
    CHECK(late("execution aborted (timeout = 5s)"));
    CHECK(late("query timeout exceeded"));
    for (const char* other :
         {"execution reverted: execution aborted (timeout",
          "out of gas",
          "response too large",
          "temporarily unavailable",
          "too many requests"}) {
        INFO(other);
        CHECK_FALSE(late(other));
    }
}

}  // namespace faultline::rpc
