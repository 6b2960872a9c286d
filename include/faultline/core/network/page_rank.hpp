// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/network/graph.hpp>

#include <cstdint>
#include <vector>

namespace faultline::network {

struct PageRankOptions {
    double damping = 0.85;
    double tolerance = 1e-12;         ///< Of the sum of |change| in a round.
    std::uint32_t most_rounds = 500;  ///< 0.85^170 is 1e-12: enough for any graph at 0.85.
};

struct PageRank {
    std::vector<double> ranks;  ///< Sum 1; empty without nodes.
    std::uint32_t rounds = 0;
    double last_change = 0;  ///< Sum of |change| in the last round.
    /// last_change < tolerance; the sum of errors is at most that over (1 - d).
    bool converged = false;
};

/// Weighted PageRank (Brin and Page 1998), by Gauss-Seidel rounds from 1/N:
///     r_i = (1 - d) / N + d (sum_j w_ji / s_j r_j + D / N)
/// with s_j the weight that leaves j and D the rank of nodes with s_j = 0, which is spread over all
/// nodes alike, as networkx `pagerank` does. Ranks are scaled to 1 at the end. @pre 0 <= damping <
/// 1
PageRank page_rank(const Graph& graph, const PageRankOptions& options);

}  // namespace faultline::network
