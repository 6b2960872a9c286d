// SPDX-License-Identifier: Apache-2.0
#include "api_bench.hpp"
#include "unit/core/graph/graph_maker.hpp"

#include <faultline/base/time.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/shell/api/view.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::api::testing {
namespace {

constexpr std::uint64_t kDollar = 100'000'000;

std::string id(std::string_view node) {
    return std::string(node.substr(0, node.find(':') + 1)) + graph::key_of(node).address()->hex();
}

/// Three suppliers, of whom two are told apart, and one borrower; wstETH says it is Lido's.
graph::GraphMaker pool() {
    graph::GraphMaker maker;
    maker.claim("account:alice", "market:core", "wstETH", 50 * kDollar)
        .claim("account:bob", "market:core", "DAI", 30 * kDollar)
        .claim("others:core", "market:core", "DAI", 20 * kDollar)
        .liquidity("market:core", "wstETH", "wstETH", 50 * kDollar)
        .liquidity("market:core", "DAI", "DAI", 40 * kDollar)
        .edge(
            "market:core",
            graph::EdgeKind::kDebt,
            "account:carol",
            {.part = "DAI", .token = "DAI", .usd = 10 * kDollar, .proof = graph::Proof::kConfirmed}
        )
        .edge(
            "account:carol",
            graph::EdgeKind::kCollateral,
            "market:comet",
            {.part = "DAI", .token = "DAI", .usd = std::nullopt, .proof = graph::Proof::kConfirmed}
        )
        .bond("market:core", graph::EdgeKind::kPartOf, "protocol:aave_v3")
        .bond(
            "token:wstETH",
            graph::EdgeKind::kWraps,
            "token:stETH",
            std::nullopt,
            graph::Proof::kClaimed
        )
        .bond("token:stETH", graph::EdgeKind::kIssuedBy, "issuer:lido");
    return maker;
}

struct MeasureBench : Bench {
    explicit MeasureBench(const graph::GraphMaker& maker = pool()) {
        chain.graph_now.block =
            ProcessedBlock{.ref = FakeChain::block(100), .timestamp = {1'700'000'000}};
        chain.graph_now.kept = kept(maker.make());
    }

    net::HttpResponse measure(const std::string& query) {
        return get("/v1/exposures/measure?chain=devnet&" + query);
    }

    net::HttpResponse market(const std::string& address, const std::string& query = "") {
        return get("/v1/exposures/market/" + address + "?chain=devnet" + query);
    }
};

std::string address(std::string_view node) {
    return graph::key_of(node).address()->hex();
}

TEST_CASE("A pair of nodes is measured in usd, of assets and of depth", "[api]") {
    MeasureBench bench;
    const std::string alice = "from=" + id("account:alice");
    const auto usd = bench.measure(alice + "&to=issuer:lido");
    REQUIRE(usd.status == 200);
    CHECK(has(usd, R"({"block":{"number":100,)"));
    CHECK(has(usd, R"("reach":"look_through","measure":"usd","claimed":true,"total":1,"pairs":[)"));
    CHECK(has(usd, R"({"from":{"id":")" + id("account:alice") + R"(","kind":"account")"));
    CHECK(has(
        usd,
        R"("status":"value","reason":"","usd":"50.00000000","known_usd":"50.00000000","claimed_usd":"50.00000000","unvalued":0}]})"
    ));
    const auto assets = bench.measure(alice + "&to=issuer:lido&measure=share_of_assets");
    CHECK(has(assets, R"("reason":"","share_of_assets_bps":"10000","known_usd":"50.00000000")"));
    // 30 of the 40 that the market can pay out.
    const auto depth = bench.measure(
        "from=" + id("account:bob") + "&to=" + id("token:DAI") + "&measure=share_of_depth"
    );
    CHECK(has(depth, R"("share_of_depth_bps":"7500")"));
    const auto direct = bench.measure(alice + "&to=issuer:lido&reach=direct");
    CHECK(has(direct, R"("reach":"direct")"));
    CHECK(has(direct, R"("status":"value","reason":"","usd":"0.00000000")"));
    const auto proven = bench.measure(alice + "&to=issuer:lido&claimed=false");
    CHECK(has(proven, R"("claimed":false)"));
    CHECK(has(proven, R"("usd":"0.00000000")"));
}

TEST_CASE("Kinds are measured pair by pair, and as many as asked for are told", "[api]") {
    MeasureBench bench;
    const auto accounts = bench.measure("from=account&to=token&limit=1");
    REQUIRE(accounts.status == 200);
    CHECK(has(accounts, R"("pairs":[{"from":{"id":")" + id("account:alice")));
    CHECK_FALSE(has(accounts, R"({"from":{"id":")" + id("account:bob")));
    CHECK_FALSE(has(accounts, R"("total":1,)"));
    const auto any = bench.measure("from=any&to=issuer:lido");
    CHECK(has(any, R"("from":{"id":"protocol:aave_v3")"));
    CHECK(has(any, R"("total":3,)"));
    CHECK(bench.measure("from=any&to=any").status == 200);
    CHECK(has(bench.get("/"), "/v1/exposures/measure?from=protocol&to=issuer\n"));
}

TEST_CASE("What has no value is no figure, and says why", "[api]") {
    MeasureBench bench;
    const auto response = bench.measure("from=" + id("account:carol") + "&to=token");
    REQUIRE(response.status == 200);
    CHECK(has(
        response,
        R"("status":"no_data","reason":"1 edges that lead there have no value; their reasons are in the graph","known_usd":"0.00000000","claimed_usd":"0.00000000","unvalued":1})"
    ));
    CHECK_FALSE(has(response, R"("usd":"0)"));
}

TEST_CASE("A token that only amounts name can be asked for", "[api]") {
    graph::GraphMaker maker = pool();
    maker.claim("account:eve", "market:core", "ODD", kDollar);
    MeasureBench bench(maker);
    const std::string odd = id("token:ODD");
    const auto response = bench.measure("from=account&to=" + odd);
    REQUIRE(response.status == 200);
    CHECK(has(response, R"("to":{"id":")" + odd + R"(","kind":"token"},"status":"value")"));
    const std::string eve = id("account:eve");
    const auto paths = bench.get("/v1/paths?chain=devnet&from=" + eve + "&to=" + odd);
    CHECK(has(paths, R"("exposure_usd":"1.00000000")"));
}

TEST_CASE("A wrong parameter of a measure says what would be right", "[api]") {
    MeasureBench bench;
    const auto refused = [&](const std::string& query, const std::string& advice) {
        CAPTURE(query);
        const auto response = bench.measure(query);
        CHECK(response.status == 400);
        CHECK(has(response, advice));
    };
    refused("from=any", "the parameter to is missing");
    refused("to=any", "the parameter from is missing. It is the id of a node, as in /v1/graph");
    refused("from=any&to=lido", "or one of: protocol, market, token, issuer, oracle, ");
    refused("from=any&to=token:DAI", "the parameter to is \\\"token:DAI\\\"");
    refused("from=any&to=any&reach=far", "It is one of: direct, look_through");
    refused("from=any&to=any&measure=eth", "It is one of: usd, share_of_assets, share_of_depth");
    refused("from=any&to=any&claimed=yes", "It is one of: false, true");
    refused("from=any&to=any&limit=5001", "from 1 to 5000");
    refused("from=any&to=any&depth=1", "This path takes: chain, as_of, from, to, reach");
    refused("from=any&to=any&as_of=now", "the parameter as_of");
    const auto stranger = bench.measure("from=" + id("account:dave") + "&to=any");
    CHECK(stranger.status == 404);
    CHECK(has(stranger, "has no node"));
    CHECK(bench.measure("from=any&to=issuer:lidl").status == 404);
}

TEST_CASE("Classes at both ends are bounded, and a node at one end is not", "[api]") {
    graph::GraphMaker maker = pool();
    for (int i = 0; i < 5000; ++i) {
        maker.claim("account:holder" + std::to_string(i), "market:core", "DAI", kDollar);
    }
    MeasureBench bench(maker);
    const auto response = bench.measure("from=account&to=token");
    CHECK(response.status == 400);
    CHECK(has(response, "the parameter from names 5003 nodes"));
    CHECK(has(response, "Name a node in to or from"));
    CHECK(bench.measure("from=market&to=token").status == 200);
    CHECK(has(bench.measure("from=account&to=" + id("token:DAI")), R"("total":5002,)"));
}

TEST_CASE("A market tells how its claims and debts are spread", "[api]") {
    MeasureBench bench;
    const auto response = bench.market(address("market:core"));
    REQUIRE(response.status == 200);
    CHECK(has(response, R"("total_usd":"100.00000000","terminals":[{"id":")"));
    // 0.5² + 0.3²: everybody else is in the total, and could be one or many.
    CHECK(has(
        response,
        R"("concentration":{"suppliers":{"total":{"status":"value","reason":"","total_usd":"100.00000000","others_usd":"20.00000000"},)"
        R"("hhi":{"status":"value","reason":"","hhi_wad":"340000000000000000"},)"
        R"("top_1":{"status":"value","reason":"","share_bps":"5000"},)"
        R"("top_5":{"status":"value","reason":"","share_bps":"8000"},)"
        R"("top_10":{"status":"value","reason":"","share_bps":"8000"},)"
        R"("lower_bound":true,"known_usd":"100.00000000","unvalued":0,"largest":[{"id":")" +
            id("account:alice")
    ));
    CHECK(has(
        response,
        R"("borrowers":{"total":{"status":"value","reason":"","total_usd":"10.00000000","others_usd":"0.00000000"},"hhi":{"status":"value","reason":"","hhi_wad":"1000000000000000000"})"
    ));
    CHECK(has(
        response,
        R"("collateral_tokens":{"total":{"status":"value","reason":"","total_usd":"0.00000000","others_usd":"0.00000000"},"hhi":{"status":"no_data","reason":"there is nothing"})"
    ));
}

TEST_CASE("A market with a position without value has no concentration", "[api]") {
    MeasureBench bench;
    const auto response = bench.market(address("market:comet"));
    REQUIRE(response.status == 200);
    CHECK(has(
        response,
        R"("collateral_tokens":{"total":{"status":"no_data","reason":"1 positions have no value; their reasons are in the graph"},"hhi":{"status":"no_data",)"
    ));
    CHECK(has(response, R"("known_usd":"0.00000000","unvalued":1,"largest":[]})"));
}

TEST_CASE("Of the largest ten are told", "[api]") {
    graph::GraphMaker maker;
    for (std::uint64_t i = 1; i <= 12; ++i) {
        maker.claim("account:a" + std::to_string(i), "market:core", "DAI", i * kDollar);
    }
    MeasureBench bench(maker);
    const auto response = bench.market(address("market:core"));
    CHECK(has(response, R"("usd":"12.00000000"},{)"));
    CHECK(has(response, R"("usd":"3.00000000"}]})"));
    CHECK_FALSE(has(response, R"("usd":"2.00000000"})"));
    CHECK(has(response, R"("lower_bound":false)"));
}

TEST_CASE("A market that is none is refused, and of another time asked for", "[api]") {
    MeasureBench bench;
    const auto wrong = bench.market("core");
    CHECK(wrong.status == 400);
    CHECK(has(wrong, "the market is \\\"core\\\". It must be an address: 0x and 40 hex digits"));
    CHECK(bench.market(address("account:alice")).status == 404);
    CHECK(bench.market(address("market:core"), "&limit=1").status == 400);
    CHECK(bench.market(address("market:core"), "&as_of=99").status == 200);
    REQUIRE(bench.chain.graph_asked.as_of);
    CHECK(bench.measure("from=any&to=any&as_of=2026-11-30T09:00:00Z").status == 200);
    CHECK(bench.get("/v1/exposures/measure?from=any&to=any").status == 400);
}

}  // namespace
}  // namespace faultline::api::testing
