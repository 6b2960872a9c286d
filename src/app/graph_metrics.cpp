// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/graph/labelled.hpp>
#include <faultline/core/graph/resolution.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/network/cascade.hpp>
#include <faultline/core/network/concentration.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/importance.hpp>
#include <faultline/core/network/page_rank.hpp>
#include <faultline/core/network/protocol_network.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/topology.hpp>
#include <faultline/shell/obs/metrics.hpp>

#include <algorithm>
#include <app/graph_metrics.hpp>
#include <cstddef>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

/// What Prometheus shows for a figure that is not defined.
double shown(const std::optional<double>& figure) {
    return figure.value_or(std::numeric_limits<double>::quiet_NaN());
}

std::vector<double> weights(const network::Graph& graph) {
    return graph.out().weights;
}

double share(double part, double whole) {
    return whole > 0 ? part / whole : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

GraphMetrics::GraphMetrics(obs::Metrics& registry, std::string chain)
    : registry_(registry),
      chain_(std::move(chain)),
      block_(registry.gauge(
          "faultline_graph_block",
          "Block that the figures of the exposure graph are of.",
          {{"chain", chain_}}
      )),
      nodes_(registry.gauge(
          "faultline_graph_nodes", "Nodes of the exposure graph.", {{"chain", chain_}}
      )),
      edges_(registry.gauge(
          "faultline_graph_edges", "Edges of the exposure graph.", {{"chain", chain_}}
      )),
      contradictions_(registry.gauge(
          "faultline_graph_label_contradictions",
          "Tokens of which labels and contracts say different things; contracts are believed.",
          {{"chain", chain_}}
      )),
      resolved_tokens_(registry.gauge(
          "faultline_graph_resolved_tokens_ratio",
          "Share of the tokens in the exposure graph whose issuer is known.",
          {{"chain", chain_}}
      )),
      resolved_usd_(registry.gauge(
          "faultline_graph_resolved_usd_ratio",
          "Share of the value in the exposure graph that is of tokens whose issuer is known.",
          {{"chain", chain_}}
      )),
      density_(registry.gauge(
          "faultline_network_density",
          "Links between protocols and issuers over those that could be.",
          {{"chain", chain_}}
      )),
      held_hhi_(registry.gauge(
          "faultline_network_held_hhi",
          "Herfindahl-Hirschman index of what protocols hold, 0 to 1.",
          {{"chain", chain_}}
      )),
      held_gini_(registry.gauge(
          "faultline_network_held_gini",
          "Gini coefficient of what protocols hold.",
          {{"chain", chain_}}
      )),
      link_hhi_(registry.gauge(
          "faultline_network_link_hhi",
          "Herfindahl-Hirschman index of links by value, 0 to 1.",
          {{"chain", chain_}}
      )),
      degree_gini_(registry.gauge(
          "faultline_network_degree_gini",
          "Gini coefficient of the number of links.",
          {{"chain", chain_}}
      )),
      assortativity_(registry.gauge(
          "faultline_network_degree_assortativity",
          "Whether those with many links are linked to such, -1 to 1.",
          {{"chain", chain_}}
      )) {
    clear();
}

void GraphMetrics::show(const api::KeptGraph& graph) {
    const graph::Labelled& labelled = graph.labelled();
    block_.set(static_cast<double>(labelled.snapshot.block.number));
    nodes_.set(static_cast<double>(labelled.snapshot.nodes.size()));
    edges_.set(static_cast<double>(labelled.snapshot.edges.size()));
    contradictions_.set(static_cast<double>(labelled.contradictions.size()));
    const auto& all = labelled.shares.all();
    const auto& unknown = labelled.shares.of(graph::Found::kNothing);
    const auto tokens = static_cast<double>(all.tokens);
    resolved_tokens_.set(share(tokens - static_cast<double>(unknown.tokens), tokens));
    resolved_usd_.set(
        share(network::dollars(all.usd) - network::dollars(unknown.usd), network::dollars(all.usd))
    );
    show_network(labelled.snapshot);
}

void GraphMetrics::show_network(const graph::Snapshot& snapshot) {
    const network::Snapshot network = network::protocol_network(snapshot);
    const auto made = network::snapshot_graph(network);
    clear();
    if (!made) {
        return;
    }
    const network::Graph& graph = made->graph;
    std::vector<double> held;
    std::ranges::copy_if(made->sizes, std::back_inserter(held), [](double size) {
        return size > 0;
    });
    density_.set(shown(network::density(graph)));
    held_hhi_.set(shown(network::hhi(held)));
    held_gini_.set(shown(network::gini(held)));
    link_hhi_.set(shown(network::hhi(weights(graph))));
    degree_gini_.set(shown(network::gini(network::degrees(graph, network::Side::kBoth))));
    assortativity_.set(shown(network::degree_assortativity(graph)));
    const auto ranks = network::page_rank(graph, {}).ranks;
    const auto importance = network::systemic_importance(graph, ranks, made->sizes, {});
    const auto connected = network::interconnectedness(graph);
    // Nobody's own capital is known, so a protocol fails when it has lost all that it holds.
    const auto impacts = network::impacts(graph, made->sizes, 1.0);
    for (const auto& [protocol, tokens] : network::unvalued_holdings(snapshot)) {
        of(protocol).unvalued->set(static_cast<double>(tokens));
    }
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
        if (made->sizes[i] <= 0) {
            continue;
        }
        const OfProtocol& gauges = of(network.nodes[i].id.value_or("none"));
        gauges.held->set(made->sizes[i]);
        gauges.rank->set(ranks[i]);
        gauges.importance->set(importance[i]);
        gauges.interconnectedness->set(connected[i]);
        gauges.reach->set(impacts[i].reach);
        gauges.radius->set(impacts[i].radius);
    }
}

/// What is not shown anew is of another block.
void GraphMetrics::clear() {
    for (obs::Gauge* gauge :
         {&density_, &held_hhi_, &held_gini_, &link_hhi_, &degree_gini_, &assortativity_}) {
        gauge->set(shown(std::nullopt));
    }
    for (const auto& [protocol, gauges] : protocols_) {
        for (obs::Gauge* gauge :
             {gauges.held,
              gauges.rank,
              gauges.importance,
              gauges.interconnectedness,
              gauges.reach,
              gauges.radius}) {
            gauge->set(shown(std::nullopt));
        }
        gauges.unvalued->set(0);
    }
}

GraphMetrics::OfProtocol& GraphMetrics::of(const std::string& protocol) {
    const auto [found, is_new] = protocols_.try_emplace(protocol);
    if (is_new) {
        const auto gauge = [&](const char* name, const char* text) {
            return &registry_.gauge(name, text, {{"chain", chain_}, {"protocol", protocol}});
        };
        found->second = {
            .unvalued = gauge(
                "faultline_network_unvalued_tokens",
                "Tokens of which something that a protocol holds has no value."
            ),
            .held = gauge(
                "faultline_network_held_usd", "What the markets of a protocol hold and are owed."
            ),
            .rank = gauge("faultline_network_page_rank", "Weighted PageRank, damping 0.85."),
            .importance = gauge(
                "faultline_network_systemic_importance",
                "Rank, concentration of links and size, a third each (SIS of DeXposure-FM)."
            ),
            .interconnectedness = gauge(
                "faultline_network_interconnectedness",
                "Share of all claims and liabilities (BCBS 255)."
            ),
            .reach = gauge(
                "faultline_network_contagion_reach",
                "How many others lose all that they hold when this one fails."
            ),
            .radius = gauge(
                "faultline_network_contagion_radius",
                "How many links away the farthest of those is."
            )
        };
    }
    return found->second;
}

}  // namespace faultline::app
