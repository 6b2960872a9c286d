// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/network/graph.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace faultline::network {

/// The simulator of DeXposure-FM (arXiv 2602.03981).
struct ContagionOptions {
    double distress_share = 0.1;  ///< Distressed: lost more than this share of its size.
    std::uint32_t most_rounds = 10;
};

/// A node and the share of its size that it loses at first, 0 to 1.
struct Shock {
    Node node = 0;
    double share = 0;
};

/// What a run did. lost + unabsorbed is all that was lost or handed on, so that nothing vanishes.
struct Contagion {
    double lost = 0;               ///< Sum of all losses, each at most its node's size.
    double unabsorbed = 0;         ///< Handed to nodes that had nothing left to lose.
    double share = 0;              ///< lost / sum of sizes; 0 when all sizes are.
    std::uint32_t rounds = 0;      ///< In which somebody handed a loss on.
    std::uint32_t distressed = 0;  ///< The shocked ones included.
    bool exhausted = false;        ///< most_rounds ended it: somebody had still to hand on.
};

/// Losses of a debtor go to his creditors. In each round every node that became distressed in the
/// one before (at first: the shocked ones) hands its whole loss to its creditors, in proportion to
/// their claims, once: dLoss_q = Loss_p w_qp / sum_q' w_q'p. A loss is never more than the node's
/// size: one of size 0 absorbs 0. (The published code left that cap out where the size is 0, which
/// doubled losses; here they are continuous in size at 0.) Claims of weight 0, and a node without
/// creditors, pass nothing on.
///
/// Prepared once for a graph and its sizes; a run allocates nothing once the longest was made.
class ContagionSimulator {
  public:
    /// @pre sizes has an entry >= 0 for each node. Keeps references to graph and sizes.
    ContagionSimulator(const Graph& graph, std::span<const double> sizes);

    /// Shocks of the same node add up, to its size at most. @pre shares are between 0 and 1
    Contagion run(std::span<const Shock> shocks, const ContagionOptions& options);

    /// By node, of the last run.
    [[nodiscard]] std::span<const double> losses() const noexcept { return losses_; }

  private:
    void shock(std::span<const Shock> shocks);
    bool hand_on();
    double absorb(double distress_share);
    [[nodiscard]] bool has_to_hand_on() const;

    const Graph* graph_;
    std::span<const double> sizes_;
    double all_sizes_ = 0;
    std::vector<double>
        claim_shares_;  ///< Of the debtor's claims, beside the graph's rows by target.
    std::vector<double> losses_;
    std::vector<double> arriving_;
    std::vector<std::uint8_t> distressed_;
    std::vector<std::uint8_t> touched_;
    std::vector<Node> frontier_;
    std::vector<Node> reached_;
};

}  // namespace faultline::network
