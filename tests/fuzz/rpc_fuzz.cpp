// SPDX-License-Identifier: Apache-2.0
// HTTP bodies, WebSocket messages and lines of tapes from anywhere: nothing may crash, hang or come
// out as a value that was not asked for.
#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/recorded.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <shell/rpc/head_notice.hpp>
#include <shell/rpc/json_decode.hpp>
#include <shell/rpc/json_encode.hpp>
#include <span>
#include <string_view>
#include <vector>

namespace faultline::rpc {
namespace {

Hash32 hash_of(std::uint8_t byte) {
    Hash32 out;
    out.bytes.fill(byte);
    return out;
}

template <class T>
void check_error(const Result<T>& result) {
    if (!result) {
        FAULTLINE_ASSERT(!result.error().detail().empty());
        FAULTLINE_ASSERT(result.error().detail().size() < 2000);
        FAULTLINE_ASSERT(std::ranges::all_of(result.error().detail(), [](char c) {
            return static_cast<unsigned char>(c) >= 0x20;
        }));
    }
}

void check_order(const eth::LogList& logs, const eth::LogFilter& filter) {
    for (std::size_t i = 0; i < logs.size(); ++i) {
        FAULTLINE_ASSERT(i == 0 || logs[i - 1].log_index < logs[i].log_index);
        FAULTLINE_ASSERT(filter.wants(logs[i]));
    }
}

void check_blocks(Exchange exchange, const eth::LogFilter& filter) {
    constexpr std::array kBoth = {"eth_getBlockByHash", "eth_getLogs"};
    std::vector<Call> calls;
    for (const char* method : kBoth) {
        calls.push_back({.method = method, .params = "[]"});
    }
    exchange.calls = calls;
    const auto block = decode_block(exchange, hash_of(0xaa), filter);
    check_error(block);
    if (block) {
        FAULTLINE_ASSERT(block->header.ref.hash == hash_of(0xaa));
        check_order(block->logs, filter);
    }
    const auto headers = decode_headers(exchange, 16, nullptr);
    check_error(headers);
    FAULTLINE_ASSERT(!headers || (headers->size() == 2 && headers->at(1).ref.number == 17));
}

void check_logs(Exchange exchange, const eth::LogFilter& filter) {
    const Call call{.method = "eth_getLogs", .params = "[]"};
    exchange.calls = std::span(&call, 1);
    const auto blocks = decode_logs(exchange, {.first = 16, .last = 20}, filter);
    check_error(blocks);
    if (blocks) {
        eth::BlockNum last = 0;
        for (const BlockLogs& block : *blocks) {
            FAULTLINE_ASSERT(block.ref.number > last && block.ref.number <= 20);
            last = block.ref.number;
            check_order(block.logs, filter);
        }
    }
    check_error(decode_chain_id(exchange));
}

void check_reads(Exchange exchange) {
    const std::vector<Call> calls(2, Call{.method = "eth_call", .params = "[]"});
    exchange.calls = calls;
    const std::vector<eth::Read> reads(2);
    const auto answers = decode_reads(exchange, reads);
    check_error(answers);
    FAULTLINE_ASSERT(!answers || answers->size() == 2);
}

/// The line of a tape.
void check_recorded(std::string_view json, const eth::LogFilter& filter) {
    const auto block = decode_recorded_block(json, filter);
    check_error(block);
    if (block) {
        check_order(block->logs, filter);
        FAULTLINE_ASSERT(block->logs.size() <= block->all_logs);
    }
    check_error(decode_recorded_revert(json));
    check_error(flatten_json(json));
}

}  // namespace
}  // namespace faultline::rpc

/// Input: one byte that picks the HTTP status, then the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace faultline;
    if (size == 0) {
        return 0;
    }
    constexpr std::array kStatuses = {200, 200, 200, 200, 400, 429, 500, 0};
    rpc::Exchange exchange;
    exchange.first_id = 1;
    exchange.http_status = kStatuses.at(bytes[0] % kStatuses.size());
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): char may alias any bytes.
    exchange.body = std::string_view(reinterpret_cast<const char*>(bytes) + 1, size - 1);
    const eth::LogFilter filter =
        eth::LogFilter::of_topics({rpc::hash_of(0x11), rpc::hash_of(0x22)});
    rpc::check_blocks(exchange, filter);
    rpc::check_logs(exchange, filter);
    rpc::check_reads(exchange);
    rpc::check_recorded(exchange.body, filter);
    rpc::check_error(rpc::decode_head_notice(exchange.body));
    return 0;
}
