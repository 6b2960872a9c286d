// SPDX-License-Identifier: Apache-2.0
// What shocks lead to by each model, against figures done by hand.
#include <faultline/core/network/contagion.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/stress.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace faultline;
using namespace faultline::network;

namespace {

SnapshotGraph network_of(std::vector<double> sizes, const std::vector<Edge>& edges) {
    auto graph = Graph::from_edges(static_cast<Node>(sizes.size()), edges);
    REQUIRE(graph);
    return {
        .graph = *std::move(graph),
        .sizes = std::move(sizes),
        .links_dropped = 0,
        .links_to_self = 0
    };
}

StressOutcome stressed(
    const SnapshotGraph& network, const std::vector<Shock>& shocks, StressModel model
) {
    auto outcome = stress(network, shocks, model);
    REQUIRE(outcome);
    return *std::move(outcome);
}

}  // namespace

TEST_CASE("a creditor of size 0 loses nothing, whatever the model and its claim") {
    for (const double claim : {1.0, 10.0, 80.0, 100.0, 1000.0}) {
        const SnapshotGraph network = network_of({100, 0}, {{1, 0, claim}});
        for (const StressModel model :
             {StressModel::kContagion, StressModel::kDebtRank, StressModel::kClearing}) {
            CAPTURE(claim, stress_model_name(model));
            const StressOutcome outcome = stressed(network, {{.node = 0, .share = 0.5}}, model);
            CHECK(outcome.losses == std::vector<double>{50, 0});
            CHECK(outcome.share == 0.5);
            CHECK(outcome.distressed == 1);
            CHECK(outcome.ended);
        }
        // Who is in default has lost all; its creditor of nothing still loses nothing.
        const StressOutcome fallen =
            stressed(network, {{.node = 0, .share = 0.5}}, StressModel::kCascade);
        CHECK(fallen.losses == std::vector<double>{100, 0});
    }
}

TEST_CASE("what a node owes itself makes no shock larger, in any model") {
    const std::vector<double> sizes{100, 90, 60};
    const std::vector<Edge> edges{{1, 0, 60}, {2, 0, 20}, {2, 1, 40}};
    std::vector<Edge> with_own = edges;
    with_own.insert(with_own.end(), {{0, 0, 50}, {1, 1, 80}, {2, 2, 1}});
    for (const StressModel model :
         {StressModel::kContagion,
          StressModel::kDebtRank,
          StressModel::kCascade,
          StressModel::kClearing}) {
        CAPTURE(stress_model_name(model));
        const std::vector<Shock> shocks{{.node = 0, .share = 0.4}};
        const StressOutcome plain = stressed(network_of(sizes, edges), shocks, model);
        const StressOutcome own = stressed(network_of(sizes, with_own), shocks, model);
        CHECK(own.losses == plain.losses);
        CHECK(own.lost == plain.lost);
        CHECK(own.rounds == plain.rounds);
        CHECK(plain.links_to_self == 0);
        CHECK(own.links_to_self == 3);
    }
}

TEST_CASE("who cannot pay in full pays what it has left, in proportion") {
    // Both 1 and 2 hold claims on 0; 1 owes 2.
    const SnapshotGraph network = network_of({100, 90, 300}, {{1, 0, 60}, {2, 0, 20}, {2, 1, 80}});
    const StressOutcome mild =
        stressed(network, {{.node = 0, .share = 0.2}}, StressModel::kClearing);
    CHECK(mild.losses == std::vector<double>{20, 0, 0});
    CHECK(mild.defaulted == std::size_t{0});
    // 40 is left for 80: half of each claim. 1 has 30 + 30 left for 80.
    const StressOutcome hard =
        stressed(network, {{.node = 0, .share = 0.6}}, StressModel::kClearing);
    CHECK(hard.losses[0] == Approx(60));
    CHECK(hard.losses[1] == Approx(30));
    CHECK(hard.losses[2] == Approx(10 + 20));
    CHECK(hard.defaulted == std::size_t{2});
    CHECK(hard.unabsorbed == Approx(0));
    CHECK(hard.lost == Approx(120));
    CHECK(hard.total == 490);
    CHECK(hard.shocked == 1);
}

TEST_CASE("a shock takes a share of claims as well, which somebody else collects") {
    // All that 1 has is a claim on 0, who goes on owing it.
    const SnapshotGraph network = network_of({100, 60, 50}, {{1, 0, 60}, {2, 1, 50}});
    const StressOutcome outcome =
        stressed(network, {{.node = 1, .share = 0.5}}, StressModel::kClearing);
    CHECK(outcome.losses[0] == 0);
    CHECK(outcome.losses[1] == Approx(30));
    CHECK(outcome.losses[2] == Approx(20));  // 30 is left for 50.
    CHECK(outcome.defaulted == std::size_t{1});
}

TEST_CASE("an issuer that is not known to hold anything can pay until it is shocked") {
    const SnapshotGraph network = network_of({0, 60}, {{1, 0, 40}});
    CHECK(stressed(network, {}, StressModel::kClearing).lost == 0);
    const StressOutcome outcome =
        stressed(network, {{.node = 0, .share = 0.25}}, StressModel::kClearing);
    CHECK(outcome.losses[0] == 0);
    CHECK(outcome.losses[1] == Approx(10));
    CHECK(outcome.unabsorbed == Approx(10));
}

TEST_CASE("models are told by their names, shares by numbers from 0 to 1") {
    for (std::size_t i = 0; i <= static_cast<std::size_t>(last_of(StressModel{})); ++i) {
        const auto model = static_cast<StressModel>(i);
        CHECK(stress_model_of(stress_model_name(model)) == model);
    }
    CHECK_FALSE(stress_model_of("Contagion"));
    CHECK(parse_share("0.5") == 0.5);
    CHECK(parse_share("50%") == 0.5);
    for (const char* const wrong : {"", "%", "1.5", "-1", "nan", "0,5", "101%", " 1"}) {
        CHECK_FALSE(parse_share(wrong));
    }
}
