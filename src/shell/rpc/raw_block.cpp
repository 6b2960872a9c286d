// SPDX-License-Identifier: Apache-2.0
#include "json_decode.hpp"
#include "json_encode.hpp"
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

Result<RawBlock> decode_raw_block(
    const Exchange& exchange, const Hash32& hash, const eth::LogFilter& filter
) {
    RawBlock raw;
    FAULTLINE_TRY(raw.block, decode_block(exchange, hash, filter));
    FAULTLINE_TRY(const Reply reply, Reply::parse(exchange));
    FAULTLINE_TRY(const element header, reply.present(0, "block " + hash.hex()));
    FAULTLINE_TRY(raw.header, without_transactions(header, reply.method(0)));
    FAULTLINE_TRY(const element logs, reply.present(1, "logs of block " + hash.hex()));
    raw.logs = simdjson::minify(logs);
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
    std::vector<Call> calls{block_by_hash_call(hash), logs_at_call(hash, filter)};
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
