// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/network/graph.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace faultline::network {

/// What a default led to.
struct CascadeOutcome {
    std::uint32_t defaults = 0;  ///< The seeds included.
    std::uint32_t rounds =
        0;  ///< How many steps from a seed the last default was; 0: none followed.
    double loss =
        0;  ///< Of everybody but the seeds: the equity of who is in default, else what he lost.
};

/// Threshold cascade (Furfine 2003; Gai and Kapadia 2010): who is in default costs each creditor
/// `loss_given_default` of his claim; a creditor whose losses reach his equity is in default, too.
/// The set is the same in whatever order it is found. Nobody loses more than his equity; one with
/// equity 0 is in default with the first loss above 0.
///
/// Prepared once for a graph and its equities; a run costs the edges it touches and allocates
/// nothing.
class Cascade {
  public:
    /// @pre equities has an entry >= 0 for each node, 0 <= loss_given_default <= 1. Keeps
    /// references to graph and equities.
    Cascade(const Graph& graph, std::span<const double> equities, double loss_given_default);

    /// @pre seeds are nodes of the graph
    CascadeOutcome run(std::span<const Node> seeds);

    /// Who is in default, of the last run: seeds first, then in the order of the rounds.
    [[nodiscard]] std::span<const Node> defaulted() const noexcept {
        return std::span(defaulted_).first(defaulted_count_);
    }

  private:
    /// Of a node, between runs as at the beginning.
    struct State {
        double loss = 0;
        double threshold = 0;  ///< What loss brings it down; NaN once it did.
    };

    void spread(Node debtor);
    double settle(std::size_t seeds);

    const Graph* graph_;
    std::span<const double> equities_;
    double loss_given_default_;
    std::vector<State> states_;
    /// The first so many of each, which has room for all and one: who is in default, and who has
    /// lost something.
    std::vector<Node> defaulted_;
    std::size_t defaulted_count_ = 0;
    std::vector<Node> touched_;
    std::size_t touched_count_ = 0;
};

/// Contagion impact of one node: what its own default leads to. `reach` is the number of other
/// nodes in default, `radius` how many claims away the farthest is, `loss` what the others lose.
/// The size and depth of default cascades of Amini, Cont and Minca ("Resilience to contagion in
/// financial networks", 2011), for each node by itself.
struct Impact {
    std::uint32_t reach = 0;
    std::uint32_t radius = 0;
    double loss = 0;
};

/// For each node; N cascades.
std::vector<Impact> impacts(
    const Graph& graph, std::span<const double> equities, double loss_given_default
);

}  // namespace faultline::network
