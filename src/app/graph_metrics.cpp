// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/labelled.hpp>
#include <faultline/core/graph/resolution.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/network/protocol_network.hpp>
#include <faultline/core/network/report.hpp>
#include <faultline/shell/api/kept_graph.hpp>
#include <faultline/shell/obs/metrics.hpp>

#include <app/graph_metrics.hpp>
#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

using graph::Labelled;
using network::NetworkReport;
using network::WhatIf;

/// A gauge, and what it shows; nullopt is not defined.
template <class... Of>
struct Shown {
    const char* name = nullptr;
    const char* help = nullptr;
    std::optional<double> (*of)(const Of&...) = nullptr;
};

using OfGraph = Shown<Labelled>;
using OfNetwork = Shown<NetworkReport>;
using OfNode = Shown<NetworkReport, std::size_t>;

std::optional<double> ratio(std::optional<std::uint32_t> ppm) {
    constexpr double kMillion = 1e6;
    return ppm ? std::optional(*ppm / kMillion) : std::nullopt;
}

std::optional<double> resolved_tokens(const Labelled& of) {
    return ratio(of.shares.tokens_ppm());
}

std::optional<double> resolved_usd(const Labelled& of) {
    return ratio(of.shares.usd_ppm());
}

/// nullptr where its failure was not tried.
const WhatIf* what_if(const NetworkReport& of, std::size_t node) {
    return of.what_if[node] ? &*of.what_if[node] : nullptr;
}

using Figure = std::optional<double>;

constexpr std::array kGraph = std::to_array<OfGraph>({
    {.name = "faultline_graph_block",
     .help = "Block that the figures of the exposure graph are of.",
     .of = [](const Labelled& of) -> Figure {
         return static_cast<double>(of.snapshot.block.number);
     }},
    {.name = "faultline_graph_nodes",
     .help = "Nodes of the exposure graph.",
     .of = [](const Labelled& of) -> Figure {
         return static_cast<double>(of.snapshot.nodes.size());
     }},
    {.name = "faultline_graph_edges",
     .help = "Edges of the exposure graph.",
     .of = [](const Labelled& of) -> Figure {
         return static_cast<double>(of.snapshot.edges.size());
     }},
    {.name = "faultline_graph_label_contradictions",
     .help = "Where labels and contracts differ about a token, or contracts among themselves.",
     .of = [](const Labelled& of) -> Figure {
         return static_cast<double>(of.contradictions.size());
     }},
    {.name = "faultline_graph_resolved_tokens_ratio",
     .help = "Share of the tokens in the exposure graph whose issuer is known.",
     .of = resolved_tokens},
    {.name = "faultline_graph_resolved_usd_ratio",
     .help = "Share of the value in the exposure graph that is of tokens whose issuer is known.",
     .of = resolved_usd},
});

constexpr std::array kNetwork = std::to_array<OfNetwork>({
    {.name = "faultline_network_density",
     .help = "Links between protocols and issuers over those that could be.",
     .of =
         [](const NetworkReport& of) {
             return of.figures.whole.density;
         }},
    {.name = "faultline_network_held_hhi",
     .help = "Herfindahl-Hirschman index of what protocols hold, 0 to 1.",
     .of =
         [](const NetworkReport& of) {
             return of.figures.whole.held.hhi;
         }},
    {.name = "faultline_network_held_gini",
     .help = "Gini coefficient of what protocols hold.",
     .of =
         [](const NetworkReport& of) {
             return of.figures.whole.held.gini;
         }},
    {.name = "faultline_network_top10_held_ratio",
     .help = "Share of what all protocols hold that the ten largest have.",
     .of =
         [](const NetworkReport& of) {
             return of.figures.whole.top10_share;
         }},
    {.name = "faultline_network_link_hhi",
     .help = "Herfindahl-Hirschman index of links by value, 0 to 1.",
     .of =
         [](const NetworkReport& of) {
             return of.figures.whole.link.hhi;
         }},
    {.name = "faultline_network_degree_gini",
     .help = "Gini coefficient of the number of links.",
     .of =
         [](const NetworkReport& of) {
             return of.figures.whole.degree.gini;
         }},
    {.name = "faultline_network_degree_assortativity",
     .help = "Whether those with many links are linked to such, -1 to 1.",
     .of =
         [](const NetworkReport& of) {
             return of.figures.whole.assortativity;
         }},
    {.name = "faultline_network_max_core",
     .help = "Largest k such that some nodes have k neighbours each among themselves.",
     .of = [](const NetworkReport& of) -> Figure {
         return of.figures.whole.core_max;
     }},
    {.name = "faultline_network_communities",
     .help = "Communities that Leiden finds, resolution 1.",
     .of = [](const NetworkReport& of) -> Figure {
         return of.figures.whole.communities;
     }},
    {.name = "faultline_network_modularity",
     .help = "Modularity of those communities.",
     .of =
         [](const NetworkReport& of) {
             return of.figures.whole.modularity;
         }},
    {.name = "faultline_network_cross_sector_ratio",
     .help = "Share of the links' value that is between different sectors.",
     .of =
         [](const NetworkReport& of) {
             return of.sectors.matrix.cross_sector_ratio();
         }},
    {.name = "faultline_network_spillover_hhi",
     .help = "Herfindahl-Hirschman index over pairs of different sectors, 0 to 1.",
     .of =
         [](const NetworkReport& of) {
             return of.sectors.matrix.spillover_hhi();
         }},
    {.name = "faultline_network_redeemable_usd",
     .help = "What protocols hold without tokens that stand for something else.",
     .of = [](const NetworkReport& of) -> Figure {
         return of.locked.redeemable;
     }},
    {.name = "faultline_network_leverage_ratio",
     .help = "What protocols hold over the same without tokens that stand for something else.",
     .of =
         [](const NetworkReport& of) {
             return of.locked.multiplier;
         }},
});

constexpr std::array kProtocol = std::to_array<OfNode>({
    {.name = "faultline_network_held_usd",
     .help = "What the markets of a protocol hold and are owed.",
     .of = [](const NetworkReport& of, const std::size_t& node) -> Figure {
         return of.made.sizes[node];
     }},
    {.name = "faultline_network_page_rank",
     .help = "Weighted PageRank, damping 0.85.",
     .of = [](const NetworkReport& of, const std::size_t& node) -> Figure {
         return of.figures.ranks[node];
     }},
    {.name = "faultline_network_systemic_importance",
     .help = "Rank, concentration of links and size, a third each (SIS of DeXposure-FM).",
     .of = [](const NetworkReport& of, const std::size_t& node) -> Figure {
         return of.figures.importance[node];
     }},
    {.name = "faultline_network_interconnectedness",
     .help = "Share of all claims and liabilities (BCBS 255).",
     .of = [](const NetworkReport& of, const std::size_t& node) -> Figure {
         return of.figures.interconnectedness[node];
     }},
    {.name = "faultline_network_core",
     .help = "Largest k such that it is among nodes with k neighbours each among themselves.",
     .of = [](const NetworkReport& of, const std::size_t& node) -> Figure {
         return of.figures.cores[node];
     }},
    {.name = "faultline_network_contagion_reach",
     .help = "How many others lose all that they hold when this one fails.",
     .of = [](const NetworkReport& of, const std::size_t& node) -> Figure {
         const WhatIf* found = what_if(of, node);
         return found == nullptr ? Figure() : Figure(found->contagion.reach);
     }},
    {.name = "faultline_network_contagion_radius",
     .help = "How many links away the farthest of those is.",
     .of = [](const NetworkReport& of, const std::size_t& node) -> Figure {
         const WhatIf* found = what_if(of, node);
         return found == nullptr ? Figure() : Figure(found->contagion.radius);
     }},
    {.name = "faultline_network_debt_rank",
     .help = "Share of what all hold that others lose when this one fails (linear DebtRank).",
     .of = [](const NetworkReport& of, const std::size_t& node) -> Figure {
         const WhatIf* found = what_if(of, node);
         return found == nullptr ? Figure() : found->debt_rank;
     }},
    {.name = "faultline_network_clearing_loss_usd",
     .help = "What others lose when this one fails and everybody clears (Eisenberg-Noe).",
     .of = [](const NetworkReport& of, const std::size_t& node) -> Figure {
         const WhatIf* found = what_if(of, node);
         return found == nullptr ? Figure() : found->clearing_loss_usd;
     }},
});

/// What Prometheus shows for a figure that is not defined.
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

template <class Table>
std::vector<obs::Gauge*> declared(
    obs::Metrics& registry, const Table& table, const obs::Labels& labels
) {
    std::vector<obs::Gauge*> out;
    for (const auto& one : table) {
        out.push_back(&registry.gauge(one.name, one.help, labels));
        out.back()->set(kNone);
    }
    return out;
}

template <class Table, class... Of>
void set(std::span<obs::Gauge* const> gauges, const Table& table, const Of&... of) {
    for (std::size_t i = 0; i < gauges.size(); ++i) {
        gauges[i]->set(table[i].of(of...).value_or(kNone));
    }
}

}  // namespace

GraphMetrics::GraphMetrics(obs::Metrics& registry, std::string chain)
    : registry_(registry),
      chain_(std::move(chain)),
      graph_(declared(registry, kGraph, {{"chain", chain_}})),
      network_(declared(registry, kNetwork, {{"chain", chain_}})) {}

void GraphMetrics::show(const api::KeptGraph& graph) {
    set(graph_, kGraph, graph.labelled());
    clear();
    show_network(graph);
}

void GraphMetrics::show_network(const api::KeptGraph& graph) {
    for (const auto& [protocol, tokens] : network::unvalued_holdings(graph.snapshot())) {
        of(protocol);
        unvalued_.at(protocol)->set(static_cast<double>(tokens));
    }
    const auto& report = graph.network();
    if (!report) {
        return;
    }
    set(network_, kNetwork, *report);
    for (std::size_t i = 0; i < report->made.sizes.size(); ++i) {
        if (report->made.sizes[i] > 0) {
            set(of(report->live.network.nodes[i].id.value_or("none")), kProtocol, *report, i);
        }
    }
}

/// What is not shown anew is of another block.
void GraphMetrics::clear() {
    for (obs::Gauge* gauge : network_) {
        gauge->set(kNone);
    }
    for (const auto& [protocol, gauges] : protocols_) {
        for (obs::Gauge* gauge : gauges) {
            gauge->set(kNone);
        }
        unvalued_.at(protocol)->set(0);
    }
}

GraphMetrics::Gauges& GraphMetrics::of(const std::string& protocol) {
    const auto [found, is_new] = protocols_.try_emplace(protocol);
    if (is_new) {
        const obs::Labels labels{{"chain", chain_}, {"protocol", protocol}};
        unvalued_[protocol] = &registry_.gauge(
            "faultline_network_unvalued_tokens",
            "Tokens of which something that a protocol holds has no value.",
            labels
        );
        unvalued_[protocol]->set(0);
        found->second = declared(registry_, kProtocol, labels);
    }
    return found->second;
}

}  // namespace faultline::app
