// SPDX-License-Identifier: Apache-2.0
#include "api_bench.hpp"
#include "unit/core/graph/graph_maker.hpp"

#include <faultline/core/graph/edge.hpp>
#include <faultline/shell/api/as_of.hpp>
#include <faultline/shell/api/view.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace faultline::api::testing {
namespace {

constexpr std::uint64_t kDollar = 100'000'000;

/// aave_v3 has 100 of USDC, which circle issued, and maker 25 of what aave_v3 issued.
graph::Snapshot two_protocols() {
    return graph::GraphMaker()
        .liquidity("market:core", "USDC", "USDC", 100 * kDollar)
        .liquidity("market:vat", "aUSDC", "aUSDC", 25 * kDollar)
        .liquidity("market:vat", "dead", "dead", std::nullopt)
        .bond("market:core", graph::EdgeKind::kPartOf, "protocol:aave_v3")
        .bond("market:vat", graph::EdgeKind::kPartOf, "protocol:maker")
        .bond("token:USDC", graph::EdgeKind::kIssuedBy, "issuer:circle")
        .bond("token:aUSDC", graph::EdgeKind::kIssuedBy, "protocol:aave_v3")
        .bond("token:aUSDC", graph::EdgeKind::kWraps, "market:core")
        .make();
}

struct NetworkBench : Bench {
    NetworkBench() {
        chain.graph_now.block =
            ProcessedBlock{.ref = FakeChain::block(100), .timestamp = {1'700'000'000}};
        chain.graph_now.kept = kept(two_protocols());
    }

    net::HttpResponse network(const std::string& more = "") {
        return get("/v1/network?chain=devnet" + more);
    }

    net::HttpResponse stress(const std::string& more) {
        return get("/v1/network/stress?chain=devnet" + more);
    }
};

TEST_CASE("The network has figures of the whole and of each node", "[api]") {
    NetworkBench bench;
    const auto response = bench.network("&as_of=99");
    REQUIRE(response.status == 200);
    CHECK(std::get<eth::BlockNum>(bench.chain.graph_asked.as_of.value()) == 99);
    CHECK(has(response, R"({"block":{"number":100,)"));
    CHECK(
        has(response,
            R"("whole":{"nodes":3,"links":2,"unvalued_tokens":1,)"
            R"("held_usd":{"value":"125.00000000","reason":""},)"
            R"("links_usd":{"value":"125.00000000","reason":""},"density":{"value":0.333)")
    );
    CHECK(
        has(response,
            R"("leverage":{"redeemable_usd":{"value":"100.00000000","reason":""},)"
            R"("multiplier":{"value":1.25,"reason":""}})")
    );
    CHECK(
        has(response,
            R"("sectors":{"names":["Unknown"],"links":[{"from":"Unknown","to":"Unknown",)"
            R"("usd":{"value":"125.00000000","reason":""}}],"density":{"value":1,"reason":""},)"
            R"("cross_sector_ratio":{"value":0,"reason":""},)"
            R"("spillover_hhi":{"value":null,"reason":"nothing is held across sectors that has a)")
    );
    CHECK(
        has(response,
            R"({"id":"issuer:circle","kind":"issuer","sector":"Unknown",)"
            R"("held_usd":{"value":"0.00000000","reason":""},)"
            R"("own_usd":{"value":"0.00000000","reason":""},)"
            R"("claimed_derivative_usd":{"value":"0.00000000","reason":""},"unvalued_tokens":0,)"
            R"("links_out":0,"links_in":1,)")
    );
    CHECK(has(
        response,
        R"("leverage":{"redeemable_usd":{"value":"0.00000000","reason":""},"multiplier":)"
        R"({"value":null,"reason":"nothing is held that has a value"}},"if_it_fails":)"
        R"({"contagion_reach":{"value":2,"reason":""},"contagion_radius":{"value":2,"reason":""},)"
        R"("contagion_loss_usd":{"value":"125.00","reason":""},"debt_rank":{"value":1,"reason":""},)"
        R"("clearing_loss_usd":{"value":"125.00","reason":""}})"
    ));
    // What maker has is all a claim on aave_v3.
    CHECK(has(response, R"({"value":null,"reason":"all that is held stands for something else"})"));
}

TEST_CASE("A network of nothing has reasons in place of figures", "[api]") {
    NetworkBench bench;
    bench.chain.graph_now.kept = kept(graph::GraphMaker().make());
    const auto response = bench.network();
    REQUIRE(response.status == 200);
    CHECK(has(response, R"("density":{"value":null,"reason":"there are fewer than two nodes"})"));
    CHECK(has(response, R"("held":{"hhi":{"value":null,"reason":"nothing is held that has)"));
    CHECK(has(response, R"("modularity":{"value":null,"reason":"no link has a value"})"));
    CHECK(has(response, R"("nodes":[]})"));
}

TEST_CASE("The network of one graph is made once", "[api]") {
    const NetworkBench bench;
    const auto& kept = *bench.chain.graph_now.kept;
    CHECK(&kept.network() == &kept.network());
}

TEST_CASE("A stress says what was lost, by whom, by each model", "[api]") {
    NetworkBench bench;
    const auto response = bench.stress("&shock=protocol:aave_v3&share=90%25&model=clearing");
    REQUIRE(response.status == 200);
    CHECK(
        has(response,
            R"("model":"clearing","share":0.9,"shocks":[{"id":"protocol:aave_v3",)"
            R"("held_usd":{"value":"100.00000000","reason":""}}],"lost_usd":"105.00",)"
            R"("held_usd":{"value":"125.00000000","reason":""},"unvalued_tokens":1,)"
            R"("lost_share":{"value":0.84,"reason":""},)")
    );
    const auto whole = bench.stress("&shock=issuer:circle,protocol:maker&share=1&model=debtrank");
    REQUIRE(whole.status == 200);
    CHECK(has(whole, R"("lost_usd":"125.00")"));
    CHECK(has(whole, R"("unabsorbed_usd":{"value":null,"reason":"this model has no such figure"})")
    );
    CHECK(has(whole, R"("shocked":2)"));
    const auto usual = bench.stress("&shock=protocol:aave_v3&share=0.5&limit=1&as_of=99");
    REQUIRE(usual.status == 200);
    CHECK(has(usual, R"("model":"contagion")"));
    CHECK(has(usual, R"("losers":[{"id":"protocol:aave_v3","lost_usd":"50.00",)"));
    CHECK_FALSE(has(usual, R"("id":"protocol:maker")"));
    CHECK(std::get<eth::BlockNum>(bench.chain.graph_asked.as_of.value()) == 99);
    CHECK(bench.stress("&shock=protocol:maker&share=1&model=cascade").status == 200);
}

TEST_CASE("A stress that is asked wrongly says what to ask", "[api]") {
    NetworkBench bench;

    struct Wrong {
        const char* asked;
        int status;
        const char* says;
    };

    for (const Wrong& wrong : {
             Wrong{
                 "&share=1", 400, "parameter shock is missing. It is the id of a node, as in /v1"
             },
             Wrong{"&shock=&share=1", 400, "parameter shock is \\\"\\\". It is the id"},
             Wrong{"&shock=a,,b&share=1", 400, "parameter shock is \\\"a,,b\\\". It is the id"},
             Wrong{
                 "&shock=protocol:maker", 400, "parameter share is missing. It is what they lose"
             },
             Wrong{
                 "&shock=protocol:maker&share=2", 400, "share is \\\"2\\\". It is what they lose"
             },
             Wrong{
                 "&shock=protocol:maker&share=1&model=x", 400, "one of: contagion, debtrank, casc"
             },
             Wrong{"&shock=protocol:maker&share=1&limit=0", 400, "must be a number from 1 to 1000"},
             Wrong{"&shock=protocol:maker&share=1&as_of=x", 400, "Give a block number, or a time"},
             Wrong{
                 "&shock=protocol:maker&share=1&top=3", 400, "This path takes: chain, as_of, shock"
             },
             Wrong{"&shock=maker&share=1", 404, "has no node \\\"maker\\\". /v1/network lists the"},
         }) {
        CAPTURE(wrong.asked);
        const auto response = bench.stress(wrong.asked);
        CHECK(response.status == wrong.status);
        CHECK(has(response, wrong.says));
    }
    CHECK(bench.network("&shock=protocol:maker").status == 400);
    CHECK(bench.get("/v1/network?chain=nowhere").status == 404);
    CHECK(bench.get("/v1/network").status == 400);
}

}  // namespace
}  // namespace faultline::api::testing
