// SPDX-License-Identifier: Apache-2.0
// What Prometheus is shown of the exposure graph, held to the table of docs/exposure-graph.md.
#include "unit/core/graph/graph_maker.hpp"

#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/labelled.hpp>
#include <faultline/core/graph/resolution.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/shell/api/kept_graph.hpp>
#include <faultline/shell/obs/metrics.hpp>

#include <catch2/catch.hpp>

#include <app/concentration_metrics.hpp>
#include <app/graph_metrics.hpp>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <utility>

namespace faultline::app {
namespace {

constexpr std::uint64_t kDollar = 100'000'000;

/// By name, the labels beside the chain: "protocol,market".
using Named = std::map<std::string, std::string>;

/// Of the rows of a table whose first column are metrics: `faultline_network_held_hhi`,
/// `_link_hhi`.
Named documented() {
    std::ifstream file(std::string(FAULTLINE_SOURCE_DIR) + "/docs/exposure-graph.md");
    REQUIRE(file);
    const std::regex name("`((faultline_[a-z]+)?_[a-z0-9_]+)(\\{([a-z,]+)\\})?`");
    Named out;
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with("| `faultline_")) {
            continue;
        }
        const std::string column = line.substr(0, line.find('|', 1));
        std::string prefix;
        std::string labels;
        for (std::sregex_iterator at(column.begin(), column.end(), name), end; at != end; ++at) {
            const std::smatch& found = *at;
            prefix = found[2].matched ? found[2].str() : prefix;
            labels = found[4].matched ? found[4].str() : labels;
            const std::string full = found[2].matched ? found[1].str() : prefix + found[1].str();
            CAPTURE(full);
            CHECK(out.emplace(full, labels).second);
        }
    }
    return out;
}

/// Of a text in Prometheus' format: those of the graph, its network and its markets.
Named shown(const std::string& text) {
    Named out;
    std::istringstream lines(text);
    const std::regex sample("(faultline_(graph|network|market)_[a-z0-9_]+)\\{(.*)\\} .*");
    const std::regex label("([a-z]+)=\"[^\"]*\"");
    for (std::string line; std::getline(lines, line);) {
        std::smatch found;
        if (!std::regex_match(line, found, sample)) {
            continue;
        }
        const std::string all = found[3].str();
        std::set<std::string> names;
        for (std::sregex_iterator at(all.begin(), all.end(), label), end; at != end; ++at) {
            names.insert((*at)[1].str());
        }
        CHECK(names.erase("chain") == 1);
        std::string joined = names.erase("protocol") == 1 ? "protocol" : "";
        for (const std::string& name : names) {
            joined += (joined.empty() ? "" : ",") + name;
        }
        out[found[1].str()] = joined;
    }
    return out;
}

api::KeptGraph kept(graph::Snapshot snapshot) {
    return api::KeptGraph(
        graph::Labelled{.snapshot = std::move(snapshot), .shares = {}, .contradictions = {}}
    );
}

/// aave has 60 of USDC and a coin without a value, maker 30 of what aave issued.
graph::GraphMaker two_protocols() {
    return graph::GraphMaker()
        .liquidity("market:core", "USDC", "USDC", 60 * kDollar)
        .liquidity("market:core", "dead", "dead", std::nullopt)
        .liquidity("market:vat", "aUSDC", "aUSDC", 30 * kDollar)
        .bond("market:core", graph::EdgeKind::kPartOf, "protocol:aave")
        .bond("market:vat", graph::EdgeKind::kPartOf, "protocol:maker")
        .bond("token:USDC", graph::EdgeKind::kIssuedBy, "issuer:circle")
        .bond("token:aUSDC", graph::EdgeKind::kIssuedBy, "protocol:aave")
        .bond("token:aUSDC", graph::EdgeKind::kWraps, "market:core");
}

struct World {
    obs::Metrics registry;
    GraphMetrics metrics{registry, "devnet"};

    [[nodiscard]] std::string value(const std::string& name, const std::string& protocol = "") {
        const std::string text = registry.text();
        const std::string sample = "\nfaultline_" + name + "{chain=\"devnet\"" +
                                   (protocol.empty() ? "" : ",protocol=\"" + protocol + "\"") +
                                   "} ";
        const std::size_t at = text.find(sample);
        if (at == std::string::npos) {
            return "none";
        }
        const std::size_t begin = at + sample.size();
        return text.substr(begin, text.find('\n', begin) - begin);
    }
};

TEST_CASE("what only a token says is not resolved", "[graph]") {
    World world;
    graph::Labelled graph{.snapshot = two_protocols().make(), .shares = {}, .contradictions = {}};
    const auto add = [&graph](graph::Found found, std::uint64_t dollars) {
        graph::Resolution resolution;
        resolution.found = found;
        graph.shares.add(resolution, Figure<U256>::of(dollars * kDollar));
    };
    add(graph::Found::kReceipt, 1);
    add(graph::Found::kLabel, 1);
    add(graph::Found::kClaimedMarket, 5);
    add(graph::Found::kNothing, 1);
    world.metrics.show(api::KeptGraph(std::move(graph)));
    CHECK(world.value("graph_resolved_tokens_ratio") == "0.5");
    CHECK(world.value("graph_resolved_usd_ratio") == "0.25");
}

TEST_CASE("the metrics that are shown are those of the table, with its labels", "[graph]") {
    World world;
    const ConcentrationMetrics markets(
        world.registry, "devnet", {{.protocol = "aave", .name = "core"}}
    );
    world.metrics.show(kept(two_protocols().make()));
    const Named table = documented();
    CHECK(table.size() > 30);
    CHECK(shown(world.registry.text()) == table);
}

TEST_CASE("each figure of the network is shown by its name", "[graph]") {
    World world;
    CHECK(world.value("network_density") == "Nan");
    CHECK(world.value("graph_block") == "Nan");
    world.metrics.show(kept(two_protocols().make()));
    CHECK(world.value("graph_block") == "0");
    CHECK(world.value("graph_nodes") == "8");
    CHECK(world.value("graph_edges") == "8");
    CHECK(world.value("network_held_hhi") == world.value("network_link_hhi"));
    CHECK(world.value("network_top10_held_ratio") == "1");
    CHECK(world.value("network_redeemable_usd") == "60");
    CHECK(world.value("network_leverage_ratio") == "1.5");
    CHECK(world.value("network_max_core") == "1");
    CHECK(world.value("network_spillover_hhi") == "Nan");
    CHECK(world.value("network_held_usd", "aave") == "60");
    CHECK(world.value("network_unvalued_tokens", "aave") == "1");
    CHECK(world.value("network_core", "maker") == "1");
    // All that maker has is a claim on aave, who fails with it.
    CHECK(world.value("network_contagion_reach", "aave") == "1");
    CHECK(world.value("network_contagion_radius", "aave") == "1");
    CHECK(world.value("network_clearing_loss_usd", "aave") == "30");
    CHECK(world.value("network_contagion_reach", "maker") == "0");
    CHECK(world.value("network_debt_rank", "maker") == "0");
    // Issuers hold nothing: they would be figures of nobody's.
    CHECK(world.value("network_held_usd", "circle") == "none");
}

TEST_CASE("what is gone from the graph is not shown as it was", "[graph]") {
    World world;
    world.metrics.show(kept(two_protocols().make()));
    world.metrics.show(kept(graph::GraphMaker().make()));
    CHECK(world.value("graph_nodes") == "0");
    CHECK(world.value("network_density") == "Nan");
    CHECK(world.value("network_held_usd", "aave") == "Nan");
    CHECK(world.value("network_unvalued_tokens", "aave") == "0");
}

}  // namespace
}  // namespace faultline::app
