// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/sum.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace faultline::network {

namespace {

Result<void> check_edges(Node node_count, std::span<const Edge> edges) {
    if (edges.size() >= std::numeric_limits<std::uint32_t>::max()) {
        return Error(Code::kInvalid, "a graph of " + std::to_string(edges.size()) + " edges")
            .advise("give fewer than 2^32");
    }
    for (std::size_t at = 0; at < edges.size(); ++at) {
        const Edge& edge = edges[at];
        const bool joined = edge.source < node_count && edge.target < node_count;
        if (joined && std::isfinite(edge.weight) && edge.weight >= 0) {
            continue;
        }
        return Error(
                   Code::kInvalid,
                   "edge " + std::to_string(at) + " from " + std::to_string(edge.source) + " to " +
                       std::to_string(edge.target) + " of weight " + std::to_string(edge.weight) +
                       " in a graph of " + std::to_string(node_count) + " nodes"
        )
            .advise("number nodes from 0 and give finite weights of 0 and more");
    }
    return {};
}

/// Turns rows by one end into rows by the other. Within a row the order is that of the rows read,
/// so rows turned twice are sorted.
Rows turned(Node node_count, const Rows& rows) {
    Rows out{
        .offsets = std::vector<std::uint32_t>(std::size_t{node_count} + 1),
        .nodes = std::vector<Node>(rows.nodes.size()),
        .weights = std::vector<double>(rows.nodes.size()),
    };
    for (const Node node : rows.nodes) {
        ++out.offsets[std::size_t{node} + 1];
    }
    for (std::size_t node = 0; node < node_count; ++node) {
        out.offsets[node + 1] += out.offsets[node];
    }
    std::vector<std::uint32_t> next = out.offsets;
    for (Node node = 0; node < node_count; ++node) {
        const Row row = rows.row(node);
        for (std::size_t at = 0; at < row.size(); ++at) {
            const std::uint32_t place = next[row.nodes[at]]++;
            out.nodes[place] = node;
            out.weights[place] = row.weights[at];
        }
    }
    return out;
}

/// The edges by target, in the order given.
Rows by_target(Node node_count, std::span<const Edge> edges) {
    Rows out{
        .offsets = std::vector<std::uint32_t>(std::size_t{node_count} + 1),
        .nodes = std::vector<Node>(edges.size()),
        .weights = std::vector<double>(edges.size()),
    };
    for (const Edge& edge : edges) {
        ++out.offsets[std::size_t{edge.target} + 1];
    }
    for (std::size_t node = 0; node < node_count; ++node) {
        out.offsets[node + 1] += out.offsets[node];
    }
    std::vector<std::uint32_t> next = out.offsets;
    for (const Edge& edge : edges) {
        const std::uint32_t place = next[edge.target]++;
        out.nodes[place] = edge.source;
        out.weights[place] = edge.weight;
    }
    return out;
}

/// Joins neighbouring entries of one row that lead to the same node.
void join_parallel(Rows& rows) {
    std::size_t kept = 0;
    std::size_t at = 0;
    for (std::size_t node = 0; node + 1 < rows.offsets.size(); ++node) {
        const std::size_t end = rows.offsets[node + 1];
        const std::size_t first = kept;
        rows.offsets[node] = static_cast<std::uint32_t>(kept);
        for (; at < end; ++at) {
            if (kept > first && rows.nodes[kept - 1] == rows.nodes[at]) {
                rows.weights[kept - 1] += rows.weights[at];
                continue;
            }
            rows.nodes[kept] = rows.nodes[at];
            rows.weights[kept] = rows.weights[at];
            ++kept;
        }
    }
    rows.offsets.back() = static_cast<std::uint32_t>(kept);
    rows.nodes.resize(kept);
    rows.weights.resize(kept);
}

void add_degrees(const Rows& rows, std::vector<double>& out) {
    for (std::size_t node = 0; node < out.size(); ++node) {
        out[node] += rows.offsets[node + 1] - rows.offsets[node];
    }
}

void add_strengths(const Rows& rows, std::vector<Sum>& out) {
    for (std::size_t node = 0; node < out.size(); ++node) {
        for (const double weight : rows.row(static_cast<Node>(node)).weights) {
            out[node].add(weight);
        }
    }
}

}  // namespace

Result<Graph> Graph::from_edges(Node node_count, std::span<const Edge> edges) {
    FAULTLINE_TRY_VOID(check_edges(node_count, edges));
    Graph graph;
    graph.node_count_ = node_count;
    graph.out_ = turned(node_count, by_target(node_count, edges));
    join_parallel(graph.out_);
    for (const double weight : graph.out_.weights) {
        if (!std::isfinite(weight)) {
            return Error(Code::kInvalid, "edges between two nodes that add up to infinity")
                .advise("give weights in a larger unit");
        }
    }
    graph.in_ = turned(node_count, graph.out_);
    return graph;
}

std::size_t loop_count(const Graph& graph) {
    std::size_t out = 0;
    for (Node node = 0; node < graph.node_count(); ++node) {
        out += static_cast<std::size_t>(std::ranges::count(graph.out().row(node).nodes, node));
    }
    return out;
}

Graph without_loops(const Graph& graph) {
    std::vector<Edge> edges;
    edges.reserve(graph.edge_count());
    for (Node node = 0; node < graph.node_count(); ++node) {
        const Row row = graph.out().row(node);
        for (std::size_t at = 0; at < row.size(); ++at) {
            if (row.nodes[at] != node) {
                edges.push_back({.source = node, .target = row.nodes[at], .weight = row.weights[at]}
                );
            }
        }
    }
    auto out = Graph::from_edges(graph.node_count(), edges);
    FAULTLINE_ASSERT(out.has_value());  // Its edges were those of a graph.
    return *std::move(out);
}

std::vector<double> degrees(const Graph& graph, Side side) {
    std::vector<double> out(graph.node_count());
    if (side != Side::kIn) {
        add_degrees(graph.out(), out);
    }
    if (side != Side::kOut) {
        add_degrees(graph.in(), out);
    }
    return out;
}

std::vector<double> strengths(const Graph& graph, Side side) {
    std::vector<Sum> sums(graph.node_count());
    if (side != Side::kIn) {
        add_strengths(graph.out(), sums);
    }
    if (side != Side::kOut) {
        add_strengths(graph.in(), sums);
    }
    std::vector<double> out;
    out.reserve(sums.size());
    for (const Sum& sum : sums) {
        out.push_back(sum.value());
    }
    return out;
}

}  // namespace faultline::network
