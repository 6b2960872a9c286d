// SPDX-License-Identifier: Apache-2.0
#include "unit/core/graph/graph_maker.hpp"

#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/network/report.hpp>
#include <faultline/core/network/told_figures.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace faultline::network {
namespace {

constexpr std::uint64_t kDollar = 100'000'000;

graph::Snapshot small() {
    return graph::GraphMaker()
        .liquidity("market:core", "USDC", "USDC", 60 * kDollar)
        .liquidity("market:core", "DAI", "DAI", 20 * kDollar)
        .liquidity("market:vat", "aUSDC", "aUSDC", 50 * kDollar)
        .bond("market:core", graph::EdgeKind::kPartOf, "protocol:aave")
        .bond("market:vat", graph::EdgeKind::kPartOf, "protocol:maker")
        .bond("token:USDC", graph::EdgeKind::kIssuedBy, "issuer:circle")
        .bond("token:DAI", graph::EdgeKind::kIssuedBy, "protocol:maker")
        .bond("token:aUSDC", graph::EdgeKind::kIssuedBy, "protocol:aave")
        .bond("token:aUSDC", graph::EdgeKind::kWraps, "token:USDC")
        .make();
}

}  // namespace

TEST_CASE("what rules are told of the network is what the report says", "[network]") {
    const auto report = network_report(small());
    REQUIRE(report);
    std::map<std::pair<std::string, std::string>, double> told;
    for (const ToldFigure& figure : told_figures(small())) {
        if (figure.value.ok()) {
            told[{std::string(figure.metric), figure.node}] = std::stod(figure.value.value.text());
        }
    }
    const auto& whole = report->figures.whole;
    const auto of = [&](const char* metric) {
        return Approx(told.at({metric, ""})).margin(1e-12);
    };
    CHECK(whole.density.value() == of("density"));
    CHECK(whole.held.hhi.value() == of("held_hhi"));
    CHECK(whole.top1_share.value() == of("top_1"));
    CHECK(whole.importance_max.value() == of("systemic_importance_max"));
    CHECK(report->locked.multiplier.value() == of("leverage_ratio"));
    CHECK(double(whole.core_max) == of("max_core"));
    CHECK(whole.assortativity.has_value() == told.contains({"assortativity", ""}));
    std::size_t protocols = 0;
    for (std::size_t at = 0; at < report->live.nodes.size(); ++at) {
        const LiveNode& node = report->live.nodes[at];
        CHECK((node.kind == "protocol") == told.contains({"page_rank", node.id}));
        if (node.kind == "protocol") {
            ++protocols;
            CHECK(
                report->figures.ranks[at] == Approx(told.at({"page_rank", node.id})).margin(1e-12)
            );
            CHECK(
                report->figures.importance[at] ==
                Approx(told.at({"systemic_importance", node.id})).margin(1e-12)
            );
        }
    }
    CHECK(protocols == 2);
}

TEST_CASE("a network of nothing tells that its figures are not defined", "[network]") {
    for (const ToldFigure& figure : told_figures(graph::GraphMaker().make())) {
        CHECK((!figure.value.ok() || figure.value.value.is_zero()));
        CHECK((figure.value.ok() || !figure.value.reason.empty()));
    }
}

}  // namespace faultline::network
