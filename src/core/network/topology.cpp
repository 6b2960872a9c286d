// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/sum.hpp>
#include <faultline/core/network/topology.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <ranges>
#include <utility>
#include <vector>

namespace faultline::network {

namespace {

/// Neighbours in either direction, each once, without the node itself.
struct Neighbours {
    std::vector<std::uint32_t> offsets;
    std::vector<Node> nodes;

    [[nodiscard]] std::uint32_t count(Node node) const { return offsets[node + 1] - offsets[node]; }
};

Neighbours neighbours_of(const Graph& graph) {
    Neighbours out;
    out.offsets.reserve(std::size_t{graph.node_count()} + 1);
    out.offsets.push_back(0);
    out.nodes.reserve(graph.edge_count() * 2);
    for (Node node = 0; node < graph.node_count(); ++node) {
        const auto first = static_cast<std::ptrdiff_t>(out.nodes.size());
        std::ranges::set_union(
            graph.out().row(node).nodes, graph.in().row(node).nodes, std::back_inserter(out.nodes)
        );
        const auto itself = std::find(out.nodes.begin() + first, out.nodes.end(), node);
        if (itself != out.nodes.end()) {
            out.nodes.erase(itself);
        }
        out.offsets.push_back(static_cast<std::uint32_t>(out.nodes.size()));
    }
    return out;
}

/// Nodes sorted by how many neighbours they have left, in buckets that a node leaves downwards by
/// one swap.
class Buckets {
  public:
    explicit Buckets(std::vector<std::uint32_t>& left)
        : left_(left), order_(left.size()), place_(left.size()) {
        const std::uint32_t most = left.empty() ? 0 : *std::ranges::max_element(left);
        starts_.assign(std::size_t{most} + 2, 0);
        for (const std::uint32_t count : left) {
            ++starts_[std::size_t{count} + 1];
        }
        for (std::size_t count = 0; count + 1 < starts_.size(); ++count) {
            starts_[count + 1] += starts_[count];
        }
        std::vector<std::uint32_t> next = starts_;
        for (Node node = 0; node < left.size(); ++node) {
            place_[node] = next[left[node]]++;
            order_[place_[node]] = node;
        }
    }

    [[nodiscard]] Node at(std::size_t place) const { return order_[place]; }

    void lower(Node node) {
        const std::uint32_t from = place_[node];
        const std::uint32_t to = starts_[left_[node]]++;
        const Node other = order_[to];
        std::swap(order_[from], order_[to]);
        place_[node] = to;
        place_[other] = from;
        --left_[node];
    }

  private:
    std::vector<std::uint32_t>& left_;
    std::vector<std::uint32_t> starts_;
    std::vector<Node> order_;
    std::vector<std::uint32_t> place_;
};

}  // namespace

std::optional<double> density(std::uint64_t node_count, std::uint64_t edge_count) {
    if (node_count < 2) {
        return std::nullopt;
    }
    const double nodes = static_cast<double>(node_count);
    return static_cast<double>(edge_count) / (nodes * (nodes - 1));
}

std::optional<double> density(const Graph& graph) {
    return density(graph.node_count(), graph.edge_count());
}

std::optional<double> reciprocity(const Graph& graph) {
    std::size_t edges = 0;
    std::size_t returned = 0;
    for (Node node = 0; node < graph.node_count(); ++node) {
        const auto to = graph.out().row(node).nodes;
        const auto from = graph.in().row(node).nodes;
        const bool loop = std::ranges::binary_search(to, node);
        std::size_t both = 0;
        for (std::size_t a = 0, b = 0; a < to.size() && b < from.size();) {
            both += to[a] == from[b] ? 1U : 0U;
            const bool advance_both = to[a] == from[b];
            const bool advance_to = to[a] <= from[b];
            a += advance_to ? 1U : 0U;
            b += advance_both || !advance_to ? 1U : 0U;
        }
        edges += to.size() - (loop ? 1U : 0U);
        returned += both - (loop ? 1U : 0U);
    }
    if (edges == 0) {
        return std::nullopt;
    }
    return static_cast<double>(returned) / static_cast<double>(edges);
}

std::optional<double> degree_assortativity(const Graph& graph) {
    const std::vector<double> out = degrees(graph, Side::kOut);
    const std::vector<double> in = degrees(graph, Side::kIn);
    const double edges = static_cast<double>(graph.edge_count());
    if (edges == 0) {
        return std::nullopt;
    }
    // Each node's out-degree is a source's as often as it has edges out, its in-degree likewise.
    Sum out_sum;
    Sum in_sum;
    for (Node node = 0; node < graph.node_count(); ++node) {
        out_sum.add(out[node] * out[node]);
        in_sum.add(in[node] * in[node]);
    }
    const double out_mean = out_sum.value() / edges;
    const double in_mean = in_sum.value() / edges;
    Sum out_variance;
    Sum in_variance;
    Sum covariance;
    for (Node source = 0; source < graph.node_count(); ++source) {
        const double out_gap = out[source] - out_mean;
        const double in_gap = in[source] - in_mean;
        out_variance.add(out[source] * out_gap * out_gap);
        in_variance.add(in[source] * in_gap * in_gap);
        for (const Node target : graph.out().row(source).nodes) {
            covariance.add(out_gap * (in[target] - in_mean));
        }
    }
    // Degrees are integers: a spread below this is the rounding of the mean.
    constexpr double kNone = 1e-12;
    if (out_variance.value() <= kNone * edges || in_variance.value() <= kNone * edges) {
        return std::nullopt;
    }
    return covariance.value() / (std::sqrt(out_variance.value()) * std::sqrt(in_variance.value()));
}

std::vector<std::uint32_t> core_numbers(const Graph& graph) {
    const Neighbours neighbours = neighbours_of(graph);
    std::vector<std::uint32_t> left(graph.node_count());
    for (Node node = 0; node < graph.node_count(); ++node) {
        left[node] = neighbours.count(node);
    }
    Buckets buckets(left);
    for (std::size_t place = 0; place < left.size(); ++place) {
        const Node node = buckets.at(place);
        const std::uint32_t end = neighbours.offsets[std::size_t{node} + 1];
        for (std::uint32_t at = neighbours.offsets[node]; at < end; ++at) {
            const Node other = neighbours.nodes[at];
            if (left[other] > left[node]) {
                buckets.lower(other);
            }
        }
    }
    return left;
}

}  // namespace faultline::network
