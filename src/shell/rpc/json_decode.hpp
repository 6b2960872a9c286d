// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "json_reply.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/bloom.hpp>
#include <faultline/core/eth/full_header.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <simdjson.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

/// The bodies of answers to values. Pure functions, any thread; every error begins with the method.
/// Nothing is taken on trust that the request can tell: an answer about another block, a log that
/// was not asked for and a log given twice are errors.
namespace faultline::rpc {

Result<eth::ChainId> decode_chain_id(const Exchange& exchange);

/// One header; the caller holds it to the number or hash it asked for.
Result<eth::Header> decode_header(const Exchange& exchange, std::string_view what);

/// Whether the header in that answer has its hash. @pre decode_header() succeeded
Result<void> check_header(const Exchange& exchange, const eth::BlockRef& block);

/// Headers of consecutive numbers from `first`, one per call; the caller checks that they are
/// chained. Given `blooms`, each must have its hash, and its bloom goes there.
Result<std::vector<eth::Header>> decode_headers(
    const Exchange& exchange, eth::BlockNum first, std::vector<eth::Bloom>* blooms
);

/// The header and, when there are calls for them (one for each clause), the logs of the block with
/// that hash. All fields of the header go to `full`, if given; then one that is missing is an
/// error.
Result<PinnedBlock> decode_block(
    const Exchange& exchange,
    const Hash32& hash,
    const eth::LogFilter& filter,
    eth::FullHeader* full = nullptr
);

struct LogRange {
    eth::BlockNum first = 0;
    eth::BlockNum last = 0;
    Hash32 last_hash{};  ///< Looked at when there is a call for its header.
};

/// The logs of a range, a call for each clause, and, when there is one more call, proof that the
/// node has got so far: the header at the last height must be the one of that hash.
/// @pre !filter.empty()
Result<std::vector<BlockLogs>> decode_logs(
    const Exchange& exchange, LogRange range, const eth::LogFilter& filter
);

/// Reads of a batch whose answers are not their own yet.
struct Unsettled {
    /// Refused for the size of an answer, which may be that of the whole batch.
    std::vector<std::size_t> crowded;
    std::vector<std::size_t> late;  ///< Ran out of the time that the node gives a call.
    std::optional<Error> why_late;  ///< Of the first one, if any.
};

/// One answer per call; a revert is an answer. What another batch may answer goes to `unsettled`,
/// if given, and is without an answer here.
Result<std::vector<eth::ReadAnswer>> decode_reads(
    const Exchange& exchange, std::span<const eth::Read> reads, Unsettled* unsettled = nullptr
);

/// A header object, as in blocks.
Result<eth::Header> read_header(simdjson::dom::element value, std::string_view method);

}  // namespace faultline::rpc
