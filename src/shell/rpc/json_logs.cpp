// SPDX-License-Identifier: Apache-2.0
#include "json_logs.hpp"

#include "json_field.hpp"
#include "json_reply.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace faultline::rpc {
namespace {

using simdjson::dom::element;

constexpr std::string_view kMethod = "eth_getLogs";
constexpr std::size_t kMaxTopics = 4;

Result<RawLog> read_log(element value) {
    FAULTLINE_TRY(const Fields fields, Fields::of(value, kMethod, "a log"));
    RawLog log;
    FAULTLINE_TRY(log.number, fields.quantity("blockNumber"));
    FAULTLINE_TRY(log.block_hash, fields.hash("blockHash"));
    FAULTLINE_TRY(log.log_index, fields.small_quantity("logIndex"));
    FAULTLINE_TRY(log.tx_index, fields.small_quantity("transactionIndex"));
    FAULTLINE_TRY(log.address, fields.text("address"));
    FAULTLINE_TRY(log.data, fields.text("data"));
    FAULTLINE_TRY(log.tx_hash, fields.text("transactionHash"));
    FAULTLINE_TRY(log.topics, fields.array("topics"));
    FAULTLINE_TRY(const bool removed, fields.flag("removed"));
    if (removed) {
        return about(
            Code::kMissing,
            kMethod,
            "block " + std::to_string(log.number) + " is gone: the node marks its logs as removed"
        );
    }
    return log;
}

std::string place(const RawLog& log) {
    return "log " + std::to_string(log.log_index) + " of block " + std::to_string(log.number);
}

/// Appends a log that the clause wants, or any when there is none.
Result<void> append_if(eth::LogList& out, const RawLog& log, const eth::LogClause* clause);

Error wrong(const RawLog& log, const std::string& what) {
    return about(Code::kMalformed, kMethod, place(log) + ": " + what);
}

}  // namespace

Result<std::vector<RawLog>> read_logs(element value) {
    simdjson::dom::array items;
    if (value.get(items) != simdjson::SUCCESS) {
        return about(Code::kMalformed, kMethod, "the result is not an array");
    }
    std::vector<RawLog> logs;
    logs.reserve(items.size());
    for (const element item : items) {
        FAULTLINE_TRY(const RawLog log, read_log(item));
        logs.push_back(log);
    }
    const auto position = [](const RawLog& log) {
        return std::tuple(log.number, log.log_index);
    };
    std::ranges::sort(logs, {}, position);
    const auto twice = std::ranges::adjacent_find(logs, {}, position);
    if (twice != logs.end()) {
        return about(Code::kMalformed, kMethod, "the node returned " + place(*twice) + " twice");
    }
    return logs;
}

Result<void> of_block(const RawLog& log, const eth::BlockRef& ref) {
    if (log.block_hash == ref.hash && log.number == ref.number) {
        return {};
    }
    return about(
        Code::kMalformed,
        kMethod,
        "asked for the logs of block " + ref.text() + ", got one of " +
            eth::BlockRef{log.number, log.block_hash}.text()
    );
}

bool asked_for(const RawLog& log, const eth::LogFilter& filter) {
    const auto address = Address::from_hex(log.address);
    if (!address) {
        return false;
    }
    element first;
    std::string_view text;
    if (log.topics.at(0).get(first) != simdjson::SUCCESS) {
        return filter.wants(*address, {});
    }
    if (first.get(text) != simdjson::SUCCESS) {
        return false;
    }
    const auto topic0 = Hash32::from_hex(text);
    return topic0 && filter.wants(*address, std::span(&*topic0, 1));
}

Result<void> append_log(eth::LogList& out, const RawLog& log, const eth::LogClause& clause) {
    return append_if(out, log, &clause);
}

Result<void> append_any_log(eth::LogList& out, const RawLog& log) {
    return append_if(out, log, nullptr);
}

namespace {

Result<void> append_if(eth::LogList& out, const RawLog& log, const eth::LogClause* clause) {
    std::array<Hash32, kMaxTopics> topics;
    std::size_t count = 0;
    for (const element item : log.topics) {
        std::string_view text;
        if (count == kMaxTopics || item.get(text) != simdjson::SUCCESS) {
            return wrong(log, "topics are not at most four hashes");
        }
        const auto bad = bytes_from_hex_into(text, topics.at(count).bytes);
        if (!bad) {
            return wrong(log, "topic: " + printable(bad.error().detail(), 200));
        }
        ++count;
    }
    eth::Log parsed;
    const auto address = bytes_from_hex_into(log.address, parsed.address.bytes);
    if (!address) {
        return wrong(log, "address: " + printable(address.error().detail(), 200));
    }
    parsed.topics = std::span(topics).first(count);
    if (clause != nullptr && !clause->wants(parsed.address, parsed.topics)) {
        return wrong(log, "the node returned a log that was not asked for");
    }
    const auto txn = bytes_from_hex_into(log.tx_hash, parsed.tx_hash.bytes);
    if (!txn) {
        return wrong(log, "transactionHash: " + printable(txn.error().detail(), 200));
    }
    const Result<Bytes> data = bytes_from_hex(log.data);
    if (!data) {
        return wrong(log, "data: " + printable(data.error().detail(), 200));
    }
    parsed.data = *data;
    parsed.tx_index = log.tx_index;
    parsed.log_index = log.log_index;
    out.add(parsed);
    return {};
}

}  // namespace

}  // namespace faultline::rpc
