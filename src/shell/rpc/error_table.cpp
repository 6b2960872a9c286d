// SPDX-License-Identifier: Apache-2.0
#include "error_table.hpp"

#include <faultline/shell/rpc/error_classifier.hpp>

#include <array>
#include <span>
#include <string_view>

namespace faultline::rpc {
namespace {

// The provider is named where the words are its own; rows without a name are used by several.
constexpr std::array kWords = {
    // A revert's own words may say anything, so it is recognised before all else.
    WordsRow{"execution reverted", Cause::kReverted},
    WordsRow{"vm exception while processing transaction: revert", Cause::kReverted},
    WordsRow{"reverted with", Cause::kReverted},
    WordsRow{"transaction reverted", Cause::kReverted},
    WordsRow{"vm execution error*revert", Cause::kReverted},  // Nethermind, OpenEthereum
    WordsRow{"invalid opcode", Cause::kReverted},
    WordsRow{"invalid jump destination", Cause::kReverted},
    WordsRow{"stack underflow", Cause::kReverted},
    WordsRow{"stack limit reached", Cause::kReverted},
    WordsRow{"return data out of bounds", Cause::kReverted},
    WordsRow{"write protection", Cause::kReverted},
    WordsRow{"evm error outofgas", Cause::kCallTooBig},     // anvil; as "out of gas" below
    WordsRow{"evm error memoryoog", Cause::kCallTooBig},    // anvil
    WordsRow{"evm error calltoodeep", Cause::kCallTooBig},  // anvil
    WordsRow{"evm error", Cause::kReverted},                // anvil

    // Missing: the head, a block, a state. Before the ranges: "block range extends beyond".
    WordsRow{"block range extends beyond current head", Cause::kMissing},  // execution-apis
    WordsRow{"header not found", Cause::kMissing},
    WordsRow{"missing trie node", Cause::kMissing},
    WordsRow{"unknown block", Cause::kMissing},
    WordsRow{"block not found", Cause::kMissing},
    WordsRow{"blocknotfound", Cause::kMissing},    // anvil
    WordsRow{"blockoutofrange", Cause::kMissing},  // anvil
    WordsRow{"could not find block", Cause::kMissing},
    WordsRow{"resource not found", Cause::kMissing},
    WordsRow{"height must be less than or equal", Cause::kMissing},
    WordsRow{"invalid blockhash finalized", Cause::kMissing},
    WordsRow{"cannot query unfinalized", Cause::kMissing},   // Avalanche
    WordsRow{"after last accepted block", Cause::kMissing},  // Avalanche
    WordsRow{"height is not available", Cause::kMissing},
    WordsRow{"no state available", Cause::kMissing},
    WordsRow{"historical state*not available", Cause::kMissing},
    WordsRow{"no historical rpc is available", Cause::kMissing},  // OP before bedrock
    WordsRow{"state is not available", Cause::kMissing},
    WordsRow{"state already discarded", Cause::kMissing},  // BSC
    WordsRow{"greater than latest", Cause::kMissing},
    WordsRow{"not currently canonical", Cause::kMissing},
    WordsRow{"requested data is not available", Cause::kMissing},
    WordsRow{"transaction not found", Cause::kMissing},
    WordsRow{"block is out of range", Cause::kMissing},
    WordsRow{"pruned history unavailable", Cause::kMissing},
    WordsRow{"history has been pruned", Cause::kMissing},

    // Too many addresses or topics: fewer blocks would not help.
    WordsRow{"specify less number of address", Cause::kFilterTooLong},
    WordsRow{"exceed max addresses or topics", Cause::kFilterTooLong},
    WordsRow{"exceed max topics", Cause::kFilterTooLong},
    WordsRow{"this query contains * filters", Cause::kFilterTooLong},

    // Too much in the answer.
    WordsRow{"log response size exceeded", Cause::kTooMuchData},  // Alchemy
    WordsRow{"query returned more than", Cause::kTooMuchData},    // Infura
    WordsRow{"response is too big", Cause::kTooMuchData},         // reth
    WordsRow{"response is too large", Cause::kTooMuchData},
    WordsRow{"response too large", Cause::kTooMuchData},                     // base, OP
    WordsRow{"response size should not greater than", Cause::kTooMuchData},  // 1rpc
    WordsRow{"response size exceed", Cause::kTooMuchData},
    WordsRow{"query exceeds max results", Cause::kTooMuchData},            // llamarpc
    WordsRow{"logs matched by query exceeds limit", Cause::kTooMuchData},  // Arbitrum
    WordsRow{"query timeout exceeded", Cause::kTooMuchData},
    WordsRow{"query timed out", Cause::kTooMuchData},

    // Too many blocks.
    WordsRow{"this block range should work", Cause::kRangeTooWide},  // Alchemy
    WordsRow{"up to a * block range", Cause::kRangeTooWide},         // Alchemy free
    WordsRow{"range * exceeds limit of", Cause::kRangeTooWide},      // Infura
    WordsRow{"limited to a * block", Cause::kRangeTooWide},          // QuickNode, 1rpc
    WordsRow{"is limited to a", Cause::kRangeTooWide},
    WordsRow{"limited to * block", Cause::kRangeTooWide},                          // BlockPI
    WordsRow{"block range is too wide", Cause::kRangeTooWide},                     // Ankr
    WordsRow{"blocks distance", Cause::kRangeTooWide},                             // Ankr
    WordsRow{"max range:", Cause::kRangeTooWide},                                  // Cloudflare
    WordsRow{"maximum allowed number of requested blocks", Cause::kRangeTooWide},  // thirdweb
    WordsRow{"block range limit exceeded", Cause::kRangeTooWide},                  // Chainstack
    WordsRow{"please limit the query to at most", Cause::kRangeTooWide},           // Coinbase
    WordsRow{"maximum block range", Cause::kRangeTooWide},                      // publicnode, BSC
    WordsRow{"ranges over * blocks are not supported", Cause::kRangeTooWide},   // dRPC
    WordsRow{"exceeds the range allowed for your plan", Cause::kRangeTooWide},  // Blast
    WordsRow{"range is too large", Cause::kRangeTooWide},                       // merkle, base
    WordsRow{"range too large", Cause::kRangeTooWide},                          // base, OP
    WordsRow{"requested too many blocks", Cause::kRangeTooWide},                // Avalanche
    WordsRow{"max block range", Cause::kRangeTooWide},                          // Hyperliquid, Tron
    WordsRow{"block range exceeds", Cause::kRangeTooWide},                      // Somnia
    WordsRow{"block range greater than", Cause::kRangeTooWide},                 // Swell
    WordsRow{"query must be smaller than size", Cause::kRangeTooWide},          // Harmony

    // The provider's own trouble.
    WordsRow{"no backend is currently healthy", Cause::kBackend},  // OP proxyd
    WordsRow{"no server available", Cause::kBackend},
    WordsRow{"under too much load", Cause::kBackend},
    WordsRow{"temporarily unavailable", Cause::kBackend},
    WordsRow{"rpc request failed", Cause::kBackend},          // routescan, with code 3
    WordsRow{"state-sync transaction", Cause::kBackend},      // Polygon: another node can
    WordsRow{"execution aborted (timeout", Cause::kBackend},  // geth

    // Rate, quota, billing.
    WordsRow{"too many requests", Cause::kCapacity},
    WordsRow{"rate limit", Cause::kCapacity},
    WordsRow{"ratelimit", Cause::kCapacity},
    WordsRow{"has exceeded", Cause::kCapacity},  // Alchemy: "its compute units per second"
    WordsRow{"exceeded the quota", Cause::kCapacity},
    WordsRow{"reached the quota", Cause::kCapacity},
    WordsRow{"request limit reached", Cause::kCapacity},
    WordsRow{"monthly capacity limit", Cause::kCapacity},
    WordsRow{"reached the free tier", Cause::kCapacity},
    WordsRow{"upgrade your tier", Cause::kCapacity},
    WordsRow{"not available on the free tier", Cause::kCapacity},
    WordsRow{"/billing", Cause::kCapacity},
    WordsRow{"limit exceeded", Cause::kCapacity},  // execution-apis, -32005

    WordsRow{"free api access is not supported", Cause::kForbidden},  // Etherscan
    WordsRow{"must be authenticated", Cause::kForbidden},             // Alchemy
    WordsRow{"invalid api key", Cause::kForbidden},
    WordsRow{"unauthorized", Cause::kForbidden},

    WordsRow{"method not found", Cause::kUnsupported},
    WordsRow{"method*not supported", Cause::kUnsupported},
    WordsRow{"method*not available", Cause::kUnsupported},
    WordsRow{"does not exist/is not available", Cause::kUnsupported},  // geth
    WordsRow{"chain not supported", Cause::kUnsupported},
    WordsRow{"batch*not supported", Cause::kUnsupported},
    WordsRow{"out of gas", Cause::kCallTooBig},  // The node's own cap on eth_call.
    WordsRow{"outofgas", Cause::kCallTooBig},    // anvil, Nethermind
    WordsRow{"gas uint64 overflow", Cause::kCallTooBig},
    WordsRow{"gas required exceeds allowance", Cause::kCallTooBig},
    WordsRow{"intrinsic gas too low", Cause::kCallTooBig},
    WordsRow{"max call depth exceeded", Cause::kCallTooBig},
    WordsRow{"invalid block range params", Cause::kBadRequest},
};

// https://github.com/ethereum/EIPs EIP-1474 and the execution-apis' non-standard errors.
constexpr std::array kCodes = {
    CodeRow{429, Cause::kCapacity},
    CodeRow{4444, Cause::kMissing},         // Pruned history unavailable
    CodeRow{-32001, Cause::kMissing},       // Resource not found
    CodeRow{-32004, Cause::kUnsupported},   // Method not supported
    CodeRow{-32005, Cause::kCapacity},      // Limit exceeded
    CodeRow{-32006, Cause::kUnsupported},   // JSON-RPC version not supported
    CodeRow{-32019, Cause::kMissing},       // Block is out of range
    CodeRow{-32600, Cause::kBadRequest},    // Invalid request
    CodeRow{-32601, Cause::kUnsupported},   // Method not found
    CodeRow{-32602, Cause::kBadRequest},    // Invalid params
    CodeRow{-32614, Cause::kRangeTooWide},  // QuickNode
    CodeRow{-32700, Cause::kBadRequest},    // Parse error
};

constexpr std::array kStatuses = {
    StatusRow{.first = 300, .last = 399, .cause = Cause::kBadRequest},
    // Some providers answer 400 to faults that pass.
    StatusRow{.first = 400, .last = 400, .cause = Cause::kBackend},
    StatusRow{.first = 401, .last = 401, .cause = Cause::kForbidden},
    StatusRow{.first = 402, .last = 402, .cause = Cause::kCapacity},
    StatusRow{.first = 403, .last = 403, .cause = Cause::kForbidden},
    StatusRow{.first = 408, .last = 408, .cause = Cause::kBackend},
    StatusRow{.first = 410, .last = 410, .cause = Cause::kBackend},
    StatusRow{.first = 413, .last = 413, .cause = Cause::kTooMuchData},
    StatusRow{.first = 425, .last = 425, .cause = Cause::kBackend},
    StatusRow{.first = 429, .last = 429, .cause = Cause::kCapacity},
    StatusRow{.first = 400, .last = 499, .cause = Cause::kBadRequest},
    StatusRow{.first = 500, .last = 599, .cause = Cause::kBackend},
};

}  // namespace

std::span<const WordsRow> words_table() noexcept {
    return kWords;
}

std::span<const CodeRow> code_table() noexcept {
    return kCodes;
}

std::span<const StatusRow> status_table() noexcept {
    return kStatuses;
}

}  // namespace faultline::rpc
