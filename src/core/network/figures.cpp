// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/core/network/communities.hpp>
#include <faultline/core/network/concentration.hpp>
#include <faultline/core/network/figures.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/importance.hpp>
#include <faultline/core/network/page_rank.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/sum.hpp>
#include <faultline/core/network/topology.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

namespace faultline::network {

namespace {

constexpr std::size_t kFew = 5;
constexpr std::size_t kMany = 10;

double sum_of(std::span<const double> values) {
    Sum sum;
    for (const double value : values) {
        sum.add(value);
    }
    return sum.value();
}

void add_sizes(const std::vector<double>& sizes, WholeFigures& to) {
    std::vector<double> held;
    std::ranges::copy_if(sizes, std::back_inserter(held), [](double size) { return size > 0; });
    to.sizes_usd = sum_of(sizes);
    to.size = spread_of(sizes);
    to.held = spread_of(held);
    to.top1_share = top_share(sizes, 1);
    to.top5_share = top_share(sizes, kFew);
    to.top10_share = top_share(sizes, kMany);
}

void add_links(const Graph& graph, WholeFigures& to) {
    to.nodes = graph.node_count();
    to.links = graph.edge_count();
    to.links_usd = sum_of(graph.out().weights);
    to.density = density(graph);
    to.degree = spread_of(degrees(graph, Side::kBoth));
    to.strength = spread_of(strengths(graph, Side::kBoth));
    to.link = spread_of(graph.out().weights);
    to.assortativity = degree_assortativity(graph);
}

}  // namespace

Spread spread_of(std::span<const double> values) {
    return {.hhi = hhi(values), .gini = gini(values)};
}

Result<NetworkFigures> network_figures(const SnapshotGraph& network) {
    const Graph& graph = network.graph;
    NetworkFigures out;
    WholeFigures& whole = out.whole;
    add_links(graph, whole);
    add_sizes(network.sizes, whole);
    PageRank ranks = page_rank(graph, {});
    whole.ranks_converged = ranks.converged;
    out.ranks = std::move(ranks.ranks);
    out.importance = systemic_importance(graph, out.ranks, network.sizes, {});
    if (!out.importance.empty()) {
        whole.importance_mean = sum_of(out.importance) / static_cast<double>(out.importance.size());
        whole.importance_max = std::ranges::max(out.importance);
    }
    out.interconnectedness = interconnectedness(graph);
    out.cores = core_numbers(graph);
    whole.core_max = out.cores.empty() ? 0 : std::ranges::max(out.cores);
    FAULTLINE_TRY(Communities found, communities(graph, {}));
    whole.communities = found.count;
    whole.modularity = found.modularity;
    out.communities = std::move(found.of);
    return out;
}

}  // namespace faultline::network
