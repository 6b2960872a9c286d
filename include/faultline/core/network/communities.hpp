// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/network/graph.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace faultline::network {

struct CommunityOptions {
    double resolution = 1;         ///< gamma below: higher finds more and smaller ones.
    std::uint32_t seed = 1;        ///< The same seed gives the same partition.
    std::uint32_t iterations = 2;  ///< Of the whole algorithm, as igraph's own default.
};

/// Who belongs together.
struct Communities {
    std::vector<std::uint32_t> of;  ///< By node: numbered from 0 in the order of their first node.
    std::uint32_t count = 0;
    std::optional<double> modularity;  ///< As modularity() says of it.
};

/// Leiden (Traag, Waltman, van Eck 2019, Sci. Rep. 9:5233) maximising modularity, by igraph's C
/// library. Directions are dropped: the weight between two nodes is that of both. Weights count
/// relative to each other: where the largest is not from 1 to 2^64, all are multiplied by the power
/// of two that brings it there, for igraph multiplies them with each other. Error (kUnavailable)
/// when igraph has no memory left. Not to be called from two threads at a time.
Result<Communities> communities(const Graph& graph, const CommunityOptions& options);

/// Modularity (Newman 2006) of a partition of the graph without directions,
///     Q = sum_c (e_c / m - gamma (K_c / 2m)^2),
/// m being the sum of weights, e_c what is inside c, K_c the strength of its nodes (a loop counts
/// twice in it). Weights of any magnitude, as above. nullopt when m is 0. @pre `of` has an entry
/// for each node
std::optional<double> modularity(
    const Graph& graph, std::span<const std::uint32_t> of, double resolution
);

}  // namespace faultline::network
