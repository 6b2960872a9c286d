// SPDX-License-Identifier: Apache-2.0
// How losses spread, against figures done by hand; and where they must stop.
#include <faultline/core/network/cascade.hpp>
#include <faultline/core/network/clearing.hpp>
#include <faultline/core/network/contagion.hpp>
#include <faultline/core/network/debt_rank.hpp>
#include <faultline/core/network/graph.hpp>

#include <catch2/catch.hpp>

#include <cmath>
#include <cstdint>
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
    return std::abs(a - b) <= 1e-9;
}

/// One debtor of size 100 that loses half, and one creditor.
double share_lost(double creditor_size) {
    const Graph graph = graph_of(2, {{1, 0, 10}});
    const std::vector<double> sizes{100, creditor_size};
    ContagionSimulator simulator(graph, sizes);
    const std::vector<Shock> shocks{{.node = 0, .share = 0.5}};
    return simulator.run(shocks, {}).share;
}

}  // namespace

TEST_CASE("a node of size 0 absorbs 0, and losses are continuous there") {
    REQUIRE(share_lost(0) == 0.5);
    for (const double size : {1e-300, 1e-12, 1e-6, 1e-3}) {
        REQUIRE(std::abs(share_lost(size) - 0.5) <= size / 100);
    }
    REQUIRE(near(share_lost(100), 0.5));
    REQUIRE(near(share_lost(50), 100.0 / 150));
}

TEST_CASE("a contagion hands each loss on once, in proportion, and says where it went") {
    // 0 owes 1 and 2; 1 owes 3
    const Graph graph = graph_of(4, {{1, 0, 3}, {2, 0, 1}, {3, 1, 5}});
    const std::vector<double> sizes{100, 60, 1000, 20};
    ContagionSimulator simulator(graph, sizes);
    const std::vector<Shock> shocks{{.node = 0, .share = 1}};
    const Contagion outcome = simulator.run(shocks, {});
    const auto losses = simulator.losses();
    REQUIRE(losses[0] == 100);
    REQUIRE(losses[1] == 60);  // of 75
    REQUIRE(losses[2] == 25);  // below a tenth of its size: not handed on
    REQUIRE(losses[3] == 20);  // of 60
    REQUIRE(outcome.lost == 205);
    REQUIRE(outcome.unabsorbed == 15 + 40);
    REQUIRE(outcome.rounds == 2);
    REQUIRE(outcome.distressed == 3);
    REQUIRE_FALSE(outcome.exhausted);
    const Contagion cut = simulator.run(shocks, {.distress_share = 0.1, .most_rounds = 1});
    REQUIRE(cut.rounds == 1);
    REQUIRE(cut.exhausted);
    REQUIRE(simulator.losses()[3] == 0);
}

TEST_CASE("no loss exceeds a size in rings, loops and claims of weight 0") {
    const Graph graph =
        graph_of(4, {{0, 0, 5}, {0, 1, 1}, {1, 2, 1}, {2, 0, 1}, {3, 0, 0}, {2, 3, 0}});
    const std::vector<double> sizes{10, 5, 0, 7};
    ContagionSimulator simulator(graph, sizes);
    const std::vector<Shock> shocks{
        {.node = 0, .share = 0.7}, {.node = 0, .share = 0.7}, {.node = 3, .share = 1}
    };
    const Contagion outcome = simulator.run(shocks, {});
    for (std::size_t node = 0; node < sizes.size(); ++node) {
        REQUIRE(simulator.losses()[node] <= sizes[node]);
    }
    REQUIRE(outcome.lost == 17);
    const std::vector<double> nothing(4);
    REQUIRE(ContagionSimulator(graph, nothing).run(shocks, {}).share == 0);
    REQUIRE(simulator.run({}, {}).lost == 0);
}

TEST_CASE("DebtRank follows a chain and a cycle to its fixed point") {
    // 1 holds 50 of 0, 2 holds 30 of 1: h = (.5, .25, .075)
    const Graph chain = graph_of(3, {{1, 0, 50}, {2, 1, 30}});
    const std::vector<double> equities{100, 100, 100};
    DebtRank rank(chain, equities);
    std::vector<double> h{0.5, 0, 0};
    const Distress outcome = rank.run(h, {});
    REQUIRE(outcome.converged);
    REQUIRE(near(h[1], 0.25));
    REQUIRE(near(h[2], 0.075));
    REQUIRE(near(debt_rank_value(std::vector<double>{0.5, 0, 0}, h, equities), 0.325 / 3));

    // Both hold half their equity of the other: h0 = .1 + .5 h1, h1 = .5 h0
    const Graph cycle = graph_of(2, {{0, 1, 50}, {1, 0, 50}});
    DebtRank both(cycle, std::vector<double>{100, 100});
    std::vector<double> g{0.1, 0};
    REQUIRE(both.run(g, {}).converged);
    REQUIRE(near(g[0], 0.1 / 0.75));
    REQUIRE(near(g[1], 0.05 / 0.75));
}

TEST_CASE("DebtRank saturates where claims exceed equity, and knows equity 0") {
    const Graph cycle = graph_of(3, {{0, 1, 200}, {1, 0, 200}, {2, 0, 1}});
    DebtRank rank(cycle, std::vector<double>{100, 100, 0});
    std::vector<double> h{1e-6, 0, 0};
    REQUIRE(rank.run(h, {}).converged);
    REQUIRE(h == std::vector<double>{1, 1, 1});
    std::vector<double> still{0, 0, 0};
    REQUIRE(rank.run(still, {}).rounds == 1);
    REQUIRE(still == std::vector<double>{0, 0, 0});
    std::vector<double> cut{1e-6, 0, 0};
    REQUIRE_FALSE(rank.run(cut, {.tolerance = 0, .most_rounds = 2}).converged);
}

TEST_CASE("clearing pays what there is, and costs of default are lost") {
    // 0 owes 1 100 and has 40; 1 owes 2 50 and has 5
    const Graph graph = graph_of(3, {{1, 0, 100}, {2, 1, 50}});
    const std::vector<double> external{40, 5, 0};
    const Clearing free = clear(graph, external, {});
    REQUIRE(free.converged);
    REQUIRE(free.payments == std::vector<double>{40, 45, 0});
    REQUIRE(free.defaulted == std::vector<std::uint8_t>{1, 1, 0});
    const Clearing costly =
        clear(graph, external, {.external_recovery = 0.5, .claim_recovery = 0.8});
    REQUIRE(near(costly.payments[0], 20));
    REQUIRE(near(costly.payments[1], 2.5 + 16));
}

TEST_CASE("clearing finds the greatest solution of a ring that owes itself") {
    // Nobody has anything, each owes the next 10: paying all and paying nothing both clear.
    const Graph ring = graph_of(3, {{1, 0, 10}, {2, 1, 10}, {0, 2, 10}});
    const Clearing all = clear(ring, std::vector<double>{0, 0, 0}, {});
    REQUIRE(all.payments == std::vector<double>{10, 10, 10});
    REQUIRE(clear(graph_of(0, {}), {}, {}).converged);
}

TEST_CASE("a cascade brings down who cannot bear it, and nobody loses more than he has") {
    // 1 holds 10 of 0, 2 holds 10 of 1 and 1 of 0, 3 holds 1 of 2 and has nothing, 4 a claim of 0
    const Graph graph = graph_of(5, {{1, 0, 10}, {2, 1, 10}, {2, 0, 1}, {3, 2, 1}, {4, 3, 0}});
    const std::vector<double> equities{3, 6, 6.5, 0, 0};
    Cascade cascade(graph, equities, 0.6);
    const std::vector<Node> seeds{0, 0};
    const CascadeOutcome outcome = cascade.run(seeds);
    REQUIRE(outcome.defaults == 4);
    REQUIRE(outcome.rounds == 3);
    REQUIRE(outcome.loss == 6 + 6.5);
    REQUIRE(cascade.run(std::vector<Node>{2}).defaults == 2);
    REQUIRE(cascade.run({}).defaults == 0);
    Cascade mild(graph, equities, 0.5);
    const CascadeOutcome stopped = mild.run(std::vector<Node>{0});
    REQUIRE(stopped.defaults == 1);
    REQUIRE(stopped.loss == 5.5);
    const std::vector<Impact> all = impacts(graph, equities, 0.6);
    REQUIRE(all[0].reach == 3);
    REQUIRE(all[0].radius == 3);
    REQUIRE(all[0].loss == 12.5);
    REQUIRE(all[3].reach == 0);
}

TEST_CASE("a run of a simulator knows nothing of the one before, and nobody is in default twice") {
    constexpr double kHuge = 1.5e308;
    // 2 is hit by 0 and 1 with more than a double holds; 3 is touched and survives
    const Graph graph = graph_of(4, {{1, 0, 2}, {2, 0, kHuge}, {2, 1, kHuge}, {3, 2, 1}});
    const std::vector<double> equities{1, 1, 1, 5};
    Cascade cascade(graph, equities, 1);
    DebtRank debt_rank(graph, equities);
    for (int run = 0; run < 3; ++run) {
        REQUIRE(cascade.run(std::vector<Node>{2}).loss == 1);
        const CascadeOutcome all = cascade.run(std::vector<Node>{0});
        REQUIRE(all.defaults == 3);
        REQUIRE(all.loss == 1 + 1 + 1);
        REQUIRE(cascade.run(std::vector<Node>{3}).defaults == 1);
        std::vector<double> distress{0.5, 0, 0, 0};
        REQUIRE(debt_rank.run(distress, {}).converged);
        REQUIRE(distress == std::vector<double>{0.5, 1, 1, 0.2});
    }
}
