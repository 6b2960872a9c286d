// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace faultline::network {

/// Nodes are numbered densely from 0; what they stand for is the caller's.
using Node = std::uint32_t;

/// An exposure in US dollars. In everything that spreads losses the source is the creditor, who
/// holds the claim, and the target the debtor, whose loss reaches him.
struct Edge {
    Node source = 0;
    Node target = 0;
    double weight = 0;
};

/// The edges of one node: whom they lead to (or come from), ascending, and what they weigh.
struct Row {
    std::span<const Node> nodes;
    std::span<const double> weights;

    [[nodiscard]] std::size_t size() const noexcept { return nodes.size(); }
};

/// Compressed sparse rows: the edges of node n are [offsets[n], offsets[n + 1]) of the other two.
struct Rows {
    std::vector<std::uint32_t> offsets;
    std::vector<Node> nodes;
    std::vector<double> weights;

    /// @pre node + 1 < offsets.size()
    [[nodiscard]] Row row(Node node) const noexcept {
        const std::size_t first = offsets[node];
        const std::size_t count = offsets[node + 1] - first;
        return {
            .nodes = std::span(nodes).subspan(first, count),
            .weights = std::span(weights).subspan(first, count),
        };
    }
};

/// A weighted directed graph that does not change, kept by source and by target. The same edges in
/// the same order give the same bytes.
class Graph {
  public:
    /// No nodes.
    Graph() = default;

    /// Edges between the same two nodes in the same direction become one, their weights added in
    /// the order given; edges of weight 0 and of a node to itself are kept. Refused (kInvalid): an
    /// end that is no node, a weight that is negative or not finite (also once added up), 2^32
    /// edges and more.
    static Result<Graph> from_edges(Node node_count, std::span<const Edge> edges);

    [[nodiscard]] Node node_count() const noexcept { return node_count_; }

    [[nodiscard]] std::size_t edge_count() const noexcept { return out_.nodes.size(); }

    /// By source: row(n) is where edges of n lead.
    [[nodiscard]] const Rows& out() const noexcept { return out_; }

    /// By target: row(n) is where edges to n come from.
    [[nodiscard]] const Rows& in() const noexcept { return in_; }

  private:
    Node node_count_ = 0;
    Rows out_{.offsets = {0}, .nodes = {}, .weights = {}};
    Rows in_{.offsets = {0}, .nodes = {}, .weights = {}};
};

/// How many nodes have an edge to themselves.
std::size_t loop_count(const Graph& graph);

/// The same without edges of a node to itself.
Graph without_loops(const Graph& graph);

/// Which edges of a node count.
enum class Side : std::uint8_t {
    kOut,
    kIn,
    kBoth,  ///< The sum of the two: an edge of a node to itself counts twice.
};

/// How many edges each node has; whole numbers, as doubles, so that concentration takes them.
std::vector<double> degrees(const Graph& graph, Side side);

/// The sum of the weights of each node's edges.
std::vector<double> strengths(const Graph& graph, Side side);

}  // namespace faultline::network
