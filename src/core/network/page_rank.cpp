// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/page_rank.hpp>
#include <faultline/core/network/sum.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace faultline::network {

namespace {

/// What does not change between rounds, in places of its own: nodes with many edges to them come
/// first. Then those that are read most share cache lines, rows beside each other are as long as
/// each other, which a processor foresees, and whoever matters most is known early in a round.
struct Places {
    std::vector<Node> of;                ///< By node.
    std::vector<std::uint32_t> offsets;  ///< By place: its edges are [offsets[p], offsets[p + 1]).
    std::vector<Node> sources;           ///< By edge: a place.
    std::vector<double> shares;          ///< By edge: its part of its source.
    std::vector<Node> dangling;          ///< Places that nothing leaves.
};

/// Nodes by the number of edges to them, the most first; of equal ones by number.
std::vector<Node> by_edges_in(const Rows& in, std::size_t count) {
    std::uint32_t most = 0;
    for (std::size_t node = 0; node < count; ++node) {
        most = std::max(most, in.offsets[node + 1] - in.offsets[node]);
    }
    std::vector<std::uint32_t> first(std::size_t{most} + 2);
    const auto rank = [&](std::size_t node) {
        return std::size_t{most} - (in.offsets[node + 1] - in.offsets[node]);
    };
    for (std::size_t node = 0; node < count; ++node) {
        ++first[rank(node) + 1];
    }
    for (std::size_t at = 1; at < first.size(); ++at) {
        first[at] += first[at - 1];
    }
    std::vector<Node> out(count);
    for (std::size_t node = 0; node < count; ++node) {
        out[first[rank(node)]++] = static_cast<Node>(node);
    }
    return out;
}

/// The weight that leaves each node.
std::vector<double> leaving(const Graph& graph) {
    std::vector<double> out(graph.node_count());
    const std::uint32_t* const offsets = graph.out().offsets.data();
    const double* const weights = graph.out().weights.data();
    for (std::size_t node = 0; node < out.size(); ++node) {
        double strength = 0;
        for (std::uint32_t at = offsets[node]; at < offsets[node + 1]; ++at) {
            strength += weights[at];
        }
        out[node] = strength;
    }
    return out;
}

Places places_of(const Graph& graph) {
    const Rows& in = graph.in();
    const std::size_t count = graph.node_count();
    const std::vector<Node> order = by_edges_in(in, count);
    const std::vector<double> all = leaving(graph);
    Places out{
        .of = std::vector<Node>(count),
        .offsets = std::vector<std::uint32_t>(count + 1),
        .sources = std::vector<Node>(graph.edge_count()),
        .shares = std::vector<double>(graph.edge_count()),
        .dangling = {},
    };
    for (std::size_t place = 0; place < count; ++place) {
        out.of[order[place]] = static_cast<Node>(place);
        if (all[order[place]] <= 0) {
            out.dangling.push_back(static_cast<Node>(place));
        }
    }
    std::uint32_t to = 0;
    for (std::size_t place = 0; place < count; ++place) {
        const std::size_t node = order[place];
        for (std::uint32_t at = in.offsets[node]; at < in.offsets[node + 1]; ++at, ++to) {
            const Node source = in.nodes[at];
            out.sources[to] = out.of[source];
            // Not times one over it, which would depend on how large both are.
            out.shares[to] = all[source] > 0 ? in.weights[at] / all[source] : 0;
        }
        out.offsets[place + 1] = to;
    }
    return out;
}

double sum_of(std::span<const double> values) {
    Sum out;
    for (const double value : values) {
        out.add(value);
    }
    return out.value();
}

double sum_at(std::span<const double> values, std::span<const Node> nodes) {
    Sum out;
    for (const Node node : nodes) {
        out.add(values[node]);
    }
    return out.value();
}

struct Round {
    double change = 0;  ///< Sum of |change|.
    double all = 0;     ///< Sum of ranks, which is only what they are measured by.
};

/// One round, in which each place sees what those before it became.
Round round(const Places& places, double damping, double everybody, std::span<double> ranks) {
    Round out;
    const std::uint32_t* const offsets = places.offsets.data();
    const Node* const sources = places.sources.data();
    const double* const shares = places.shares.data();
    double* const rank_at = ranks.data();
    const std::size_t count = ranks.size();
    for (std::size_t place = 0; place < count; ++place) {
        double arriving = 0;
        for (std::uint32_t at = offsets[place]; at < offsets[place + 1]; ++at) {
            arriving += shares[at] * rank_at[sources[at]];
        }
        const double rank = everybody + damping * arriving;
        out.change += std::abs(rank - rank_at[place]);
        out.all += rank;
        rank_at[place] = rank;
    }
    return out;
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
    const Places places = places_of(graph);
    const double damping = options.damping;
    std::vector<double> ranks(count, share);
    double all = 1;
    while (out.rounds < options.most_rounds && !out.converged) {
        // What does not follow links, of ranks that come to 1 only in the end.
        const double jumping = (1 - damping) * all + damping * sum_at(ranks, places.dangling);
        const Round done = round(places, damping, jumping * share, ranks);
        all = done.all;
        out.last_change = done.change / all;
        ++out.rounds;
        out.converged = out.last_change < options.tolerance;
    }
    all = sum_of(ranks);
    out.ranks.resize(count);
    for (std::size_t node = 0; node < count; ++node) {
        out.ranks[node] = ranks[places.of[node]] / all;
    }
    return out;
}

}  // namespace faultline::network
