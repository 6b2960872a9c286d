// SPDX-License-Identifier: Apache-2.0
// Graphs at random, with cycles, wrappers of themselves and parts without value, against the
// definitions done slowly.
#include "property/graph_reference.hpp"
#include "unit/core/graph/graph_maker.hpp"

#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/limits.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace faultline::graph {
namespace {

using Random = std::mt19937_64;

constexpr std::uint64_t kTokens = 9;
constexpr std::uint64_t kMarkets = 3;
constexpr unsigned kSeeds = 120;

std::uint64_t below(Random& random, std::uint64_t bound) {
    return random() % bound;
}

std::string one_of(Random& random, const std::string& kind, std::uint64_t count) {
    return kind + std::to_string(below(random, count));
}

std::optional<std::uint64_t> usd(Random& random) {
    switch (below(random, 8)) {
        case 0:
            return std::nullopt;
        case 1:
            return 0;
        case 2:
            return 1 + below(random, 9);
        default:
            return below(random, 1'000'000'000'000'000ULL);
    }
}

Proof proof(Random& random) {
    return below(random, 5) == 0 ? Proof::kClaimed : Proof::kConfirmed;
}

/// Contracts that are nodes themselves hold and owe, too.
std::string holder_of(Random& random) {
    switch (below(random, 4)) {
        case 0:
            return one_of(random, "market:m", kMarkets);
        case 1:
            return one_of(random, "token:T", kTokens);
        default:
            return one_of(random, "account:a", 4);
    }
}

void add_amount(Random& random, GraphMaker& maker) {
    const std::string word = one_of(random, "T", kTokens);
    const std::string market = one_of(random, "market:m", kMarkets);
    const std::string holder = holder_of(random);
    const Made made{.part = word, .token = word, .usd = usd(random), .proof = proof(random)};
    switch (below(random, 4)) {
        case 0:
            maker.edge(holder, EdgeKind::kSupplied, market, made);
            return;
        case 1:
            maker.edge(holder, EdgeKind::kCollateral, market, made);
            return;
        case 2:
            maker.edge(market, EdgeKind::kDebt, holder, made);
            return;
        default:
            maker.edge(market, EdgeKind::kLiquidity, "token:" + word, made);
    }
}

void add_standing(Random& random, GraphMaker& maker) {
    const std::string token = one_of(random, "token:T", kTokens);
    const std::string word = one_of(random, "T", kTokens);
    const std::string market = one_of(random, "market:m", kMarkets);
    const std::string ilk = one_of(random, "ILK", 3);
    switch (below(random, 4)) {
        case 0:
            maker.bond(token, EdgeKind::kWraps, "token:" + word, usd(random), proof(random));
            return;
        case 1:
            maker.edge(
                token,
                EdgeKind::kWraps,
                market,
                {.part = word, .token = word, .usd = usd(random), .proof = proof(random)}
            );
            return;
        case 2:
            maker.edge(
                token,
                EdgeKind::kBacked,
                market,
                {.part = ilk, .token = word, .usd = usd(random), .proof = proof(random)}
            );
            return;
        default:
            maker.liquidity(market, ilk, word, usd(random));
    }
}

void add_bond(Random& random, GraphMaker& maker) {
    const std::string market = one_of(random, "market:m", kMarkets);
    switch (below(random, 5)) {
        case 0:
            maker.bond(
                one_of(random, "token:T", kTokens),
                EdgeKind::kIssuedBy,
                one_of(random, "issuer:i", 3),
                std::nullopt,
                proof(random)
            );
            return;
        case 1:
            maker.bond(one_of(random, "token:T", kTokens), EdgeKind::kBridgedBy, "bridge:b");
            return;
        case 2:
            maker.bond(market, EdgeKind::kGovernedBy, one_of(random, "governor:g", 2));
            return;
        case 3:
            maker.edge(
                market,
                EdgeKind::kPricedBy,
                one_of(random, "oracle:o", 3),
                {.part = one_of(random, "T", kTokens),
                 .token = {},
                 .usd = std::nullopt,
                 .proof = Proof::kConfirmed}
            );
            return;
        default:
            maker.bond(market, EdgeKind::kPartOf, one_of(random, "protocol:p", 2));
    }
}

Snapshot random_graph(unsigned seed) {
    Random random(seed);
    GraphMaker maker;
    for (std::uint64_t token = 0; token < kTokens; ++token) {
        maker.node("token:T" + std::to_string(token));
    }
    const std::uint64_t standing = below(random, 16);
    for (int i = 0; i < 18; ++i) {
        add_amount(random, maker);
    }
    for (std::uint64_t i = 0; i < standing; ++i) {
        add_standing(random, maker);
    }
    for (int i = 0; i < 10; ++i) {
        add_bond(random, maker);
    }
    return maker.make();
}

bool has_assets(const Node& node) {
    return node.key.kind == NodeKind::kAccount || node.key.kind == NodeKind::kMarket ||
           node.key.kind == NodeKind::kProtocol || node.key.kind == NodeKind::kToken;
}

/// Each split rounds by less than a unit for each way, once for a state, or in each round.
Big tolerance(const Snapshot& snapshot) {
    return Big(300 * snapshot.edges.size()) << GraphReference::kShift;
}

void check_gross(
    const Snapshot& snapshot, NodeIndex from, const Following& following, const Exposure& exposure
) {
    const GraphReference reference(snapshot, following.claimed);
    const LookThrough graph(snapshot);
    const Big slack = tolerance(snapshot);
    for (const Gross& gross : exposure.gross) {
        CAPTURE(snapshot.nodes[snapshot.find(gross.node).value()].name);
        CHECK(gross.usd <= exposure.total_usd);
        CHECK(gross.direct_usd <= gross.usd);
        CHECK(gross.claimed_usd <= gross.usd);
        const auto expected = reference.run(from, gross.node);
        const Big got = GraphReference::cut(gross.usd);
        // What was still on its way when the rounds ended may be missing.
        CHECK(got <= expected.absorbed + expected.still_moving + slack);
        CHECK(got + GraphReference::cut(exposure.circular_usd) + slack >= expected.absorbed);
        const auto between = graph.between(from, gross.node, following);
        REQUIRE(between);
        CHECK(between->usd == gross.usd);
        CHECK(between->claimed_usd == gross.claimed_usd);
        CHECK(between->direct_usd == gross.direct_usd);
        CHECK(between->direct_unvalued <= between->unvalued);
        if (exposure.unvalued.empty()) {
            CHECK(between->unvalued == 0);
            CHECK(between->total_unvalued == 0);
        }
    }
}

void check_ends(
    const Snapshot& snapshot, NodeIndex from, const Following& following, const Exposure& exposure
) {
    auto expected = GraphReference(snapshot, following.claimed).run(from, std::nullopt);
    const Big slack = tolerance(snapshot);
    U256 sum = exposure.circular_usd;
    for (const Terminal& end : exposure.terminals) {
        sum = wrapping_add(sum, end.usd);
        const Big got = GraphReference::cut(end.usd);
        const Big want = expected.ends[end.token];
        CHECK(got <= want + expected.still_moving + slack);
        CHECK(got + GraphReference::cut(exposure.circular_usd) + slack >= want);
        expected.ends.erase(end.token);
    }
    CHECK(sum == exposure.total_usd);
    for (const auto& [token, missed] : expected.ends) {
        CHECK(missed <= slack);
    }
    CHECK(GraphReference::cut(exposure.circular_usd) + slack >= expected.still_moving);
    for (const Gross& gross : exposure.gross) {
        expected.seen.erase(gross.node);
    }
    for (const NodeKey& missed : expected.seen) {
        CHECK(GraphReference(snapshot, following.claimed).run(from, missed).absorbed <= slack);
    }
}

TEST_CASE(
    "look-through of random graphs conserves, and is what the definitions say", "[look_through]"
) {
    for (unsigned seed = 0; seed < kSeeds; ++seed) {
        const Snapshot snapshot = random_graph(seed);
        const LookThrough graph(snapshot);
        for (NodeIndex from = 0; from < snapshot.nodes.size(); ++from) {
            if (!has_assets(snapshot.nodes[from])) {
                continue;
            }
            CAPTURE(seed, snapshot.nodes[from].name);
            const Following following{.claimed = seed % 2 == 0};
            const Exposure exposure = graph.of(from, following);
            check_ends(snapshot, from, following, exposure);
            check_gross(snapshot, from, following, exposure);
        }
    }
}

TEST_CASE("paths of random graphs never take more than there is", "[paths]") {
    for (unsigned seed = 0; seed < kSeeds; ++seed) {
        const Snapshot snapshot = random_graph(seed);
        const LookThrough graph(snapshot);
        for (NodeIndex from = 0; from < snapshot.nodes.size(); ++from) {
            for (const Gross& gross : graph.of(from).gross) {
                CAPTURE(seed, snapshot.nodes[from].name);
                const Paths found = graph.paths(from, gross.node);
                U256 sum = found.uncovered_usd;
                for (const Path& path : found.paths) {
                    sum = wrapping_add(sum, path.usd);
                    CHECK(path.steps.front().node == snapshot.nodes[from].key);
                    CHECK(path.steps.back().node == gross.node);
                }
                CHECK(found.exposure_usd == gross.usd);
                CHECK(sum == gross.usd);
                CHECK(std::ranges::is_sorted(found.paths, std::ranges::greater{}, &Path::usd));
            }
        }
    }
}

TEST_CASE("the order of the edges changes nothing", "[look_through]") {
    for (unsigned seed = 0; seed < kSeeds; ++seed) {
        const Snapshot snapshot = random_graph(seed);
        Snapshot shuffled = snapshot;
        Random random(seed);
        std::ranges::shuffle(shuffled.edges, random);
        const LookThrough one(snapshot);
        const LookThrough other(shuffled);
        for (NodeIndex from = 0; from < snapshot.nodes.size(); ++from) {
            CAPTURE(seed, snapshot.nodes[from].name);
            const Exposure a = one.of(from);
            const Exposure b = other.of(from);
            CHECK(a.terminals == b.terminals);
            CHECK(a.gross == b.gross);
            CHECK(a.circular_usd == b.circular_usd);
            CHECK(a.owes == b.owes);
            CHECK(a.unvalued.size() == b.unvalued.size());
            CHECK(
                one.exposed_to(snapshot.nodes[from].key) ==
                other.exposed_to(snapshot.nodes[from].key)
            );
        }
    }
}

TEST_CASE("more of an asset is no less of anything that it stands for", "[look_through]") {
    for (unsigned seed = 0; seed < kSeeds; ++seed) {
        const Snapshot snapshot = random_graph(seed);
        Snapshot more = snapshot;
        for (Edge& edge : more.edges) {
            if (edge.kind == EdgeKind::kSupplied && edge.usd.ok()) {
                edge.usd.value = wrapping_add(edge.usd.value, 1'000'000);
            }
        }
        const LookThrough one(snapshot);
        const LookThrough other(more);
        for (NodeIndex from = 0; from < snapshot.nodes.size(); ++from) {
            if (snapshot.nodes[from].key.kind != NodeKind::kAccount) {
                continue;
            }
            CAPTURE(seed, snapshot.nodes[from].name);
            const U256 slack(300 * snapshot.edges.size());
            for (const Gross& gross : one.of(from).gross) {
                const auto grown = other.between(from, gross.node);
                REQUIRE(grown);
                CHECK(wrapping_add(grown->usd, slack) >= gross.usd);
            }
        }
    }
}

TEST_CASE("no claim takes anything from what is proven", "[look_through]") {
    for (unsigned seed = 0; seed < kSeeds; ++seed) {
        const Snapshot snapshot = random_graph(seed);
        // Whatever tokens say of themselves.
        Snapshot bold = snapshot;
        for (Edge& edge : bold.edges) {
            if (edge.kind == EdgeKind::kWraps && edge.proof == Proof::kClaimed) {
                edge.usd = edge.amount = Figure<U256>::of(U256::max());
            }
        }
        const LookThrough one(snapshot);
        const LookThrough other(bold);
        for (NodeIndex from = 0; from < snapshot.nodes.size(); ++from) {
            // Of contracts, what their tokens claim to lead to is not counted beside their own.
            if (snapshot.nodes[from].key.kind != NodeKind::kAccount) {
                continue;
            }
            CAPTURE(seed, snapshot.nodes[from].name);
            const Exposure proven = one.of(from, {.claimed = false});
            const Exposure all = other.of(from);
            CHECK(all.total_usd >= proven.total_usd);
            for (const Gross& gross : proven.gross) {
                CAPTURE(snapshot.nodes[snapshot.find(gross.node).value()].name);
                const auto with = other.between(from, gross.node);
                REQUIRE(with);
                // What went round by claims when its rounds ended is missing, and what rounding
                // took.
                U256 there = wrapping_add(with->usd, all.circular_usd);
                there = wrapping_add(there, U256(300 * snapshot.edges.size()));
                CHECK(there >= gross.usd);
                CHECK(with->usd <= all.total_usd);
            }
        }
    }
}

TEST_CASE("one node is measured to all as to each of them", "[limits]") {
    for (unsigned seed = 0; seed < kSeeds; ++seed) {
        const Snapshot snapshot = random_graph(seed);
        const LookThrough graph(snapshot);
        Question question{
            .from = {},
            .to = Any{},
            .reach = seed % 3 == 0 ? Reach::kDirect : Reach::kLookThrough,
            .measure = seed % 5 == 0 ? Measure::kShareOfAssets : Measure::kUsd,
            .following = {.claimed = seed % 2 == 0},
        };
        for (const Node& from : snapshot.nodes) {
            CAPTURE(seed, from.name);
            question.from = from.key;
            question.to = Any{};
            const std::vector<Measured> all = measure(graph, question);
            for (const Node& to : snapshot.nodes) {
                CAPTURE(to.name);
                question.to = to.key;
                const Measured one = measure(graph, question).at(0);
                const bool told = !one.known_usd.is_zero() || one.unvalued != 0;
                CHECK(std::ranges::count(all, one) == (told ? 1 : 0));
            }
        }
    }
}

}  // namespace
}  // namespace faultline::graph
