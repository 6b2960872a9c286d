// SPDX-License-Identifier: Apache-2.0
#include "json_rpc_node.hpp"

#include "block_proof.hpp"
#include "json_decode.hpp"
#include "scrub.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/workers.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace faultline::rpc {
namespace {

constexpr int kHttpOk = 200;

}  // namespace

Error JsonRpcNode::named(const Error& error) const {
    return Error(error.code(), scrub(error.detail(), options_))
        .context("endpoint " + options_.name)
        .advise(error.advice())
        .after_ms(error.retry_after_ms())
        .suggest(error.suggestion());
}

runtime::Task<Result<net::HttpResponse>> JsonRpcNode::send(std::string body) {
    net::HttpRequest request;
    request.method = "POST";
    request.url = options_.http;
    request.headers.emplace_back("Content-Type", "application/json");
    request.headers.emplace_back("Accept", "application/json");
    request.body = std::move(body);
    co_return co_await http_.send(std::move(request), options_.request_timeout);
}

runtime::Task<Result<net::HttpResponse>> JsonRpcNode::send_singly(const Exchange& exchange) {
    net::HttpResponse whole;
    whole.status = kHttpOk;
    for (std::size_t i = 0; i < exchange.calls.size(); ++i) {
        Exchange single;
        single.calls = exchange.calls.subspan(i, 1);
        single.first_id = exchange.first_id + i;
        FAULTLINE_CO_TRY(
            net::HttpResponse response, co_await send(encode(single.calls, single.first_id))
        );
        single.body = response.body;
        single.http_status = response.status;
        if (!Reply::parse(single)) {
            co_return response;  // No answer to one call, so none to all of them.
        }
        whole.body += (i == 0 ? "[" : ",") + response.body;
        if (response.status != kHttpOk) {
            whole.status = response.status;
        }
        if (!response.header("Retry-After").empty()) {
            whole.headers = std::move(response.headers);
        }
    }
    whole.body += "]";
    co_return whole;
}

runtime::Task<Result<eth::ChainId>> JsonRpcNode::chain_id() {
    Decoder<eth::ChainId> decode = decode_chain_id;
    co_return co_await ask(one(chain_id_call()), std::move(decode));
}

runtime::Task<Result<eth::Header>> JsonRpcNode::head(HeadTag tag) {
    Result<void> has_hash;
    const bool proves = options_.verification != Verification::kOff;
    Decoder<eth::Header> decode = [tag, proves, &has_hash](const Exchange& exchange
                                  ) -> Result<eth::Header> {
        FAULTLINE_TRY(
            eth::Header header, decode_header(exchange, std::string(tag_name(tag)) + " block")
        );
        has_hash = proves ? check_header(exchange, header.ref) : Result<void>();
        return header;
    };
    FAULTLINE_CO_TRY(
        eth::Header header, co_await ask(one(block_by_tag_call(tag)), std::move(decode))
    );
    if (proves && has_hash) {
        proven_->proven(clock_.now());
    } else if (!has_hash && proven_->proves(clock_.now())) {
        // Headers of this chain can be proven.
        co_return named(has_hash.error());
    }
    co_return header;
}

runtime::Task<Result<eth::Header>> JsonRpcNode::header_by_number(eth::BlockNum number) {
    Decoder<eth::Header> decode = [number](const Exchange& exchange) -> Result<eth::Header> {
        FAULTLINE_TRY(auto headers, decode_headers(exchange, number, nullptr));
        return std::move(headers.front());
    };
    co_return co_await ask(one(block_by_number_call(number)), std::move(decode));
}

runtime::Task<Result<eth::Header>> JsonRpcNode::header_by_hash(Hash32 hash) {
    Decoder<eth::Header> decode = [hash](const Exchange& exchange) -> Result<eth::Header> {
        const eth::LogFilter none;
        FAULTLINE_TRY(const PinnedBlock block, decode_block(exchange, hash, none));
        return block.header;
    };
    co_return co_await ask(one(block_by_hash_call(hash)), std::move(decode));
}

runtime::Task<Result<std::vector<eth::Header>>> JsonRpcNode::headers(
    eth::BlockNum first, eth::BlockNum last, Proof proof
) {
    FAULTLINE_ASSERT(first <= last);
    const bool proves =
        proof == Proof::kAsConfigured && options_.verification != Verification::kOff;
    std::vector<eth::Header> all;
    while (all.size() <= last - first) {
        const eth::BlockNum next = first + all.size();
        const std::size_t count = std::min<eth::BlockNum>(options_.max_batch, last - next + 1);
        std::vector<Call> calls;
        for (std::size_t i = 0; i < count; ++i) {
            calls.push_back(block_by_number_call(next + i));
        }
        std::vector<eth::Bloom> blooms;
        Decoder<std::vector<eth::Header>> decode = [next, proves, &blooms](const Exchange& exchange
                                                   ) {
            return decode_headers(exchange, next, proves ? &blooms : nullptr);
        };
        FAULTLINE_CO_TRY(auto some, co_await ask(std::move(calls), std::move(decode)));
        for (std::size_t i = 0; i < blooms.size(); ++i) {
            proven_->add(some[i].ref, blooms[i]);
        }
        all.insert(all.end(), some.begin(), some.end());
    }
    if (proof == Proof::kWaived) {
        for (const eth::Header& header : all) {
            proven_->forget(header.ref.hash);
        }
    }
    for (std::size_t i = 1; i < all.size(); ++i) {
        if (all[i].parent != all[i - 1].ref.hash) {
            co_return named(about(
                Code::kTransient,
                "eth_getBlockByNumber",
                "the chain changed while reading: block " + all[i].ref.text() +
                    " is not a child of " + all[i - 1].ref.text()
            ));
        }
    }
    co_return all;
}

runtime::Task<Result<std::vector<BlockLogs>>> JsonRpcNode::logs(
    eth::BlockNum first, eth::BlockRef last, const eth::LogFilter& filter
) {
    FAULTLINE_ASSERT(first <= last.number);
    if (filter.empty()) {
        co_return std::vector<BlockLogs>();
    }
    std::vector<Call> calls;
    for (const eth::LogClause& clause : filter.clauses()) {
        calls.push_back(logs_between_call(first, last.number, clause));
    }
    // Last, so that it tells where the node stood after all of them.
    calls.push_back(block_by_number_call(last.number));
    Decoder<std::vector<BlockLogs>> decode = [first, last, &filter](const Exchange& exchange) {
        const LogRange range{.first = first, .last = last.number, .last_hash = last.hash};
        return decode_logs(exchange, range, filter);
    };
    FAULTLINE_CO_TRY(auto blocks, co_await ask(std::move(calls), std::move(decode)));
    if (options_.verification == Verification::kOff || !options_.trusts_blooms) {
        co_return blocks;
    }
    if (auto included = check_blooms(*proven_, blocks); !included) {
        co_return named(included.error());
    }
    if (const auto suspect = proven_->suspect(first, last.number, filter.outspoken(), blocks)) {
        FAULTLINE_CO_TRY_VOID(co_await spot_check(*suspect, filter, blocks));
    }
    co_return blocks;
}

std::unique_ptr<Node> make_json_rpc_node(
    EndpointOptions options,
    net::HttpClient& http,
    runtime::Clock& clock,
    runtime::Workers& workers,
    RequestObserver* observer,
    std::shared_ptr<ProvenHeaders> proven
) {
    return std::make_unique<JsonRpcNode>(
        std::move(options), http, clock, workers, observer, std::move(proven)
    );
}

}  // namespace faultline::rpc
