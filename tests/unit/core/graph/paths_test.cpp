// SPDX-License-Identifier: Apache-2.0
#include "unit/core/graph/graph_maker.hpp"

#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

using Ways = std::vector<std::pair<std::string, std::uint64_t>>;

Paths paths(
    const Snapshot& snapshot,
    std::string_view from,
    std::string_view to,
    const PathLimits& limits = {}
) {
    return LookThrough(snapshot).paths(snapshot.find(key_of(from)).value(), key_of(to), limits);
}

/// "alice > pool > USDC"
Ways ways(const Snapshot& snapshot, const Paths& found) {
    Ways out;
    for (const Path& path : found.paths) {
        std::string text;
        for (const Step& step : path.steps) {
            const std::string name = snapshot.nodes[snapshot.find(step.node).value()].name;
            text += (text.empty() ? "" : " > ") + name.substr(name.find(':') + 1);
            if (step.edge != kNoEdge) {
                const NodeIndex to = snapshot.edges[step.edge].to;
                const NodeIndex from = snapshot.edges[step.edge].from;
                // An edge leads to the node of its step; a market's to its protocol from it.
                CHECK((snapshot.nodes[to].key == step.node || snapshot.nodes[from].key == step.node)
                );
            }
        }
        out.emplace_back(text, path.usd.low_u64());
    }
    return out;
}

Snapshot two_ways() {
    return GraphMaker()
        .claim("account:alice", "market:pool", "wstETH", 60)
        .claim("account:alice", "market:comet", "LP", 40)
        .liquidity("market:pool", "wstETH", "wstETH", 900)
        .bond("market:pool", EdgeKind::kPartOf, "protocol:aave")
        .bond("token:wstETH", EdgeKind::kWraps, "token:stETH", 1'000)
        .bond("token:LP", EdgeKind::kWraps, "token:wstETH", 1)
        .bond("token:LP", EdgeKind::kWraps, "token:USDC", 3)
        .bond("token:stETH", EdgeKind::kIssuedBy, "issuer:lido")
        .make();
}

TEST_CASE("paths are found by what takes them, with the edges they are of", "[paths]") {
    const Snapshot snapshot = two_ways();
    const Paths lido = paths(snapshot, "account:alice", "issuer:lido");
    CHECK(
        ways(snapshot, lido) ==
        Ways{
            {"alice > pool > wstETH > stETH > lido", 60},
            {"alice > comet > LP > wstETH > stETH > lido", 10}
        }
    );
    CHECK(lido.exposure_usd == U256(70));
    CHECK(lido.uncovered_usd.is_zero());
    CHECK(
        ways(snapshot, paths(snapshot, "protocol:aave", "token:stETH")) ==
        Ways{{"aave > pool > wstETH > stETH", 900}}
    );
    CHECK(ways(snapshot, paths(snapshot, "token:LP", "token:USDC")) == Ways{{"LP > USDC", 3}});
}

TEST_CASE("what the limits leave out is said", "[paths]") {
    const Snapshot snapshot = two_ways();
    const Paths one = paths(
        snapshot,
        "account:alice",
        "issuer:lido",
        {.paths = 1, .depth = 16, .visits = 99, .following = {}}
    );
    CHECK(one.paths.size() == 1);
    CHECK(one.uncovered_usd == U256(10));
    const Paths shallow = paths(
        snapshot,
        "account:alice",
        "issuer:lido",
        {.paths = 9, .depth = 5, .visits = 99, .following = {}}
    );
    CHECK(shallow.paths.size() == 1);
    const Paths hasty = paths(
        snapshot,
        "account:alice",
        "issuer:lido",
        {.paths = 9, .depth = 16, .visits = 0, .following = {}}
    );
    CHECK(hasty.paths.empty());
    CHECK(hasty.uncovered_usd == hasty.exposure_usd);
}

TEST_CASE("a path comes by no node twice, so cycles leave something uncovered", "[paths]") {
    const Snapshot snapshot = GraphMaker()
                                  .claim("account:alice", "market:pool", "A", 64)
                                  .bond("token:A", EdgeKind::kWraps, "token:B", 1)
                                  .bond("token:A", EdgeKind::kWraps, "token:X", 1)
                                  .bond("token:B", EdgeKind::kWraps, "token:A", 1)
                                  .make();
    const Paths found = paths(snapshot, "account:alice", "token:X");
    CHECK(ways(snapshot, found) == Ways{{"alice > pool > A > X", 32}});
    CHECK(found.exposure_usd == U256(64));
    CHECK(found.uncovered_usd == U256(32));
}

TEST_CASE("who borrowed from a market is on the path by the debt", "[paths]") {
    const Snapshot snapshot =
        GraphMaker()
            .edge(
                "market:pool",
                EdgeKind::kDebt,
                "account:bob",
                {.part = "DAI", .token = "DAI", .usd = 7, .proof = Proof::kConfirmed}
            )
            .bond("market:pool", EdgeKind::kPartOf, "protocol:aave")
            .make();
    CHECK(
        ways(snapshot, paths(snapshot, "protocol:aave", "account:bob")) ==
        Ways{{"aave > pool > bob", 7}}
    );
}

}  // namespace
}  // namespace faultline::graph
