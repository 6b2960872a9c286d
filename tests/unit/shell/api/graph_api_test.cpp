// SPDX-License-Identifier: Apache-2.0
#include "api_bench.hpp"
#include "unit/core/graph/graph_maker.hpp"

#include <faultline/base/time.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/shell/api/as_of.hpp>
#include <faultline/shell/api/view.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace faultline::api::testing {
namespace {

constexpr std::uint64_t kDollar = 100'000'000;

/// Alice supplied DAI to a market of aave_v3 that lent half of it to Bob.
graph::Snapshot small_graph() {
    return graph::GraphMaker()
        .claim("account:alice", "market:core", "DAI", 10 * kDollar)
        .liquidity("market:core", "DAI", "DAI", 5 * kDollar)
        .edge(
            "market:core",
            graph::EdgeKind::kDebt,
            "account:bob",
            {.part = "DAI", .token = "DAI", .usd = 5 * kDollar}
        )
        .bond("market:core", graph::EdgeKind::kPartOf, "protocol:aave_v3")
        .make();
}

std::string address(std::string_view word) {
    return graph::key_of("token:" + std::string(word)).address()->hex();
}

struct GraphBench : Bench {
    GraphBench() {
        chain.graph_now.block =
            ProcessedBlock{.ref = FakeChain::block(100), .timestamp = {1'700'000'000}};
        chain.graph_now.kept = kept(small_graph());
    }
};

TEST_CASE("The graph is its nodes and edges, with exact amounts", "[api]") {
    GraphBench bench;
    const auto response = bench.get("/v1/graph?chain=devnet");
    REQUIRE(response.status == 200);
    CHECK(has(response, R"({"block":{"number":100,)"));
    CHECK(has(response, R"({"id":"account:)" + address("alice") + R"(","kind":"account")"));
    CHECK(
        has(response,
            R"("kind":"supplied","part":"DAI","token":")" + address("DAI") +
                R"(","decimals":0,"proof":"confirmed","amount":"1000000000","usd":"10.00000000"})")
    );
}

TEST_CASE("The exposure of a protocol ends in tokens, and comes to its total", "[api]") {
    GraphBench bench;
    const auto response = bench.get("/v1/exposures/protocol/aave_v3?chain=devnet");
    REQUIRE(response.status == 200);
    CHECK(has(response, R"("total_usd":"10.00000000","terminals":[{"id":"token:)" + address("DAI"))
    );
    CHECK(has(response, R"("circular_usd":"0.00000000")"));
    const auto missing = bench.get("/v1/exposures/protocol/aave_v9?chain=devnet");
    CHECK(missing.status == 404);
    CHECK(has(missing, "has no node \\\"aave_v9\\\""));
}

TEST_CASE("Questions about one graph share its index, which no other answer makes", "[api]") {
    GraphBench bench;
    int built = 0;
    bench.chain.graph_now.kept = kept(small_graph(), &built);
    CHECK(bench.get("/v1/graph?chain=devnet").status == 200);
    CHECK(built == 0);
    for (const char* const target :
         {"/v1/exposures/protocol/aave_v3?chain=devnet",
          "/v1/exposures/protocol/aave_v3?chain=devnet",
          "/v1/exposures/measure?chain=devnet&from=protocol&to=any"}) {
        CHECK(bench.get(target).status == 200);
        CHECK(built == 1);
    }
}

TEST_CASE("Whoever is exposed to a token is told with it", "[api]") {
    GraphBench bench;
    const auto response = bench.get("/v1/exposures/token/" + address("DAI") + "?chain=devnet");
    REQUIRE(response.status == 200);
    CHECK(has(response, R"("exposed":[)"));
    CHECK(
        has(response,
            R"({"id":"account:)" + address("alice") +
                R"(","kind":"account","name":"account:alice","usd":"10.00000000")")
    );
    const auto wrong = bench.get("/v1/exposures/token/DAI?chain=devnet");
    CHECK(wrong.status == 400);
    CHECK(has(wrong, "0x and 40 hex digits"));
}

TEST_CASE("Paths say by which edges a dollar goes", "[api]") {
    GraphBench bench;
    const std::string from = "account:" + address("alice");
    const std::string to = "token:" + address("DAI");
    const auto response = bench.get("/v1/paths?chain=devnet&limit=3&from=" + from + "&to=" + to);
    REQUIRE(response.status == 200);
    CHECK(has(response, R"("exposure_usd":"10.00000000","uncovered_usd":"0.00000000","paths":[{)"));
    CHECK(has(response, R"("by":{"from":")" + from));
    CHECK(bench.get("/v1/paths?chain=devnet&from=" + from).status == 400);
    CHECK(bench.get("/v1/paths?chain=devnet&limit=0&from=" + from + "&to=" + to).status == 400);
    CHECK(bench.get("/v1/paths?chain=devnet&from=nobody&to=" + to).status == 400);
    const std::string stranger = "account:" + address("carol");
    CHECK(bench.get("/v1/paths?chain=devnet&from=" + stranger + "&to=" + to).status == 404);
}

TEST_CASE("Flows are a week in the schema of DeXposure", "[api]") {
    GraphBench bench;
    bench.chain.flows_now.block = bench.chain.graph_now.block;
    bench.chain.flows_now.chain = "devnet";
    bench.chain.flows_now.flows.date = *network::Day::parse("2026-11-30");
    bench.chain.flows_now.flows.nodes = {{.id = "aave_v3", .size = 2.5, .composition = {}}};
    bench.chain.flows_now.flows.links = {
        {.source = "circle",
         .target = std::nullopt,
         .size = 1.25,
         .composition = {{.token = "USDC", .value_usd = 1.25}}}
    };
    const auto response = bench.get("/v1/flows?chain=devnet&since=7");
    REQUIRE(response.status == 200);
    CHECK(std::get<std::uint64_t>(*bench.chain.flows_asked.since) == 7);
    CHECK_FALSE(bench.chain.flows_asked.as_of);
    CHECK(has(response, R"("since":null,"chain":"devnet","week":"2026-11-30")"));
    CHECK(has(response, R"({"id":"aave_v3","size":2.5,"composition":{}})"));
    CHECK(has(
        response, R"({"source":"circle","target":null,"size":1.25,"composition":{"USDC":1.25}})"
    ));
    CHECK(bench.get("/v1/flows?chain=devnet&since=then").status == 400);
}

TEST_CASE("Of several chains one is named, and of all blocks one", "[api]") {
    GraphBench bench;
    const auto none = bench.get("/v1/graph");
    CHECK(none.status == 400);
    CHECK(has(none, "It is one of: devnet, base"));
    CHECK(bench.get("/v1/graph?chain=mars").status == 404);
    CHECK(bench.get("/v1/graph?chain=devnet&limit=1").status == 400);
    CHECK(bench.get("/v1/graph?chain=devnet&as_of=99").status == 200);
    REQUIRE(bench.chain.graph_asked.as_of);
    CHECK(std::get<std::uint64_t>(*bench.chain.graph_asked.as_of) == 99);
    CHECK(bench.get("/v1/graph?chain=devnet&as_of=yesterday").status == 400);
}

TEST_CASE("A moment is a time in UTC, or it is refused", "[api]") {
    const auto seconds = [](std::string_view text) {
        const auto parsed = parse_as_of(text);
        REQUIRE(parsed.has_value());
        return std::get<UnixSeconds>(*parsed).value;
    };
    CHECK(seconds("1970-01-01T00:00:00Z") == 0);
    CHECK(seconds("2026-11-30T09:00:00Z") == 1'796'029'200);
    CHECK(seconds("2024-02-29T23:59:59Z") == 1'709'251'199);
    for (const std::string_view wrong :
         {"",
          "-1",
          "12x",
          "2026-11-30",
          "2026-11-30T09:00:00",
          "2026-13-30T09:00:00Z",
          "2026-02-29T09:00:00Z",
          "2026-11-30T24:00:00Z",
          "1969-12-31T23:59:59Z",
          "99999999999999999999"}) {
        CAPTURE(wrong);
        const auto parsed = parse_as_of(wrong);
        REQUIRE_FALSE(parsed);
        CHECK_FALSE(parsed.error().advice().empty());
    }
}

}  // namespace
}  // namespace faultline::api::testing
