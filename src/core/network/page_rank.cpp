// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/page_rank.hpp>
#include <faultline/core/network/sum.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace faultline::network {

namespace {

/// What does not change between rounds.
struct Chances {
    std::vector<double> shares;  ///< By edge, beside the rows by target: its part of its source.
    std::vector<Node> dangling;  ///< Those that nothing leaves.
};

Chances chances_of(const Graph& graph) {
    const std::vector<double> strong = strengths(graph, Side::kOut);
    const Rows& in = graph.in();
    Chances out{.shares = std::vector<double>(in.weights.size()), .dangling = {}};
    for (std::size_t at = 0; at < out.shares.size(); ++at) {
        const double all = strong[in.nodes[at]];
        out.shares[at] = all > 0 ? in.weights[at] / all : 0;
    }
    for (Node node = 0; node < strong.size(); ++node) {
        if (strong[node] <= 0) {
            out.dangling.push_back(node);
        }
    }
    return out;
}

double sum_at(std::span<const double> ranks, std::span<const Node> nodes) {
    Sum out;
    for (const Node node : nodes) {
        out.add(ranks[node]);
    }
    return out.value();
}

/// Computes next from ranks; returns the sum of |change|.
double step(
    const Rows& in,
    std::span<const double> edge_shares,
    double damping,
    double everybody,
    std::span<const double> ranks,
    std::span<double> next
) {
    double change = 0;
    const std::uint32_t* const offsets = in.offsets.data();
    const Node* const sources = in.nodes.data();
    const double* const shares = edge_shares.data();
    for (std::size_t node = 0; node < ranks.size(); ++node) {
        double arriving = 0;
        for (std::uint32_t at = offsets[node]; at < offsets[node + 1]; ++at) {
            arriving += shares[at] * ranks[sources[at]];
        }
        const double rank = everybody + damping * arriving;
        change += std::abs(rank - ranks[node]);
        next[node] = rank;
    }
    return change;
}

}  // namespace

PageRank page_rank(const Graph& graph, const PageRankOptions& options) {
    PageRank out;
    const std::size_t count = graph.node_count();
    if (count == 0) {
        out.converged = true;
        return out;
    }
    const double share = 1 / static_cast<double>(count);
    const Chances chances = chances_of(graph);
    const double damping = options.damping;
    std::vector<double> next(count);
    out.ranks.assign(count, share);
    while (out.rounds < options.most_rounds && !out.converged) {
        const double dangling = sum_at(out.ranks, chances.dangling);
        const double everybody = (1 - damping + damping * dangling) * share;
        out.last_change = step(graph.in(), chances.shares, damping, everybody, out.ranks, next);
        std::swap(out.ranks, next);
        ++out.rounds;
        out.converged = out.last_change < options.tolerance;
    }
    return out;
}

}  // namespace faultline::network
