// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/network/graph.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace faultline::network {

struct DebtRankOptions {
    double tolerance = 1e-12;  ///< Stop when nobody's distress grew by more in a round.
    std::uint32_t most_rounds = 10'000;
};

/// Where distress ended.
struct Distress {
    std::uint32_t rounds = 0;
    double last_change = 0;  ///< The largest growth in the last round.
    bool converged = false;  ///< last_change <= tolerance. Else there is more distress than shown.
};

/// Linear DebtRank (Bardoscia, Battiston, Caccioli, Caldarelli 2015, PLoS ONE 10(6) e0130406):
///     h_i(t + 1) = min{1, h_i(t) + sum_j L_ij (h_j(t) - h_j(t - 1))},  L_ij = A_ij / E_i
/// with h the share of equity lost, A_ij the claim of i on j (edge i -> j) and E_i the equity of i.
/// It converges at the rate of L's largest eigenvalue where that is below 1, and saturates at 1
/// where it is above. A node with equity 0 is at h = 1 with the first loss that reaches it, which
/// is what ever smaller equity leads to; valued, that loss is 0.
///
/// Prepared once for a graph and its equities; run() allocates nothing.
class DebtRank {
  public:
    /// @pre equities has an entry >= 0 for each node. Keeps a reference to the graph.
    DebtRank(const Graph& graph, std::span<const double> equities);

    /// Spreads what is in `distress`, h(0) between 0 and 1 of each node, and leaves h(T) there.
    /// @pre distress has an entry for each node
    Distress run(std::span<double> distress, const DebtRankOptions& options);

  private:
    double spread_round(std::span<double> distress);

    const Graph* graph_;
    std::vector<double> leverage_;  ///< L by debtor, beside the graph's rows by target.
    std::vector<double> grown_;     ///< h_j(t) - h_j(t - 1) of who is in active_.
    std::vector<double> arriving_;
    std::vector<Node> reached_;  ///< As many as the round has reached, of room for all and one.
    std::vector<Node> active_;
};

/// R = sum_i (h_i(T) - h_i(0)) v_i / sum v: the part of all value lost beyond the shock itself.
/// 0 when nothing has value. @pre the three have as many entries
double debt_rank_value(
    std::span<const double> before, std::span<const double> after, std::span<const double> values
);

}  // namespace faultline::network
