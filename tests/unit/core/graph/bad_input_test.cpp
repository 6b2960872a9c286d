// SPDX-License-Identifier: Apache-2.0
// What contracts and people may say that makes no sense, each by its name.
#include "unit/core/graph/leg_answers.hpp"
#include "unit/core/graph/leg_chain.hpp"
#include "unit/core/graph/leg_protocol.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/labelled.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

namespace faultline::graph {
namespace {

const Address kToken = token(0);
const NodeKey kNode = NodeKey::of(NodeKind::kToken, kToken);

void begin(Chain& chain) {
    chain.set({.market = 0, .holder = {}, .part = part(0), .side = {}}, 10);
    chain.live_block();
}

std::size_t wraps_of(const Snapshot& graph, const NodeKey& from) {
    return static_cast<std::size_t>(std::ranges::count_if(graph.edges, [&](const Edge& edge) {
        return graph.nodes[edge.from].key == from && edge.kind == EdgeKind::kWraps;
    }));
}

bool told(const Labelled& graph, const std::string& what) {
    return std::ranges::any_of(graph.contradictions, [&](const std::string& one) {
        return one.find(kToken.hex()) != std::string::npos && one.find(what) != std::string::npos;
    });
}

/// Whatever anybody says, every edge is between nodes, and every dollar ends somewhere.
void check_whole(const Snapshot& graph) {
    const LookThrough look(graph);
    for (NodeIndex node = 0; node < graph.nodes.size(); ++node) {
        const Exposure exposure = look.of(node);
        U256 sum = exposure.circular_usd;
        for (const Terminal& end : exposure.terminals) {
            sum = wrapping_add(sum, end.usd);
        }
        CHECK(sum == exposure.total_usd);
    }
    for (const Edge& edge : graph.edges) {
        CHECK(edge.from < graph.nodes.size());
        CHECK(edge.to < graph.nodes.size());
    }
}

TEST_CASE("bad input: a wrapper that wraps itself", "[graph]") {
    Chain chain;
    begin(chain);
    Contracts().say(kToken, eth::encode_call<"asset()">(), word_of(kToken)).settle(chain);
    const Labelled out = labelled(Labels(), 1, chain.graph.snapshot());
    CHECK(wraps_of(out.snapshot, kNode) == 0);
    CHECK(told(out, "wraps itself"));
    check_whole(out.snapshot);
}

TEST_CASE("bad input: wrappers that wrap each other", "[graph]") {
    Chain chain;
    begin(chain);
    Contracts()
        .say(kToken, eth::encode_call<"asset()">(), word_of(token(8)))
        .say(token(8), eth::encode_call<"asset()">(), word_of(kToken))
        .settle(chain);
    const Snapshot graph = chain.graph.snapshot();
    CHECK(wraps_of(graph, kNode) == 1);
    const auto market = graph.find(NodeKey::of(NodeKind::kMarket, address(0xcc, 0)));
    REQUIRE(market);
    CHECK_FALSE(LookThrough(graph).of(*market).circular_usd.is_zero());
    check_whole(graph);
}

TEST_CASE("bad input: a chain of wrappers without an end", "[graph]") {
    Chain chain;
    begin(chain);
    Contracts contracts;
    contracts.say(kToken, eth::encode_call<"asset()">(), word_of(token(100)));
    for (std::uint16_t i = 0; i < 200; ++i) {
        contracts.say(
            token(static_cast<std::uint16_t>(100 + i)),
            eth::encode_call<"asset()">(),
            word_of(token(static_cast<std::uint16_t>(101 + i)))
        );
    }
    // It ends: no more of them are asked than are followed.
    contracts.settle(chain);
    const Snapshot graph = chain.graph.snapshot();
    const auto has = [&graph](std::size_t number) {
        const Address at = token(static_cast<std::uint16_t>(number));
        return graph.find(NodeKey::of(NodeKind::kToken, at)).has_value();
    };
    CHECK(has(99 + kMostWrappers));
    CHECK_FALSE(has(100 + kMostWrappers));
    const auto market = graph.find(NodeKey::of(NodeKind::kMarket, address(0xcc, 0)));
    REQUIRE(market);
    const Exposure exposure = LookThrough(graph).of(*market);
    CHECK_FALSE(exposure.cut_usd.is_zero());
    CHECK(exposure.cut_usd <= exposure.total_usd);
    check_whole(graph);
}

TEST_CASE("bad input: a token that lies about its underlying", "[graph]") {
    Chain chain;
    begin(chain);
    Contracts contracts;
    contracts.say(kToken, eth::encode_call<"asset()">(), word_of(token(8)));
    const bool contradicts = GENERATE(true, false);
    if (contradicts) {
        contracts.say(kToken, eth::encode_call<"underlying()">(), word_of(token(9)));
    }
    contracts.settle(chain);
    Label label;
    label.chain = 1;
    label.address = kToken;
    label.wraps = token(7);
    const Labelled plain = labelled(Labels(), 1, chain.graph.snapshot());
    CHECK(told(plain, "different tokens") == contradicts);
    CHECK(wraps_of(plain.snapshot, kNode) == (contradicts ? 0 : 1));
    for (const Edge& edge : plain.snapshot.edges) {
        const bool of_token = plain.snapshot.nodes[edge.from].key == kNode;
        CHECK((!of_token || edge.kind != EdgeKind::kWraps || edge.proof == Proof::kClaimed));
    }
    // A label goes before what only the token says.
    const Labelled better = labelled(Labels::of({}, {label}).value(), 1, chain.graph.snapshot());
    CHECK(told(better, "underlying") != contradicts);
    CHECK(better.snapshot.find(NodeKey::of(NodeKind::kToken, token(7))));
    check_whole(plain.snapshot);
    check_whole(better.snapshot);
}

TEST_CASE("bad input: unknown decimals", "[graph]") {
    Chain chain;
    chain.legs().decimals_known = false;
    begin(chain);
    // More than any token has: that is no answer.
    Contracts().say(kToken, eth::encode_call<"decimals()">(), Bytes(32, 0xff)).settle(chain);
    const Snapshot graph = chain.graph.snapshot();
    const auto claim = std::ranges::find(graph.edges, EdgeKind::kSupplied, &Edge::kind);
    REQUIRE(claim != graph.edges.end());
    CHECK(claim->amount.ok());
    CHECK_FALSE(claim->decimals);
    check_whole(graph);
}

TEST_CASE("bad input: a label clash", "[graph]") {
    Label one;
    one.chain = 1;
    one.address = kToken;
    one.wraps = token(7);
    Label other = one;
    other.wraps = token(8);
    const auto refused = Labels::of({}, {one, other});
    REQUIRE_FALSE(refused);
    REQUIRE(refused.error().size() == 1);
    CHECK(refused.error().front().at == 1);
    CHECK(refused.error().front().earlier == 0);
    CHECK(refused.error().front().what == kToken.hex() + " has two labels as token");
}

TEST_CASE("bad input: an edge to a node that vanished in a reorg", "[graph]") {
    Chain chain;
    begin(chain);
    const Snapshot before = chain.graph.snapshot();
    // The wrapper, what it stands for and its market all came in the blocks that are taken back.
    Contracts()
        .say(kToken, eth::encode_call<"asset()">(), word_of(token(8)))
        .say(kToken, eth::encode_call<"comptroller()">(), word_of(token(9)))
        .say(token(8), eth::encode_call<"asset()">(), word_of(token(7)))
        .settle(chain);
    CHECK(chain.graph.snapshot().find(NodeKey::of(NodeKind::kToken, token(7))));
    while (chain.can_undo() > 1) {
        chain.undo();
        const Snapshot graph = chain.graph.snapshot();
        check_whole(graph);
        check_whole(labelled(Labels(), 1, graph).snapshot);
    }
    const Snapshot after = chain.graph.snapshot();
    CHECK_FALSE(after.find(NodeKey::of(NodeKind::kToken, token(8))));
    CHECK(after.nodes.size() == before.nodes.size());
    CHECK(after.edges.size() == before.edges.size());
    CHECK(after.sayings.empty());
    // Another branch, in which the token stands for something else.
    Contracts().say(kToken, eth::encode_call<"asset()">(), word_of(token(6))).settle(chain);
    const Snapshot branch = chain.graph.snapshot();
    CHECK(branch.find(NodeKey::of(NodeKind::kToken, token(6))));
    CHECK_FALSE(branch.find(NodeKey::of(NodeKind::kToken, token(8))));
    check_whole(branch);
}

}  // namespace
}  // namespace faultline::graph
