// SPDX-License-Identifier: Apache-2.0
// Chains and circles of wrappers that nobody would make but to be a nuisance.
#include "unit/core/graph/graph_maker.hpp"

#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace faultline::graph {
namespace {

constexpr std::size_t kLong = 50'000;

/// "W00007"; counted down, so that no order of keys helps.
std::string wrapper(std::size_t number) {
    const std::string digits = std::to_string(kLong - number);
    return "W" + std::string(5 - digits.size(), '0') + digits;
}

/// Each wraps the next one.
GraphMaker chain_of(std::size_t wrappers) {
    GraphMaker maker;
    for (std::size_t i = 0; i + 1 < wrappers; ++i) {
        maker.bond(
            "token:" + wrapper(i),
            EdgeKind::kWraps,
            "token:" + wrapper(i + 1),
            std::nullopt,
            Proof::kClaimed
        );
    }
    return maker;
}

void close(GraphMaker& maker, std::size_t wrappers) {
    maker.bond("token:" + wrapper(wrappers - 1), EdgeKind::kWraps, "token:" + wrapper(0));
}

U256 conserved(const Exposure& exposure) {
    U256 sum = exposure.circular_usd;
    for (const Terminal& end : exposure.terminals) {
        sum = wrapping_add(sum, end.usd);
    }
    return sum;
}

Exposure of_alice(const LookThrough& graph) {
    return graph.of(graph.snapshot().find(key_of("account:alice")).value());
}

TEST_CASE("a chain of 50,000 wrappers is cut where it is told, and nothing is lost", "[graph]") {
    const bool circle = GENERATE(false, true);
    GraphMaker maker = chain_of(kLong);
    if (circle) {
        close(maker, kLong);
    }
    maker.claim("account:alice", "market:pool", wrapper(0), 1'000);
    const Snapshot snapshot = maker.make();
    const LookThrough graph(snapshot);
    const Exposure alice = of_alice(graph);
    CHECK(alice.total_usd == U256(1'000));
    CHECK(conserved(alice) == alice.total_usd);
    CHECK(alice.cut_usd == U256(1'000));
    CHECK(alice.circular_usd.is_zero());
    REQUIRE(alice.terminals.size() == 1);
    const Terminal& end = alice.terminals.front();
    CHECK(end.cut);
    CHECK(end.token == key_of("token:" + wrapper(kMostWrappers - 1)));
    CHECK(end.usd == U256(1'000));
    CHECK(alice.gross.size() == kMostWrappers + 1);
    // The edge that was not followed is named, so no limit takes what is behind it for 0.
    REQUIRE(alice.unvalued.size() == 1);
    const Edge& cut = snapshot.edges[alice.unvalued.front()];
    CHECK(snapshot.nodes[cut.to].key == key_of("token:" + wrapper(kMostWrappers)));
    const auto last = graph.between(
        snapshot.find(key_of("account:alice")).value(), key_of("token:" + wrapper(kLong - 1))
    );
    REQUIRE(last);
    CHECK(last->usd.is_zero());
    CHECK(last->unvalued == 1);
    CHECK(graph.exposed_to(key_of("token:" + wrapper(kLong - 1))).size() >= 2);
}

TEST_CASE("a chain that is just short enough is followed to its end", "[graph]") {
    GraphMaker maker = chain_of(kMostWrappers);
    maker.claim("account:alice", "market:pool", wrapper(0), 10);
    const Snapshot snapshot = maker.make();
    const Exposure alice = of_alice(LookThrough(snapshot));
    REQUIRE(alice.terminals.size() == 1);
    CHECK_FALSE(alice.terminals.front().cut);
    CHECK(alice.terminals.front().claimed_usd == U256(10));
    CHECK(alice.cut_usd.is_zero());
    CHECK(alice.unvalued.empty());
}

TEST_CASE("a circle of 2,000 wrappers that are all held is cut at each of them", "[graph]") {
    constexpr std::size_t kHeld = 2'000;
    GraphMaker maker = chain_of(kHeld);
    close(maker, kHeld);
    for (std::size_t i = 0; i < kHeld; ++i) {
        maker.claim("account:alice", "market:pool", wrapper(i), 2);
    }
    const Snapshot snapshot = maker.make();
    const LookThrough graph(snapshot);
    const Exposure alice = of_alice(graph);
    CHECK(alice.total_usd == U256(2 * kHeld));
    CHECK(alice.cut_usd == alice.total_usd);
    CHECK(conserved(alice) == alice.total_usd);
}

}  // namespace
}  // namespace faultline::graph
