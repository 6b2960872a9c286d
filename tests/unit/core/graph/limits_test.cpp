// SPDX-License-Identifier: Apache-2.0
#include "unit/core/graph/graph_maker.hpp"

#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/limits.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

using Pairs = std::map<std::pair<std::string, std::string>, std::uint64_t>;

Snapshot two_holders() {
    return GraphMaker()
        .claim("account:alice", "market:pool", "wstETH", 60)
        .claim("account:alice", "market:pool", "USDC", 39)
        .claim("account:bob", "market:pool", "wstETH", 10)
        .liquidity("market:pool", "wstETH", "wstETH", 90)
        .liquidity("market:pool", "USDC", "USDC", 20)
        .liquidity("market:comet", "USDC", "USDC", 60)
        .bond("market:pool", EdgeKind::kPartOf, "protocol:aave")
        .bond("token:wstETH", EdgeKind::kWraps, "token:stETH")
        .bond("token:wstETH", EdgeKind::kIssuedBy, "issuer:lido")
        .make();
}

Question question(
    Selection from, Selection to, Measure measure = Measure::kUsd, Reach reach = Reach::kLookThrough
) {
    return {
        .from = std::move(from),
        .to = std::move(to),
        .reach = reach,
        .measure = measure,
        .following = {},
    };
}

Figure<U256> one(const Snapshot& snapshot, const Question& question) {
    const std::vector<Measured> all = measure(LookThrough(snapshot), question);
    REQUIRE(all.size() == 1);
    return all.front().figure;
}

Pairs pairs(const Snapshot& snapshot, const Question& question) {
    Pairs out;
    for (const Measured& measured : measure(LookThrough(snapshot), question)) {
        const auto name = [&snapshot](const NodeKey& key) {
            return snapshot.nodes[snapshot.find(key).value()].name;
        };
        REQUIRE(measured.figure.ok());
        out[{name(measured.from), name(measured.to)}] = measured.figure.value.low_u64();
    }
    return out;
}

TEST_CASE("an exposure is measured in usd, of the assets, and of the depth", "[limits]") {
    const Snapshot snapshot = two_holders();
    const NodeKey alice = key_of("account:alice");
    const NodeKey steth = key_of("token:stETH");
    const NodeKey usdc = key_of("token:USDC");
    CHECK(one(snapshot, question(alice, steth)) == Figure<U256>::of(60));
    CHECK(one(snapshot, question(alice, steth, Measure::kUsd, Reach::kDirect)).value.is_zero());
    // 60 / 99, and 39 / 80: rounded down.
    CHECK(
        one(snapshot, question(alice, steth, Measure::kShareOfAssets)) == Figure<U256>::of(6'060)
    );
    CHECK(one(snapshot, question(alice, usdc, Measure::kShareOfDepth)) == Figure<U256>::of(4'875));
    const auto none = one(snapshot, question(alice, steth, Measure::kShareOfDepth));
    CHECK(none.status == FigureStatus::kNoData);
    CHECK(none.reason == "no market can pay any of it out");
    CHECK(
        one(snapshot, question(alice, key_of("issuer:lido"), Measure::kShareOfDepth)).reason ==
        "only a token has a depth"
    );
}

TEST_CASE("classes are measured pair by pair", "[limits]") {
    const Snapshot snapshot = two_holders();
    CHECK(
        pairs(snapshot, question(NodeKind::kAccount, NodeKind::kIssuer)) ==
        Pairs{{{"account:alice", "issuer:lido"}, 60}, {{"account:bob", "issuer:lido"}, 10}}
    );
    CHECK(
        pairs(snapshot, question(Any{}, key_of("issuer:lido"))) ==
        Pairs{
            {{"account:alice", "issuer:lido"}, 60},
            {{"account:bob", "issuer:lido"}, 10},
            {{"market:pool", "issuer:lido"}, 90},
            {{"protocol:aave", "issuer:lido"}, 90}
        }
    );
    CHECK(
        pairs(
            snapshot,
            question(key_of("account:alice"), NodeKind::kToken, Measure::kUsd, Reach::kDirect)
        ) == Pairs{{{"account:alice", "token:USDC"}, 39}, {{"account:alice", "token:wstETH"}, 60}}
    );
}

TEST_CASE("what has no value leaves no figure, and says so", "[limits]") {
    const Snapshot snapshot = GraphMaker()
                                  .claim("account:alice", "market:pool", "USDC", 10)
                                  .claim("account:alice", "market:pool", "ODD", std::nullopt)
                                  .bond("token:ODD", EdgeKind::kIssuedBy, "issuer:odd")
                                  .node("token:USDC")
                                  .make();
    const NodeKey alice = key_of("account:alice");
    CHECK(one(snapshot, question(alice, key_of("token:USDC"))) == Figure<U256>::of(10));
    CHECK(
        one(snapshot, question(alice, key_of("token:USDC"), Measure::kShareOfAssets)).reason ==
        "1 of its assets have no value; their reasons are in the graph"
    );
    const std::vector<Measured> issuers =
        measure(LookThrough(snapshot), question(alice, NodeKind::kIssuer));
    REQUIRE(issuers.size() == 1);
    CHECK(issuers.front().unvalued == 1);
    CHECK(issuers.front().known_usd.is_zero());
    CHECK(issuers.front().figure.status == FigureStatus::kNoData);
    CHECK_FALSE(one(snapshot, question(alice, key_of("token:NONE"))).ok());
    CHECK_FALSE(one(snapshot, question(key_of("account:nobody"), alice)).ok());
}

TEST_CASE("concentration counts everybody else in the total and not as a holder", "[limits]") {
    const Snapshot snapshot = GraphMaker()
                                  .claim("account:alice", "market:pool", "USDC", 40)
                                  .claim("account:alice", "market:pool", "WETH", 10)
                                  .claim("account:bob", "market:pool", "USDC", 30)
                                  .claim("others:pool", "market:pool", "USDC", 20)
                                  .make();
    const LookThrough graph(snapshot);
    const NodeIndex pool = snapshot.find(key_of("market:pool")).value();
    const Concentration suppliers = concentration(graph, pool, Concentrated::kSuppliers);
    CHECK(suppliers.total_usd == U256(100));
    CHECK(suppliers.others_usd == U256(20));
    CHECK(
        suppliers.holders ==
        std::vector{
            ShareHolder{.node = key_of("account:alice"), .usd = 50},
            ShareHolder{.node = key_of("account:bob"), .usd = 30}
        }
    );
    // 0.5² + 0.3²
    CHECK(suppliers.hhi_wad() == Figure<U256>::of(U256(340'000'000'000'000'000ULL)));
    CHECK(suppliers.top_share_bps(1) == Figure<U256>::of(5'000));
    CHECK(suppliers.top_share_bps(9) == Figure<U256>::of(8'000));
    CHECK(
        concentration(graph, pool, Concentrated::kBorrowers).hhi_wad().reason == "there is nothing"
    );
}

TEST_CASE("collateral is counted by token, whoever's it is", "[limits]") {
    GraphMaker maker;
    const auto collateral = [&maker](std::string_view holder, std::string_view token, auto usd) {
        maker.edge(
            holder,
            EdgeKind::kCollateral,
            "market:pool",
            {.part = token, .token = token, .usd = usd, .proof = Proof::kConfirmed}
        );
    };
    collateral("account:alice", "WETH", 1);
    collateral("account:bob", "WETH", 1);
    collateral("account:bob", "WBTC", 1);
    const Snapshot valued = maker.make();
    const NodeIndex pool = valued.find(key_of("market:pool")).value();
    const LookThrough graph(valued);
    const Concentration tokens = concentration(graph, pool, Concentrated::kCollateralTokens);
    CHECK(tokens.others_usd.is_zero());
    // 4/9 + 1/9, rounded down.
    CHECK(tokens.hhi_wad() == Figure<U256>::of(U256(555'555'555'555'555'555ULL)));
    CHECK(tokens.top_share_bps(1) == Figure<U256>::of(6'666));
    // Everybody else's is of tokens, too; what they only supplied is not among it.
    collateral("others:pool", "WBTC", 3);
    maker.claim("others:pool", "market:pool", "WETH", 100);
    const Snapshot with_others = maker.make();
    const NodeIndex market = with_others.find(key_of("market:pool")).value();
    const Concentration all =
        concentration(LookThrough(with_others), market, Concentrated::kCollateralTokens);
    CHECK(all.others_usd.is_zero());
    CHECK(all.total_usd == U256(6));
    CHECK(all.top_share_bps(1) == Figure<U256>::of(6'666));
    // What nothing tells of everybody else may be collateral.
    maker.claim("others:pool", "market:pool", "DAI", std::nullopt);
    const Snapshot untold = maker.make();
    CHECK(
        concentration(
            LookThrough(untold),
            untold.find(key_of("market:pool")).value(),
            Concentrated::kCollateralTokens
        )
            .unvalued == 1
    );
    collateral("account:bob", "ODD", std::nullopt);
    const Snapshot snapshot = maker.make();
    const Concentration odd = concentration(
        LookThrough(snapshot),
        snapshot.find(key_of("market:pool")).value(),
        Concentrated::kCollateralTokens
    );
    CHECK(odd.unvalued == 2);
    CHECK(odd.hhi_wad().status == FigureStatus::kNoData);
}

}  // namespace
}  // namespace faultline::graph
