// SPDX-License-Identifier: Apache-2.0
#include "unit/core/graph/graph_maker.hpp"

#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/report.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/token_spread.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::network {
namespace {

constexpr std::uint64_t kDollar = 100'000'000;

/// aave has 60 of circle's and is owed 20 of it, and 20 of maker's DAI; maker has 50 of aave's
/// receipts.
graph::Snapshot small() {
    graph::Snapshot out = graph::GraphMaker()
                              .liquidity("market:core", "USDC", "USDC", 60 * kDollar)
                              .edge(
                                  "market:core",
                                  graph::EdgeKind::kDebt,
                                  "account:bob",
                                  {.part = "USDC", .token = "USDC", .usd = 20 * kDollar}
                              )
                              .liquidity("market:core", "DAI", "DAI", 20 * kDollar)
                              .liquidity("market:core", "dead", "dead", std::nullopt)
                              .liquidity("market:vat", "aUSDC", "aUSDC", 50 * kDollar)
                              .bond("market:core", graph::EdgeKind::kPartOf, "protocol:aave")
                              .bond("market:vat", graph::EdgeKind::kPartOf, "protocol:maker")
                              .bond("token:USDC", graph::EdgeKind::kIssuedBy, "issuer:circle")
                              .bond("token:DAI", graph::EdgeKind::kIssuedBy, "protocol:maker")
                              .bond("token:DAI", graph::EdgeKind::kBacked, "market:vat")
                              .bond("token:aUSDC", graph::EdgeKind::kIssuedBy, "protocol:aave")
                              .bond("token:aUSDC", graph::EdgeKind::kWraps, "market:core")
                              .make();
    for (graph::Node& node : out.nodes) {
        const bool lends = node.key.kind == graph::NodeKind::kProtocol;
        node.category = lends ? "Lending" : "";
    }
    return out;
}

std::size_t place(const NetworkReport& report, const std::string& id) {
    const auto found = std::ranges::find(report.live.nodes, id, &LiveNode::id);
    REQUIRE(found != report.live.nodes.end());
    return static_cast<std::size_t>(found - report.live.nodes.begin());
}

TEST_CASE("a report has exact sums, sectors and leverage beside the figures", "[network]") {
    const auto report = network_report(small());
    REQUIRE(report);
    REQUIRE(report->live.nodes.size() == 3);
    CHECK(report->held_usd == U256(150 * kDollar));
    CHECK(report->links_usd == U256(150 * kDollar));
    // DAI stands for maker's debts, aUSDC for claims on aave.
    CHECK(report->redeemable_usd == U256(80 * kDollar));
    CHECK(report->locked.multiplier == Approx(150.0 / 80));
    CHECK(report->live.unvalued_tokens == 1);
    const std::size_t aave = place(*report, "protocol:aave");
    CHECK(report->live.nodes[aave].held_usd == U256(100 * kDollar));
    CHECK(report->live.nodes[aave].derivative_usd == U256(20 * kDollar));
    CHECK(report->live.nodes[aave].unvalued_tokens == 1);
    CHECK(report->live.nodes[place(*report, "issuer:circle")].kind == "issuer");

    CHECK(report->sectors.names == std::vector<std::string>{"Lending", "Unknown"});
    const std::vector<std::optional<U256>> cells{
        U256(70 * kDollar), U256(80 * kDollar), U256(), U256()
    };
    CHECK(report->sectors.usd == cells);
    CHECK(report->sectors.matrix.cross_sector_ratio() == Approx(80.0 / 150));
    CHECK(report->sectors.matrix.spillover_hhi() == 1.0);
    CHECK(report->figures.whole.links == 3);
    CHECK(report->figures.whole.density == 0.5);
}

TEST_CASE("a report tries each failure by each model", "[network]") {
    const auto report = network_report(small());
    REQUIRE(report);
    REQUIRE(report->what_if.size() == 3);
    const WhatIf& circle = report->what_if[place(*report, "issuer:circle")].value();
    // All of USDC is lost: 80 of aave's 100, who still pays maker its 50 of what there is: 20.
    CHECK(circle.clearing_loss_usd.value() == Approx(80 + 30));
    CHECK(circle.contagion.reach == 0);
    CHECK(circle.contagion.loss == Approx(80));
    REQUIRE(circle.debt_rank);
    // h(aave) = .8, h(maker) = .8 * 50 / 50, and back to aave: .8 * 20 / 100, and again.
    CHECK(*circle.debt_rank > 0.8 * 150 / 150);
    CHECK(*circle.debt_rank <= 1);
    const WhatIf& maker = report->what_if[place(*report, "protocol:maker")].value();
    CHECK(maker.clearing_loss_usd.value() == Approx(20));
}

TEST_CASE("a report tries the failures of who owes most first, and not without end", "[network]") {
    graph::GraphMaker maker;
    constexpr std::size_t kMany = 400;
    for (std::size_t i = 0; i < kMany; ++i) {
        const std::string name = std::to_string(i);
        maker.bond("market:" + name, graph::EdgeKind::kPartOf, "protocol:" + name);
        maker.bond("token:t" + name, graph::EdgeKind::kIssuedBy, "protocol:" + name);
        for (std::size_t step = 1; step <= 5; ++step) {
            const std::string other = "t" + std::to_string((i * step + step) % kMany);
            maker.liquidity("market:" + name, other, other, (i + 1) * kDollar);
        }
    }
    const auto report = network_report(maker.make());
    REQUIRE(report);
    const std::vector<double> dues = strengths(report->made.graph, Side::kIn);
    double least_tried = 1e300;
    double most_left = 0;
    for (std::size_t at = 0; at < dues.size(); ++at) {
        if (report->what_if[at]) {
            least_tried = std::min(least_tried, dues[at]);
        } else {
            most_left = std::max(most_left, dues[at]);
        }
    }
    CHECK(most_left > 0);
    CHECK(least_tried >= most_left);
}

TEST_CASE("a report of nothing has no figures", "[network]") {
    const auto report = network_report(graph::Snapshot{});
    REQUIRE(report);
    CHECK(report->held_usd == U256());
    CHECK_FALSE(report->locked.multiplier);
    CHECK_FALSE(report->figures.whole.density);
    CHECK_FALSE(report->figures.whole.held.hhi);
    CHECK_FALSE(report->sectors.matrix.spillover_hhi());
    CHECK(report->what_if.empty());
}

TEST_CASE("failures are tried in the order given, without links to oneself", "[network]") {
    // b holds 40 of a's and 10 of its own, c holds 30 of b's.
    const auto network = [](bool own) {
        std::vector<Edge> edges{{1, 0, 40}, {2, 1, 30}};
        if (own) {
            edges.push_back({1, 1, 10});
        }
        auto graph = Graph::from_edges(3, edges);
        REQUIRE(graph);
        return SnapshotGraph{
            .graph = *std::move(graph),
            .sizes = {100, 50, 30},
            .links_dropped = 0,
            .links_to_self = own ? 1U : 0U
        };
    };
    const std::vector<Node> order{2, 0};
    const auto all = what_ifs(network(true), order, kMostSteps);
    REQUIRE(all);
    REQUIRE(all->size() == 3);
    CHECK((*all)[0]);
    CHECK_FALSE((*all)[1]);
    REQUIRE((*all)[2]);
    CHECK((*all)[2]->contagion.loss == 0);
    const auto without = what_ifs(network(false), order, kMostSteps);
    REQUIRE(without);
    CHECK((*all)[0]->contagion.loss == (*without)[0]->contagion.loss);
    CHECK((*all)[0]->debt_rank == (*without)[0]->debt_rank);
    CHECK((*all)[0]->clearing_loss_usd == (*without)[0]->clearing_loss_usd);
    const auto one = what_ifs(network(true), order, 1);
    REQUIRE(one);
    CHECK((*one)[2]);
    CHECK_FALSE((*one)[0]);
}

TEST_CASE("what is held is spread over tokens by name", "[network]") {
    const std::vector<SnapshotNode> nodes{
        {.id = "1", .size = 60, .composition = {{"DAI", 30}, {"USDC", 30}}},
        {.id = "2", .size = 40, .composition = {{"DAI", 40}, {"dust", 0}}},
    };
    const TokenSpread first = token_spread(nodes[0].composition);
    CHECK(first.tokens == 2);
    CHECK(first.hhi == 0.5);
    CHECK(first.top == "DAI");  // Of equal ones the first by name.
    CHECK(first.top_share == 0.5);
    const TokenSpread whole = token_spread(nodes);
    CHECK(whole.tokens == 2);
    CHECK(whole.hhi.value() == Approx((0.7 * 0.7) + (0.3 * 0.3)));
    CHECK(whole.top == "DAI");
    CHECK(whole.top_share.value() == Approx(0.7));
    const TokenSpread nothing = token_spread(std::vector<TokenValue>{{"dust", 0}});
    CHECK(nothing.tokens == 0);
    CHECK_FALSE(nothing.hhi);
    CHECK_FALSE(nothing.top);
    const TokenSpread netted = token_spread(std::vector<TokenValue>{{"A", 3}, {"B", -1}});
    CHECK(netted.tokens == 2);
    CHECK_FALSE(netted.hhi);
    CHECK_FALSE(netted.top_share);
}

}  // namespace
}  // namespace faultline::network
