// SPDX-License-Identifier: Apache-2.0
#include "json_decode.hpp"

#include "block_proof.hpp"
#include "json_field.hpp"
#include "json_logs.hpp"
#include "json_reply.hpp"
#include "merged_logs.hpp"
#include "shaped_reply.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/full_header.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/rpc/error_classifier.hpp>

#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::rpc {
namespace {

using simdjson::dom::element;

/// What is computed with these two must not overflow whatever an endpoint says.
constexpr eth::BlockNum kHighestBlock = eth::BlockNum(1) << 53U;
/// 256 KiB in hex: the longest answer we ask for, a list of running auctions, has 32 bytes for
/// each of a few hundred. Answers are kept with their block.
constexpr std::size_t kLongestReadText = 512UL << 10U;
constexpr std::uint64_t kLatestTimestamp = 253'402'300'799;

Result<eth::ReadAnswer> read_answer(const Reply& reply, std::size_t call, const eth::Read& read) {
    eth::ReadAnswer answer;
    answer.read = read;
    if (const NodeError* error = reply.error(call)) {
        if (refuses_call(*error)) {
            answer.outcome = eth::ReadOutcome::kNoAnswer;
            return answer;
        }
        if (classify(*error).cause != Cause::kReverted) {
            return reply.result(call).error();
        }
        answer.outcome = eth::ReadOutcome::kReverted;
        if (Result<Bytes> data = bytes_from_hex(error->data)) {
            answer.result = *std::move(data);
        }
        return answer;
    }
    FAULTLINE_TRY(const element value, reply.present(call, "answer"));
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) {
        return about(Code::kMalformed, reply.method(call), "the result is not a string");
    }
    if (text.size() > kLongestReadText) {
        answer.outcome = eth::ReadOutcome::kNoAnswer;
        return answer;
    }
    Result<Bytes> data = bytes_from_hex(text);
    if (!data) {
        return about(Code::kMalformed, reply.method(call), printable(data.error().detail(), 200));
    }
    answer.result = *std::move(data);
    return answer;
}

Result<eth::LogList> logs_of_block(
    element value, const eth::BlockRef& ref, const eth::LogClause& clause
) {
    FAULTLINE_TRY(const std::vector<RawLog> raw, read_logs(value));
    eth::LogList logs;
    for (const RawLog& log : raw) {
        FAULTLINE_TRY_VOID(of_block(log, ref));
        FAULTLINE_TRY_VOID(append_log(logs, log, clause));
    }
    return logs;
}

Result<std::vector<BlockLogs>> merged(std::vector<std::vector<BlockLogs>> by_clause) {
    std::vector<BlockLogs> out;
    for (std::vector<BlockLogs>& blocks : by_clause) {
        if (out.empty()) {
            out = std::move(blocks);
        } else {
            FAULTLINE_TRY_VOID(add_logs(out, std::move(blocks)));
        }
    }
    return out;
}

/// A pinned block whose logs could be read by their shape; nullopt leaves it to the parser.
std::optional<PinnedBlock> shaped_block(
    const Exchange& exchange,
    const Hash32& hash,
    const eth::LogFilter& filter,
    eth::FullHeader* full
) {
    if (filter.empty() || exchange.calls.size() != 1 + filter.clauses().size()) {
        return std::nullopt;
    }
    std::optional<ShapedReply> shaped = read_shaped_reply(exchange, 1, filter.clauses());
    auto blocks = shaped ? merged(std::move(shaped->by_clause)) : std::vector<BlockLogs>();
    if (!blocks || blocks->size() != 1) {
        return std::nullopt;
    }
    const auto value = shaped->reply.result(0);
    if (!value) {
        return std::nullopt;
    }
    const auto header = read_header(*value, shaped->reply.method(0));
    if (!header || header->ref.hash != hash || blocks->front().ref != header->ref) {
        return std::nullopt;
    }
    if (full != nullptr) {
        auto all = read_full_header(*value, shaped->reply.method(0));
        if (!all) {
            return std::nullopt;
        }
        *full = *std::move(all);
    }
    return PinnedBlock{.header = *header, .logs = std::move(blocks->front().logs), .checks = {}};
}

/// The last answer of a batch shows that the node stands where those before it were asked for.
Result<void> reached(const Reply& reply, std::size_t call, const eth::BlockRef& last) {
    FAULTLINE_TRY(
        const element value, reply.present(call, "block " + std::to_string(last.number) + " yet")
    );
    FAULTLINE_TRY(const eth::Header header, read_header(value, reply.method(call)));
    if (header.ref != last) {
        return about(
            Code::kTransient,
            reply.method(call),
            "the logs are of a branch with block " + header.ref.text() + ", not " + last.text()
        );
    }
    return {};
}

/// The logs of one clause, by block.
Result<std::vector<BlockLogs>> logs_of_range(
    element value, const LogRange& range, const eth::LogClause& clause
) {
    constexpr std::string_view kMethod = "eth_getLogs";
    FAULTLINE_TRY(const std::vector<RawLog> raw, read_logs(value));
    std::vector<BlockLogs> blocks;
    for (const RawLog& log : raw) {
        if (log.number < range.first || log.number > range.last) {
            return about(
                Code::kMalformed,
                kMethod,
                "asked for blocks " + std::to_string(range.first) + " to " +
                    std::to_string(range.last) + ", got a log of block " +
                    std::to_string(log.number)
            );
        }
        if (blocks.empty() || blocks.back().ref.number != log.number) {
            blocks.emplace_back();
            blocks.back().ref = {log.number, log.block_hash};
        } else if (blocks.back().ref.hash != log.block_hash) {
            return about(
                Code::kTransient,
                kMethod,
                "block " + std::to_string(log.number) +
                    " changed while reading: its logs name "
                    "two hashes"
            );
        }
        FAULTLINE_TRY_VOID(append_log(blocks.back().logs, log, clause));
    }
    return blocks;
}

}  // namespace

Result<eth::ChainId> decode_chain_id(const Exchange& exchange) {
    FAULTLINE_TRY(const Reply reply, Reply::parse(exchange));
    FAULTLINE_TRY(const element value, reply.present(0, "chain id"));
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) {
        return about(Code::kMalformed, reply.method(0), "the result is not a string");
    }
    const Result<std::uint64_t> id = quantity_from_hex(text);
    if (!id) {
        return about(Code::kMalformed, reply.method(0), printable(id.error().detail(), 200));
    }
    return *id;
}

Result<eth::Header> read_header(element value, std::string_view method) {
    FAULTLINE_TRY(const Fields fields, Fields::of(value, method, "the block"));
    eth::Header header;
    FAULTLINE_TRY(header.ref.number, fields.quantity("number"));
    if (header.ref.number > kHighestBlock) {
        return fields.wrong("number", "is beyond any chain");
    }
    FAULTLINE_TRY(header.ref.hash, fields.hash("hash"));
    FAULTLINE_TRY(header.parent, fields.hash("parentHash"));
    FAULTLINE_TRY(header.timestamp.value, fields.quantity("timestamp"));
    if (header.timestamp.value > kLatestTimestamp) {
        return fields.wrong("timestamp", "is after the year 9999");
    }
    if (fields.has("baseFeePerGas")) {
        FAULTLINE_TRY(const std::string_view text, fields.text("baseFeePerGas"));
        Result<U256> fee = U256::from_hex(text);
        if (!fee) {
            return fields.wrong("baseFeePerGas", fee.error().detail());
        }
        header.base_fee_wei = *fee;
    }
    return header;
}

Result<eth::Header> decode_header(const Exchange& exchange, std::string_view what) {
    FAULTLINE_TRY(const Reply reply, Reply::parse(exchange));
    FAULTLINE_TRY(const element value, reply.present(0, what));
    return read_header(value, reply.method(0));
}

Result<void> check_header(const Exchange& exchange, const eth::BlockRef& block) {
    FAULTLINE_TRY(const Reply reply, Reply::parse(exchange));
    FAULTLINE_TRY(const element value, reply.present(0, "block " + block.text()));
    FAULTLINE_TRY(const eth::FullHeader full, read_full_header(value, reply.method(0)));
    return check_header_hash(full, block);
}

Result<std::vector<eth::Header>> decode_headers(
    const Exchange& exchange, eth::BlockNum first, std::vector<eth::Bloom>* blooms
) {
    FAULTLINE_TRY(const Reply reply, Reply::parse(exchange));
    std::vector<eth::Header> headers;
    headers.reserve(exchange.calls.size());
    for (std::size_t i = 0; i < exchange.calls.size(); ++i) {
        const eth::BlockNum number = first + i;
        FAULTLINE_TRY(const element value, reply.present(i, "block " + std::to_string(number)));
        FAULTLINE_TRY(eth::Header header, read_header(value, reply.method(i)));
        if (header.ref.number != number) {
            return about(
                Code::kMalformed,
                reply.method(i),
                "asked for block " + std::to_string(number) + ", got " + header.ref.text()
            );
        }
        if (blooms != nullptr) {
            FAULTLINE_TRY(const eth::FullHeader full, read_full_header(value, reply.method(i)));
            FAULTLINE_TRY_VOID(check_header_hash(full, header.ref));
            blooms->push_back(full.logs_bloom);
        }
        headers.push_back(std::move(header));
    }
    return headers;
}

Result<PinnedBlock> decode_block(
    const Exchange& exchange,
    const Hash32& hash,
    const eth::LogFilter& filter,
    eth::FullHeader* full
) {
    if (std::optional<PinnedBlock> shaped = shaped_block(exchange, hash, filter, full)) {
        return *std::move(shaped);
    }
    FAULTLINE_TRY(const Reply reply, Reply::parse(exchange));
    PinnedBlock block;
    FAULTLINE_TRY(const element header, reply.present(0, "block " + hash.hex()));
    FAULTLINE_TRY(block.header, read_header(header, reply.method(0)));
    if (block.header.ref.hash != hash) {
        return about(
            Code::kMalformed,
            reply.method(0),
            "asked for block " + hash.hex() + ", got " + block.header.ref.text()
        );
    }
    if (full != nullptr) {
        FAULTLINE_TRY(*full, read_full_header(header, reply.method(0)));
    }
    for (std::size_t call = 1; call < exchange.calls.size(); ++call) {
        FAULTLINE_TRY(
            const element value, reply.present(call, "logs of block " + block.header.ref.text())
        );
        FAULTLINE_TRY(
            eth::LogList logs, logs_of_block(value, block.header.ref, filter.clauses()[call - 1])
        );
        FAULTLINE_TRY_VOID(add_logs(block.logs, std::move(logs), block.header.ref));
    }
    return block;
}

Result<std::vector<BlockLogs>> decode_logs(
    const Exchange& exchange, LogRange range, const eth::LogFilter& filter
) {
    const std::vector<eth::LogClause>& clauses = filter.clauses();
    const eth::BlockRef last{.number = range.last, .hash = range.last_hash};
    const bool proves = exchange.calls.size() > clauses.size();
    std::optional<ShapedReply> shaped = read_shaped_reply(exchange, 0, clauses);
    if (shaped && std::ranges::all_of(shaped->by_clause, [&](const auto& blocks) {
            return blocks.empty() || (blocks.front().ref.number >= range.first &&
                                      blocks.back().ref.number <= range.last);
        })) {
        if (proves) {
            FAULTLINE_TRY_VOID(reached(shaped->reply, clauses.size(), last));
        }
        return merged(std::move(shaped->by_clause));
    }
    FAULTLINE_TRY(const Reply reply, Reply::parse(exchange));
    std::vector<element> values(clauses.size());
    for (std::size_t i = 0; i < clauses.size(); ++i) {
        FAULTLINE_TRY(
            values[i],
            reply.present(
                i,
                "logs of blocks " + std::to_string(range.first) + " to " +
                    std::to_string(range.last)
            )
        );
    }
    if (proves) {
        FAULTLINE_TRY_VOID(reached(reply, clauses.size(), last));
    }
    std::vector<std::vector<BlockLogs>> by_clause(clauses.size());
    for (std::size_t i = 0; i < clauses.size(); ++i) {
        FAULTLINE_TRY(by_clause[i], logs_of_range(values[i], range, clauses[i]));
    }
    return merged(std::move(by_clause));
}

Result<std::vector<eth::ReadAnswer>> decode_reads(
    const Exchange& exchange, std::span<const eth::Read> reads, Unsettled* unsettled
) {
    FAULTLINE_ASSERT(reads.size() == exchange.calls.size());
    FAULTLINE_TRY(const Reply reply, Reply::parse(exchange));
    std::vector<eth::ReadAnswer> answers;
    answers.reserve(reads.size());
    for (std::size_t i = 0; i < reads.size(); ++i) {
        const NodeError* refused = reply.error(i);
        if (unsettled != nullptr && refused != nullptr && ran_out_of_time(*refused)) {
            unsettled->late.push_back(i);
            unsettled->why_late = unsettled->why_late.value_or(reply.result(i).error());
            answers.push_back(
                {.read = reads[i], .outcome = eth::ReadOutcome::kNoAnswer, .result = {}}
            );
            continue;
        }
        FAULTLINE_TRY(eth::ReadAnswer answer, read_answer(reply, i, reads[i]));
        if (unsettled != nullptr && refused != nullptr && refuses_size(*refused)) {
            unsettled->crowded.push_back(i);
        }
        answers.push_back(std::move(answer));
    }
    return answers;
}

}  // namespace faultline::rpc
