// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/network/graph.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace faultline::network {

/// E / (N (N - 1)): the share of ordered pairs that are joined (networkx `density`, DeXposure-FM).
/// An edge of a node to itself counts in E. nullopt below two nodes.
std::optional<double> density(std::uint64_t node_count, std::uint64_t edge_count);
std::optional<double> density(const Graph& graph);

/// The share of edges between different nodes whose opposite is an edge, too (igraph
/// `reciprocity`, loops ignored). nullopt without such edges.
std::optional<double> reciprocity(const Graph& graph);

/// Degree assortativity of a directed graph: Pearson correlation, over all edges, of the source's
/// out-degree and the target's in-degree (Newman 2003, Phys. Rev. E 67, 026126, eq. 25; networkx
/// `degree_assortativity_coefficient`). nullopt when one of both never varies.
std::optional<double> degree_assortativity(const Graph& graph);

/// The core number of each node: the largest k such that the node is in a subgraph where everybody
/// has k neighbours (Seidman 1983), by the bucket algorithm of Batagelj and Zaversnik (2003) in
/// O(N + E). Neighbours are those joined in either direction, each counted once; loops are ignored.
std::vector<std::uint32_t> core_numbers(const Graph& graph);

}  // namespace faultline::network
