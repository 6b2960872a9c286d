// SPDX-License-Identifier: Apache-2.0
#include "exchanges.hpp"
#include "fake_chain.hpp"
#include "fake_http.hpp"
#include "node_fixture.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace faultline::rpc {

TEST_CASE("an endpoint without batches is asked one thing at a time", "[rpc][node]") {
    EndpointOptions endpoint = options();
    endpoint.max_batch = 1;
    std::string refuses;
    int status = 200;
    const FakeHttp::Answer answers = answer_each([](const Asked& asked) {
        return asked.method == "eth_getLogs"
                   ? "[" + chain_log(9, 0) + "," + chain_log(9, 1) + "]"
                   : (asked.method == "eth_call" ? "\"0x01\"" : chain_block(9));
    });
    const auto one_or_none = [&](const net::HttpRequest& request) -> Result<net::HttpResponse> {
        CHECK(request.body.front() == '{');
        const std::vector<Asked> asked = asked_in(request.body);
        if (asked.front().method != refuses) {
            return answers(request);
        }
        net::HttpResponse refusal =
            ok(R"({"jsonrpc":"2.0","id":)" + std::to_string(asked.front().id) +
               R"(,"error":{"code":-32005,"message":"limit exceeded"}})");
        refusal.status = status;
        refusal.headers.emplace_back("Retry-After", "3");
        return refusal;
    };
    Fixture fixture(one_or_none, endpoint);

    const auto block = success(fixture.await(fixture.node->block(block_nine().hash, filter())));
    CHECK(block.header.ref == block_nine());
    CHECK(block.logs.size() == 2);
    CHECK(fixture.http.requests().size() == 2);
    CHECK(success(fixture.await(fixture.node->logs(9, block_nine(), filter()))).size() == 1);
    CHECK(fixture.http.requests().size() == 4);
    CHECK(fixture.observations.seen().back() == "test eth_getLogs+eth_getBlockByNumber ok 2");
    const std::vector<eth::Read> reads(3);
    CHECK(success(fixture.await(fixture.node->reads(block_nine().hash, reads))).size() == 3);

    refuses = GENERATE("eth_getLogs", "eth_getBlockByHash");
    status = GENERATE(200, 429);
    auto refused = fixture.await(fixture.node->block(block_nine().hash, filter()));
    CHECK(refused.error().code() == Code::kRateLimited);
    CHECK(refused.error().retry_after_ms() == 3000);
    CHECK_THAT(refused.error().message(), Catch::Contains("limit exceeded"));
}

}  // namespace faultline::rpc
