// SPDX-License-Identifier: Apache-2.0
// Shape and concentration against figures done by hand, and graphs with next to nothing in them.
#include <faultline/core/network/communities.hpp>
#include <faultline/core/network/concentration.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/importance.hpp>
#include <faultline/core/network/page_rank.hpp>
#include <faultline/core/network/sectors.hpp>
#include <faultline/core/network/topology.hpp>

#include <catch2/catch.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

using namespace faultline;
using namespace faultline::network;

namespace {

Graph graph_of(Node nodes, const std::vector<Edge>& edges) {
    auto graph = Graph::from_edges(nodes, edges);
    REQUIRE(graph);
    return *std::move(graph);
}

bool near(double a, double b) {
    return std::abs(a - b) <= 1e-12;
}

}  // namespace

TEST_CASE("edges become sorted rows by source and by target, parallel ones added up") {
    const Graph graph =
        graph_of(3, {{2, 0, 1.0}, {0, 2, 4.0}, {0, 1, 2.0}, {0, 2, 3.0}, {1, 1, 0.0}});
    REQUIRE(graph.edge_count() == 4);
    const Row first = graph.out().row(0);
    REQUIRE(std::vector<Node>(first.nodes.begin(), first.nodes.end()) == std::vector<Node>{1, 2});
    REQUIRE(
        std::vector<double>(first.weights.begin(), first.weights.end()) == std::vector<double>{2, 7}
    );
    const Row to_one = graph.in().row(1);
    REQUIRE(std::vector<Node>(to_one.nodes.begin(), to_one.nodes.end()) == std::vector<Node>{0, 1});
    REQUIRE(degrees(graph, Side::kBoth) == std::vector<double>{3, 3, 2});
    REQUIRE(strengths(graph, Side::kIn) == std::vector<double>{1, 2, 7});
}

TEST_CASE("a graph refuses what is no edge and names it") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double most = std::numeric_limits<double>::max();
    for (const Edge& wrong :
         {Edge{0, 2, 1}, Edge{2, 0, 1}, Edge{0, 1, nan}, Edge{0, 1, -1}, Edge{0, 1, HUGE_VAL}}) {
        const std::vector<Edge> edges{{1, 0, 1}, wrong};
        const auto graph = Graph::from_edges(2, edges);
        REQUIRE_FALSE(graph);
        REQUIRE(graph.error().code() == Code::kInvalid);
        REQUIRE(graph.error().message().find("edge 1 ") != std::string::npos);
    }
    const std::vector<Edge> overflow{{0, 1, most}, {0, 1, most}};
    REQUIRE_FALSE(Graph::from_edges(2, overflow));
}

TEST_CASE("nothing of an empty graph, or of one node, is NaN") {
    for (const Node nodes : {0U, 1U}) {
        const Graph graph = graph_of(nodes, {});
        REQUIRE_FALSE(density(graph));
        REQUIRE_FALSE(reciprocity(graph));
        REQUIRE_FALSE(degree_assortativity(graph));
        REQUIRE_FALSE(hhi(degrees(graph, Side::kBoth)));
        REQUIRE_FALSE(gini(degrees(graph, Side::kBoth)));
        REQUIRE_FALSE(top_share(degrees(graph, Side::kBoth), 1));
        REQUIRE(core_numbers(graph) == std::vector<std::uint32_t>(nodes, 0));
        const PageRank rank = page_rank(graph, {});
        REQUIRE(rank.converged);
        REQUIRE(rank.ranks == std::vector<double>(nodes, 1.0));
        const auto found = communities(graph, {});
        REQUIRE(found);
        REQUIRE(found->count == nodes);
        REQUIRE_FALSE(found->modularity);
        REQUIRE(interconnectedness(graph) == std::vector<double>(nodes, 0.0));
        const SectorMatrix sectors(graph, std::vector<std::uint32_t>(nodes, 0), 1);
        REQUIRE_FALSE(sectors.spillover_hhi());
        REQUIRE_FALSE(sectors.cross_sector_ratio());
    }
}

TEST_CASE("concentration by hand") {
    const std::vector<double> values{1, 3, 0, 4};
    REQUIRE(near(*hhi(values), (1.0 + 9 + 16) / 64));
    // sorted 0 1 3 4: (2 (0 + 2 + 9 + 16) - 5 * 8) / (4 * 8)
    REQUIRE(near(*gini(values), 14.0 / 32));
    REQUIRE(near(*gini_by_lorenz_sum(values), 1 - 2 * (0.0 + 1 + 4 + 8) / (4 * 8)));
    REQUIRE(near(*top_share(values, 2), 7.0 / 8));
    REQUIRE(near(*top_share(values, 9), 1));
    REQUIRE(near(*value_entropy(std::vector<double>{1, 1, 2, 3}), 1.5 * std::log(2.0)));
    REQUIRE(*value_entropy(std::vector<double>{7, 7}) == 0);
    REQUIRE(near(*gini(std::vector<double>{5, 5, 5}), 0));
    REQUIRE_FALSE(hhi(std::vector<double>{0, 0}));
    REQUIRE_FALSE(hhi(std::vector<double>{1, -1}));
    REQUIRE_FALSE(gini(std::vector<double>{1, std::numeric_limits<double>::quiet_NaN()}));
}

TEST_CASE("shape by hand") {
    // 0 <-> 1 -> 2 -> 0, 3 alone but for a loop
    const Graph graph = graph_of(4, {{0, 1, 1}, {1, 0, 1}, {1, 2, 1}, {2, 0, 1}, {3, 3, 1}});
    REQUIRE(near(*density(graph), 5.0 / 12));
    REQUIRE(near(*reciprocity(graph), 2.0 / 4));
    REQUIRE(core_numbers(graph) == std::vector<std::uint32_t>{2, 2, 2, 0});
    const Graph ring = graph_of(3, {{0, 1, 1}, {1, 2, 1}, {2, 0, 1}});
    REQUIRE_FALSE(degree_assortativity(ring));
}

TEST_CASE("rank of a node that nothing leaves is spread over all") {
    // r0 = .15/2 + .85 (r1 / 2), r1 = .15/2 + .85 (r0 + r1 / 2)
    const PageRank rank = page_rank(graph_of(2, {{0, 1, 5}}), {});
    REQUIRE(rank.converged);
    REQUIRE(near(rank.ranks[0], 0.5 / 1.425));
    REQUIRE(near(rank.ranks[0] + rank.ranks[1], 1));
    REQUIRE(rank.last_change < 1e-12);
    REQUIRE_FALSE(
        page_rank(graph_of(2, {{0, 1, 5}}), {.damping = 0.85, .tolerance = 0, .most_rounds = 3})
            .converged
    );
}

TEST_CASE("ranks depend on shares of weight, however small or large the weights") {
    const std::vector<Edge> edges{{0, 1, 1}, {0, 2, 1}, {1, 0, 1}, {2, 1, 1}};
    const std::vector<double> expected = page_rank(graph_of(3, edges), {}).ranks;
    for (const double unit : {std::numeric_limits<double>::denorm_min(), 1e-300, 1e300}) {
        std::vector<Edge> scaled = edges;
        for (Edge& edge : scaled) {
            edge.weight = unit;
        }
        REQUIRE(page_rank(graph_of(3, scaled), {}).ranks == expected);
    }
}

TEST_CASE("sectors by hand") {
    const std::vector<std::uint32_t> sector_of{0, 0, 1, 2};
    const Graph graph = graph_of(4, {{0, 1, 1}, {0, 2, 2}, {2, 1, 3}, {3, 2, 4}});
    const SectorMatrix sectors(graph, sector_of, 3);
    REQUIRE(sectors.at(0, 0) == 1);
    REQUIRE(sectors.at(1, 0) == 3);
    REQUIRE(near(*sectors.density(), 4.0 / 9));
    REQUIRE(near(*sectors.cross_sector_ratio(), 9.0 / 10));
    REQUIRE(near(*sectors.spillover_hhi(), (4.0 + 9 + 16) / 81));
    REQUIRE(near(*sectors.row_share(0, 1), 2.0 / 3));
    REQUIRE(near(*sectors.contraction(0), -(4.0 - 3) / 7));
    REQUIRE(near(*sectors.contraction(2), 1));
    REQUIRE(near(*sectors.pressure(0), -(6.0 - 3) / 9));
    REQUIRE(near(*sectors.connection_concentration(1), (25.0 + 16) / 81));
    REQUIRE(sectors.partners(1) == 2);
    REQUIRE(sectors.partners(2) == 1);
    REQUIRE_FALSE(SectorMatrix(2).pressure(0));
}

TEST_CASE("importance by hand") {
    std::vector<Edge> edges;
    for (Node other = 1; other <= 6; ++other) {
        edges.push_back({0, other, static_cast<double>(other)});
    }
    const Graph graph = graph_of(7, edges);
    const std::vector<double> tails = tail_shares(graph);
    REQUIRE(near(tails[0], 20.0 / 21));
    REQUIRE(tails[1] == 0);
    const std::vector<double> ranks{0.1, 0.2, 0.1, 0.1, 0.1, 0.1, 0.4};
    const std::vector<double> sizes{0, 0, 0, 0, 0, std::exp(1.0) - 1, std::exp(2.0) - 1};
    const std::vector<double> scores = systemic_importance(graph, ranks, sizes, {});
    REQUIRE(near(scores[0], (0.25 + 20.0 / 21) / 3));
    REQUIRE(near(scores[5], (0.25 + 0.5) / 3));
    REQUIRE(near(scores[6], 2.0 / 3));
    const std::vector<double> nothing(7);
    REQUIRE(near(systemic_importance(graph, nothing, nothing, {})[0], 20.0 / 63));
    REQUIRE(near(interconnectedness(graph)[0], 0.5));
    REQUIRE(near(interconnectedness(graph)[6], 6.0 / 42));
}

TEST_CASE("leverage counts a receipt of a deposit once") {
    const ValueLocked value =
        value_locked(std::vector<double>{100, 60, 40}, std::vector<double>{0, 60, 40});
    REQUIRE(value.total == 200);
    REQUIRE(value.redeemable == 100);
    REQUIRE(*value.multiplier == 2);
    REQUIRE_FALSE(value_locked(std::vector<double>{1}, std::vector<double>{1}).multiplier);
}

TEST_CASE("two cliques with a bridge are two communities, the same with the same seed") {
    std::vector<Edge> edges{{0, 4, 0.5}};
    for (const Node first : {0U, 4U}) {
        for (Node a = first; a < first + 4; ++a) {
            for (Node b = a + 1; b < first + 4; ++b) {
                edges.push_back({a, b, 1});
            }
        }
    }
    const Graph graph = graph_of(8, edges);
    const auto found = communities(graph, {.resolution = 1, .seed = 7, .iterations = 2});
    REQUIRE(found);
    REQUIRE(found->of == std::vector<std::uint32_t>{0, 0, 0, 0, 1, 1, 1, 1});
    REQUIRE(found->count == 2);
    // m = 12.5, each inside 6, K = 12.5: 12 / 12.5 - 2 / 4
    REQUIRE(near(*found->modularity, 12 / 12.5 - 0.5));
    REQUIRE(communities(graph, {.resolution = 1, .seed = 7, .iterations = 2})->of == found->of);
}

TEST_CASE("communities and modularity depend on ratios of weights alone") {
    const auto cliques = [](double weight) {
        std::vector<Edge> edges{{0, 5, weight}};
        for (const Node first : {0U, 5U}) {
            for (Node a = first; a < first + 5; ++a) {
                for (Node b = a + 1; b < first + 5; ++b) {
                    edges.push_back({a, b, weight});
                }
            }
        }
        return graph_of(10, edges);
    };
    const std::vector<std::uint32_t> halves{0, 0, 0, 0, 0, 1, 1, 1, 1, 1};
    for (const double weight :
         {5e-324,
          1e-300,
          1e-200,
          1e-100,
          1e-12,
          0.3,
          1.0,
          1e6,
          1e12,
          1e18,
          1e20,
          1e100,
          1e200,
          1e300,
          std::numeric_limits<double>::max()}) {
        CAPTURE(weight);
        const Graph graph = cliques(weight);
        const auto found = communities(graph, {});
        REQUIRE(found);
        CHECK(found->of == halves);
        // m = 21, each inside 10, K = 21
        REQUIRE(found->modularity);
        CHECK(near(*found->modularity, 20.0 / 21 - 0.5));
        CHECK(near(modularity(graph, halves, 1).value(), 20.0 / 21 - 0.5));
    }
}
