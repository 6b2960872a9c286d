// SPDX-License-Identifier: Apache-2.0
#include "json_decode.hpp"
#include "json_encode.hpp"
#include "json_field.hpp"
#include "json_reply.hpp"
#include "scrub.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/rpc/raw_block.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::rpc {
namespace {

using simdjson::dom::element;

/// Transactions are what a tape leaves out: most of a block, and nothing that is folded.
constexpr std::string_view kLeftOut = "transactions";

Result<std::string> without_transactions(element block, std::string_view method) {
    simdjson::dom::object fields;
    if (block.get(fields) != simdjson::SUCCESS) {
        return about(Code::kMalformed, method, "the block is not a JSON object");
    }
    std::string out;
    for (const auto& [name, value] : fields) {
        if (name != kLeftOut) {
            out +=
                (out.empty() ? "{\"" : ",\"") + std::string(name) + "\":" + simdjson::minify(value);
        }
    }
    return out + "}";
}

Result<void> add_by_index(
    element list, std::string_view method, std::map<std::uint32_t, std::string>& logs
) {
    simdjson::dom::array items;
    if (list.get(items) != simdjson::SUCCESS) {
        return about(Code::kMalformed, method, "the result is not an array");
    }
    for (const element item : items) {
        FAULTLINE_TRY(const Fields fields, Fields::of(item, method, "a log"));
        FAULTLINE_TRY(const std::uint32_t index, fields.small_quantity("logIndex"));
        logs.emplace(index, simdjson::minify(item));
    }
    return {};
}

Result<RawBlock> decode_raw_block(
    const Exchange& exchange, const Hash32& hash, const eth::LogFilter& filter
) {
    RawBlock raw;
    FAULTLINE_TRY(raw.block, decode_block(exchange, hash, filter));
    FAULTLINE_TRY(const Reply reply, Reply::parse(exchange));
    FAULTLINE_TRY(const element header, reply.present(0, "block " + hash.hex()));
    FAULTLINE_TRY(raw.header, without_transactions(header, reply.method(0)));
    std::map<std::uint32_t, std::string> logs;  // By index: what two clauses ask for is there once.
    for (std::size_t call = 1; call < exchange.calls.size(); ++call) {
        FAULTLINE_TRY(const element list, reply.present(call, "logs of block " + hash.hex()));
        if (exchange.calls.size() == 2) {
            raw.logs = simdjson::minify(list);
            return raw;
        }
        FAULTLINE_TRY_VOID(add_by_index(list, reply.method(call), logs));
    }
    for (const auto& [index, text] : logs) {
        raw.logs += (raw.logs.empty() ? "[" : ",") + text;
    }
    raw.logs += raw.logs.empty() ? "[]" : "]";
    return raw;
}

}  // namespace

runtime::Task<Result<RawBlock>> fetch_raw_block(
    const EndpointOptions& endpoint,
    net::HttpClient& http,
    const runtime::Clock& clock,
    Hash32 hash,
    const eth::LogFilter& filter
) {
    std::vector<Call> calls{block_by_hash_call(hash)};
    for (const eth::LogClause& clause : filter.clauses()) {
        calls.push_back(logs_at_call(hash, clause));
    }
    net::HttpRequest request;
    request.method = "POST";
    request.url = endpoint.http;
    request.headers.emplace_back("Content-Type", "application/json");
    request.headers.emplace_back("Accept", "application/json");
    request.body = encode(calls, 1);
    const auto response = co_await http.send(std::move(request), endpoint.request_timeout);
    Result<RawBlock> raw = Error(Code::kTransient, method_names(calls));
    if (response) {
        const Exchange exchange{
            .calls = calls,
            .first_id = 1,
            .body = response->body,
            .http_status = response->status,
            .retry_after_ms = response->retry_after_ms(clock.wall_now())
        };
        raw = decode_raw_block(exchange, hash, filter);
    } else {
        raw =
            Error(response.error().code(), method_names(calls) + ": " + response.error().message());
    }
    if (!raw) {
        const Error& error = raw.error();
        co_return Error(error.code(), scrub(error.detail(), endpoint))
            .context("endpoint " + endpoint.name)
            .after_ms(error.retry_after_ms());
    }
    co_return raw;
}

}  // namespace faultline::rpc
