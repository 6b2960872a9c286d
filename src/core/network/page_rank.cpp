// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/page_rank.hpp>
#include <faultline/core/network/sum.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace faultline::network {

namespace {

/// One round's state: what each node has, and what of it goes along a unit of weight.
struct Iteration {
    std::vector<double> ranks;
    std::vector<double> next;
    std::vector<double> per_weight;
    std::vector<double> strengths;
};

/// Fills per_weight; returns the rank of nodes that nothing leaves.
double prepare(Iteration& state) {
    Sum dangling;
    for (std::size_t node = 0; node < state.ranks.size(); ++node) {
        if (state.strengths[node] > 0) {
            state.per_weight[node] = state.ranks[node] / state.strengths[node];
        } else {
            state.per_weight[node] = 0;
            dangling.add(state.ranks[node]);
        }
    }
    return dangling.value();
}

/// Computes next from ranks; returns the sum of |change|.
double step(const Rows& in, double damping, double everybody, Iteration& state) {
    double change = 0;
    const std::uint32_t* const offsets = in.offsets.data();
    const Node* const sources = in.nodes.data();
    const double* const weights = in.weights.data();
    const double* const per_weight = state.per_weight.data();
    for (std::size_t node = 0; node < state.ranks.size(); ++node) {
        double arriving = 0;
        for (std::uint32_t at = offsets[node]; at < offsets[node + 1]; ++at) {
            arriving += weights[at] * per_weight[sources[at]];
        }
        const double rank = everybody + damping * arriving;
        change += std::abs(rank - state.ranks[node]);
        state.next[node] = rank;
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
    Iteration state{
        .ranks = std::vector<double>(count, share),
        .next = std::vector<double>(count),
        .per_weight = std::vector<double>(count),
        .strengths = strengths(graph, Side::kOut),
    };
    while (out.rounds < options.most_rounds && !out.converged) {
        const double dangling = prepare(state);
        const double everybody = (1 - options.damping + options.damping * dangling) * share;
        out.last_change = step(graph.in(), options.damping, everybody, state);
        std::swap(state.ranks, state.next);
        ++out.rounds;
        out.converged = out.last_change < options.tolerance;
    }
    out.ranks = std::move(state.ranks);
    return out;
}

}  // namespace faultline::network
