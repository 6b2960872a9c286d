// SPDX-License-Identifier: Apache-2.0
// A JSON-RPC node on loopback that serves BenchChain; two with the same arguments serve the same
// bytes. usage: ingest_node HOST:PORT BLOCKS LOGS_PER_BLOCK USERS RESERVES
#include "bench/ingest/bench_chain.hpp"

#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/net/server.hpp>
#include <faultline/shell/rpc/server_request.hpp>
#include <faultline/shell/runtime/loop.hpp>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <variant>

namespace faultline::bench {
namespace {

eth::BlockNum number_in(const BenchChain& chain, const rpc::BlockSelector& selector) {
    if (const auto* number = std::get_if<eth::BlockNum>(&selector)) {
        return *number;
    }
    if (const auto* hash = std::get_if<Hash32>(&selector)) {
        return BenchChain::number_of(*hash);
    }
    const auto tag = std::get<rpc::BlockTag>(selector);
    const bool final = tag == rpc::BlockTag::kFinalized || tag == rpc::BlockTag::kSafe;
    return tag == rpc::BlockTag::kEarliest ? kBase : final ? chain.last() : chain.head();
}

std::string block_json(const BenchChain& chain, const rpc::BlockSelector& selector, bool full) {
    const eth::BlockNum number = number_in(chain, selector);
    // The parent of the first is asked for, too.
    if (number + 1 < kBase || number > chain.head()) {
        return "null";
    }
    return full ? chain.full_block(number) : BenchChain::header(number);
}

/// Everything on this chain is watched, so the filter needs no looking at.
std::string logs_json(const BenchChain& chain, const rpc::LogQuery& query) {
    eth::BlockNum first = number_in(chain, query.from);
    eth::BlockNum last = std::min(number_in(chain, query.to), chain.head());
    if (query.block_hash) {
        first = last = BenchChain::number_of(*query.block_hash);
    }
    std::string out = "[";
    for (eth::BlockNum number = std::max(first, kBase); number <= last; ++number) {
        out += out.size() > 1 ? "," : "";
        chain.logs(number, out);
    }
    return out + "]";
}

/// Empty: not served. View calls are not, so nothing above history gets applied.
std::string result_of(const BenchChain& chain, const rpc::ServerRequest& request) {
    if (request.method == "eth_chainId") {
        return "\"0x1\"";
    }
    if (request.method == "eth_blockNumber") {
        return "\"" + quantity_hex(chain.head()) + "\"";
    }
    if (request.method == "eth_getBlockByNumber") {
        const auto query = rpc::read_block_by_number(request.params);
        return query ? block_json(chain, query->block, query->full) : "";
    }
    if (request.method == "eth_getBlockByHash") {
        const auto query = rpc::read_block_by_hash(request.params);
        return query ? block_json(chain, query->block, query->full) : "";
    }
    if (request.method == "eth_getLogs") {
        const auto query = rpc::read_log_query(request.params);
        return query ? logs_json(chain, *query) : "";
    }
    return "";
}

std::string answer(const BenchChain& chain, std::string_view body) {
    const rpc::ServerRequests asked = rpc::read_requests(body);
    std::string out;
    for (const rpc::ServerRequest& request : asked.requests) {
        const std::string result = result_of(chain, request);
        out += out.empty() ? "" : ",";
        out += result.empty()
                   ? rpc::refusal_json(
                         request.id,
                         {.code = rpc::kServerError, .message = "header not found", .json = {}}
                     )
                   : rpc::answer_json(request.id, result);
    }
    return asked.batch ? "[" + out + "]" : out;
}

int serve(const std::string& listen, ChainShape shape) {
    const BenchChain chain(shape);
    runtime::Loop loop;
    net::ServerOptions options;
    options.listen_setting = "HOST:PORT";
    auto server = net::make_http_server(
        listen,
        net::HttpHandler([&chain](net::HttpRequest request) -> runtime::Task<net::HttpResponse> {
            net::HttpResponse response;
            response.status = 200;
            response.headers.emplace_back("Content-Type", "application/json");
            response.body = answer(chain, request.body);
            co_return response;
        }),
        obs::null_log(),
        options
    );
    if (!server) {
        std::cerr << server.error().message() << '\n';
        return 1;
    }
    std::cout << (*server)->port() << std::endl;
    loop.run((*server)->run());
    return 0;
}

}  // namespace
}  // namespace faultline::bench

int main(int count, char** arguments) {
    constexpr int kArguments = 6;
    if (count != kArguments) {
        std::cerr << "usage: ingest_node HOST:PORT BLOCKS LOGS_PER_BLOCK USERS RESERVES\n";
        return 2;
    }
    const auto number = [arguments](int at) {
        return std::strtoull(arguments[at], nullptr, 10);
    };
    return faultline::bench::serve(
        arguments[1],
        {.blocks = number(2), .logs_per_block = number(3), .users = number(4), .reserves = number(5)
        }
    );
}
