// SPDX-License-Identifier: Apache-2.0
#include "unit/core/graph/graph_maker.hpp"

#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::graph {
namespace {

using Amounts = std::map<std::string, std::uint64_t>;

NodeIndex place(const Snapshot& snapshot, std::string_view id) {
    return snapshot.find(key_of(id)).value();
}

Exposure exposure(const Snapshot& snapshot, std::string_view id, bool claimed = true) {
    return LookThrough(snapshot).of(place(snapshot, id), {.claimed = claimed});
}

std::string name(const Snapshot& snapshot, const NodeKey& key) {
    const std::optional<NodeIndex> node = snapshot.find(key);
    return node ? snapshot.nodes[*node].name : node_id(key, "");
}

Amounts ends(const Snapshot& snapshot, const Exposure& exposure) {
    Amounts out;
    for (const Terminal& end : exposure.terminals) {
        out[name(snapshot, end.token)] = end.usd.low_u64();
    }
    return out;
}

Amounts gross(const Snapshot& snapshot, const Exposure& exposure) {
    Amounts out;
    for (const Gross& through : exposure.gross) {
        out[name(snapshot, through.node)] = through.usd.low_u64();
    }
    return out;
}

Amounts direct(const Snapshot& snapshot, const Exposure& exposure) {
    Amounts out;
    for (const Gross& through : exposure.gross) {
        if (!through.direct_usd.is_zero()) {
            out[name(snapshot, through.node)] = through.direct_usd.low_u64();
        }
    }
    return out;
}

/// A market that lends DAI, of which Maker has a claim against the DAI that it issued.
GraphMaker d3m() {
    GraphMaker maker;
    maker.claim("account:alice", "market:spark", "DAI", 1'000)
        .liquidity("market:spark", "DAI", "DAI", 400)
        .edge(
            "market:spark",
            EdgeKind::kDebt,
            "account:bob",
            {.part = "DAI", .token = "DAI", .usd = 600, .proof = Proof::kConfirmed}
        )
        .bond("market:spark", EdgeKind::kPartOf, "protocol:spark")
        .bond("token:DAI", EdgeKind::kIssuedBy, "protocol:maker")
        .edge(
            "token:DAI",
            EdgeKind::kBacked,
            "market:vat",
            {.part = "ETH-A", .token = "DAI", .usd = 750, .proof = Proof::kConfirmed}
        )
        .edge(
            "token:DAI",
            EdgeKind::kBacked,
            "market:vat",
            {.part = "DIRECT", .token = "DAI", .usd = 250, .proof = Proof::kConfirmed}
        )
        .liquidity("market:vat", "ETH-A", "WETH", 2'000)
        .liquidity("market:vat", "DIRECT", "spDAI", 250)
        .edge(
            "token:spDAI",
            EdgeKind::kWraps,
            "market:spark",
            {.part = "DAI", .token = "DAI", .usd = 1'000, .proof = Proof::kConfirmed}
        )
        .bond("market:vat", EdgeKind::kPartOf, "protocol:maker");
    return maker;
}

TEST_CASE(
    "a claim is its part's token, by way of market, protocol, governor and feed", "[look_through]"
) {
    const Snapshot snapshot =
        GraphMaker()
            .claim("account:alice", "market:pool", "WETH", 70)
            .claim("account:alice", "market:pool", "USDC", 30)
            .claim("others:pool", "market:pool", "USDC", 500)
            .bond("market:pool", EdgeKind::kPartOf, "protocol:aave")
            .bond("market:pool", EdgeKind::kGovernedBy, "governor:dao")
            .bond("market:pool", EdgeKind::kPricedBy, "oracle:all")
            .edge(
                "market:pool",
                EdgeKind::kPricedBy,
                "oracle:eth",
                {.part = "WETH", .token = {}, .usd = std::nullopt, .proof = Proof::kConfirmed}
            )
            .bond("token:USDC", EdgeKind::kIssuedBy, "issuer:circle")
            .make();
    const Exposure alice = exposure(snapshot, "account:alice");
    CHECK(alice.total_usd == U256(100));
    CHECK(ends(snapshot, alice)["token:USDC"] == 30);
    CHECK(alice.circular_usd.is_zero());
    CHECK(alice.unvalued.empty());
    // WETH has no node of its own here, and is not lost for that.
    CHECK(alice.terminals.front().token == key_of("token:WETH"));
    CHECK(alice.terminals.front().usd == U256(70));
    Amounts all = gross(snapshot, alice);
    CHECK(all["market:pool"] == 100);
    CHECK(all["protocol:aave"] == 100);
    CHECK(all["governor:dao"] == 100);
    CHECK(all["oracle:all"] == 100);
    CHECK(all["oracle:eth"] == 70);
    CHECK(all["issuer:circle"] == 30);
    CHECK(direct(snapshot, alice) == all);
}

TEST_CASE(
    "a market has what it can pay out and what it is owed, apart from what it owes",
    "[look_through]"
) {
    const Snapshot snapshot = d3m().make();
    const Exposure spark = exposure(snapshot, "market:spark");
    CHECK(spark.total_usd == U256(1'000));
    CHECK(
        direct(snapshot, spark) ==
        Amounts{
            {"token:DAI", 1'000},
            {"account:bob", 600},
            {"protocol:spark", 1'000},
            {"protocol:maker", 1'000}
        }
    );
    const Exposure bob = exposure(snapshot, "account:bob");
    CHECK(bob.total_usd.is_zero());
    REQUIRE(bob.owes.size() == 1);
    CHECK(bob.owes.front() == Owed{.token = key_of("token:DAI"), .usd = 600});
    CHECK(
        netted(bob) ==
        std::vector{Netted{.token = key_of("token:DAI"), .held_usd = {}, .owed_usd = 600}}
    );
    const Exposure protocol = exposure(snapshot, "protocol:spark");
    CHECK(protocol.total_usd == spark.total_usd);
    CHECK(gross(snapshot, protocol)["market:spark"] == 1'000);
}

TEST_CASE(
    "what backs a token through the market that lends it goes round until it is out",
    "[look_through]"
) {
    const Snapshot snapshot = d3m().make();
    const Exposure alice = exposure(snapshot, "account:alice");
    CHECK(ends(snapshot, alice) == Amounts{{"token:WETH", 1'000}});
    CHECK(alice.circular_usd.is_zero());
    Amounts all = gross(snapshot, alice);
    CHECK(all["market:spark"] == 1'000);
    CHECK(all["protocol:maker"] == 1'000);
    CHECK(all["market:vat"] == 1'000);
    CHECK(all["token:spDAI"] == 250);
    CHECK(direct(snapshot, alice)["market:vat"] == 0);
}

TEST_CASE("what wraps itself, or each other, is circular", "[look_through]") {
    const Snapshot snapshot = GraphMaker()
                                  .claim("account:alice", "market:pool", "SELF", 10)
                                  .claim("account:alice", "market:pool", "A", 5)
                                  .bond("token:SELF", EdgeKind::kWraps, "token:SELF")
                                  .bond("token:A", EdgeKind::kWraps, "token:B")
                                  .bond("token:B", EdgeKind::kWraps, "token:A")
                                  .make();
    const Exposure alice = exposure(snapshot, "account:alice");
    CHECK(alice.terminals.empty());
    CHECK(alice.circular_usd == U256(15));
    CHECK(
        gross(snapshot, alice) ==
        Amounts{{"market:pool", 15}, {"token:SELF", 10}, {"token:A", 5}, {"token:B", 5}}
    );
}

TEST_CASE(
    "shares are by usd, and what is left of a division goes to whom most was cut off",
    "[look_through]"
) {
    const Snapshot snapshot = GraphMaker()
                                  .claim("account:alice", "market:pool", "LP", 100)
                                  .bond("token:LP", EdgeKind::kWraps, "token:X", 1)
                                  .bond("token:LP", EdgeKind::kWraps, "token:Y", 1)
                                  .bond("token:LP", EdgeKind::kWraps, "token:Z", 4)
                                  .bond("token:LP", EdgeKind::kWraps, "token:U")
                                  .make();
    const Exposure alice = exposure(snapshot, "account:alice");
    // 16.67, 16.67, 66.67: equals in order of their keys.
    CHECK(ends(snapshot, alice) == Amounts{{"token:X", 17}, {"token:Y", 17}, {"token:Z", 66}});
    REQUIRE(alice.unvalued.size() == 1);
    CHECK(snapshot.edges[alice.unvalued.front()].to == place(snapshot, "token:U"));
    const auto to_u =
        LookThrough(snapshot).between(place(snapshot, "account:alice"), key_of("token:U"));
    REQUIRE(to_u);
    CHECK(to_u->unvalued == 1);
    CHECK(to_u->direct_unvalued == 0);
    CHECK(to_u->total_unvalued == 0);
}

TEST_CASE("what only the token says is marked, and left out on demand", "[look_through]") {
    const Snapshot snapshot =
        GraphMaker()
            .claim("account:alice", "market:pool", "VAULT", 8)
            .bond("token:VAULT", EdgeKind::kWraps, "token:USDC", 8, Proof::kClaimed)
            .bond("token:VAULT", EdgeKind::kIssuedBy, "issuer:who", std::nullopt, Proof::kClaimed)
            .make();
    const Exposure all = exposure(snapshot, "account:alice");
    REQUIRE(all.terminals.size() == 1);
    CHECK(
        all.terminals.front() ==
        Terminal{.token = key_of("token:USDC"), .usd = 8, .claimed_usd = 8, .cut = false}
    );
    CHECK(gross(snapshot, all)["issuer:who"] == 8);
    const Exposure proven = exposure(snapshot, "account:alice", false);
    CHECK(ends(snapshot, proven) == Amounts{{"token:VAULT", 8}});
    CHECK(gross(snapshot, proven) == Amounts{{"market:pool", 8}, {"token:VAULT", 8}});
}

TEST_CASE("what has no value is listed, never 0", "[look_through]") {
    const Snapshot snapshot = GraphMaker()
                                  .claim("account:alice", "market:pool", "USDC", 8)
                                  .claim("account:alice", "market:pool", "ODD", std::nullopt)
                                  .make();
    const LookThrough graph(snapshot);
    const Exposure alice = graph.of(place(snapshot, "account:alice"));
    CHECK(alice.total_usd == U256(8));
    REQUIRE(alice.unvalued.size() == 1);
    const auto odd = graph.between(place(snapshot, "account:alice"), key_of("token:ODD"));
    REQUIRE(odd);
    CHECK(odd->usd.is_zero());
    CHECK(odd->unvalued == 1);
    CHECK(odd->direct_unvalued == 1);
    CHECK(odd->total_unvalued == 1);
    CHECK_FALSE(graph.between(0, key_of("token:NONE")));
}

TEST_CASE("who is exposed to a node is asked from its other end", "[look_through]") {
    const Snapshot snapshot = d3m().make();
    const LookThrough graph(snapshot);
    std::map<std::string, std::uint64_t> usd;
    for (const Exposed& exposed : graph.exposed_to(key_of("token:WETH"))) {
        usd[snapshot.nodes[exposed.from].name] = exposed.usd.low_u64();
    }
    CHECK(
        usd ==
        Amounts{
            {"account:alice", 1'000},
            {"market:spark", 1'000},
            {"market:vat", 2'250},
            {"protocol:spark", 1'000},
            {"protocol:maker", 2'250},
            {"token:DAI", 1'000},
            {"token:spDAI", 1'000},
            {"token:WETH", 2'000}
        }
    );
    CHECK(graph.exposed_to(key_of("token:NONE")).empty());
}

TEST_CASE("a part with nothing behind it ends in the token that was issued", "[look_through]") {
    const Snapshot snapshot =
        GraphMaker()
            .claim("account:alice", "market:pool", "DAI", 10)
            .edge(
                "token:DAI",
                EdgeKind::kBacked,
                "market:vat",
                {.part = "ETH-A", .token = "DAI", .usd = 9, .proof = Proof::kConfirmed}
            )
            .make();
    const Exposure alice = exposure(snapshot, "account:alice");
    CHECK(ends(snapshot, alice) == Amounts{{"token:DAI", 10}});
    CHECK(gross(snapshot, alice)["market:vat"] == 10);
}

TEST_CASE(
    "a wrapper whose wrapping has no amount is worth what markets have of it", "[look_through]"
) {
    const Snapshot snapshot = GraphMaker()
                                  .liquidity("market:pool", "wstETH", "wstETH", 90)
                                  .liquidity("market:comet", "wstETH", "wstETH", 10)
                                  .bond("token:wstETH", EdgeKind::kWraps, "token:stETH")
                                  .bond("token:idle", EdgeKind::kWraps, "token:stETH")
                                  .make();
    const Exposure wrapper = exposure(snapshot, "token:wstETH");
    CHECK(wrapper.total_usd == U256(100));
    CHECK(ends(snapshot, wrapper) == Amounts{{"token:stETH", 100}});
    CHECK(wrapper.unvalued.empty());
    const Exposure idle = exposure(snapshot, "token:idle");
    CHECK(idle.total_usd.is_zero());
    CHECK(idle.unvalued.size() == 1);
}

TEST_CASE("a dollar that comes to a node twice over counts once", "[look_through]") {
    // The pool owes to its own depositors' token, and two markets of a protocol to each other.
    const auto debt = [](std::uint64_t usd) {
        return Made{.part = "X", .token = "X", .usd = usd, .proof = Proof::kConfirmed};
    };
    const Snapshot snapshot = GraphMaker()
                                  .edge("market:one", EdgeKind::kDebt, "token:X", debt(10))
                                  .edge("market:one", EdgeKind::kDebt, "market:one", debt(20))
                                  .edge("market:one", EdgeKind::kDebt, "account:bob", debt(5))
                                  .bond("market:one", EdgeKind::kPartOf, "protocol:p")
                                  .make();
    const Exposure market = exposure(snapshot, "market:one");
    CHECK(market.total_usd == U256(35));
    CHECK(
        gross(snapshot, market) == Amounts{{"protocol:p", 35}, {"token:X", 35}, {"account:bob", 5}}
    );
    const Exposure protocol = exposure(snapshot, "protocol:p");
    CHECK(
        gross(snapshot, protocol) ==
        Amounts{{"market:one", 35}, {"token:X", 35}, {"account:bob", 5}}
    );
    CHECK(direct(snapshot, protocol) == gross(snapshot, protocol));
}

TEST_CASE("a contract that is a token or a market is exposed to what it holds", "[look_through]") {
    const Snapshot snapshot = GraphMaker()
                                  .node("token:USDC")
                                  .claim("token:VAULT", "market:aave", "USDC", 90)
                                  .claim("market:comet", "market:aave", "USDC", 30)
                                  .liquidity("market:comet", "WETH", "WETH", 70)
                                  .bond("token:VAULT", EdgeKind::kIssuedBy, "issuer:yearn")
                                  .bond("market:comet", EdgeKind::kGovernedBy, "governor:dao")
                                  .make();
    const Exposure vault = exposure(snapshot, "token:VAULT");
    CHECK(vault.total_usd == U256(90));
    CHECK(ends(snapshot, vault) == Amounts{{"token:USDC", 90}});
    CHECK(
        gross(snapshot, vault) ==
        Amounts{{"market:aave", 90}, {"token:USDC", 90}, {"issuer:yearn", 90}}
    );
    const Exposure comet = exposure(snapshot, "market:comet");
    CHECK(comet.total_usd == U256(100));
    CHECK(direct(snapshot, comet)["market:aave"] == 30);
    CHECK(direct(snapshot, comet)["governor:dao"] == 100);
    CHECK(LookThrough(snapshot).exposed_to(key_of("market:aave")).size() == 2);
}

TEST_CASE("what a contract holds is not counted beside the token that stands for it") {
    const Snapshot snapshot = GraphMaker()
                                  .claim("market:comet", "market:aave", "USDC", 30)
                                  .liquidity("market:comet", "aUSDC", "aUSDC", 30)
                                  .edge(
                                      "token:aUSDC",
                                      EdgeKind::kWraps,
                                      "market:aave",
                                      {.part = "USDC", .token = "USDC", .usd = 80}
                                  )
                                  .claim("token:stata", "market:aave", "USDC", 20)
                                  .bond("token:stata", EdgeKind::kWraps, "token:aUSDC", 20)
                                  .make();
    const Exposure comet = exposure(snapshot, "market:comet");
    CHECK(comet.total_usd == U256(30));
    CHECK(gross(snapshot, comet)["market:aave"] == 30);
    const Exposure stata = exposure(snapshot, "token:stata");
    CHECK(stata.total_usd == U256(20));
    CHECK(gross(snapshot, stata)["market:aave"] == 20);
}

}  // namespace
}  // namespace faultline::graph
