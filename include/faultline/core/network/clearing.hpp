// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/network/graph.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace faultline::network {

struct ClearingOptions {
    double external_recovery = 1;  ///< alpha: what a defaulting node gets of its other assets.
    double claim_recovery = 1;     ///< beta: what it gets of the payments it receives.
    double tolerance = 1e-12;      ///< Of the largest fall in a round, as a share of all dues.
    std::uint32_t most_rounds = 100'000;
};

/// Who pays what.
struct Clearing {
    std::vector<double> payments;         ///< By node; dues where it is solvent.
    std::vector<std::uint8_t> defaulted;  ///< By node: 1 when it pays less than its dues.
    std::uint32_t rounds = 0;
    double last_change = 0;
    bool converged = false;  ///< Else payments are an upper bound.
};

/// The greatest clearing vector (Eisenberg and Noe 2001, Management Science 47(2)),
///     p = min{dues, e + P' p},  P_ij the share of i's dues that it owes j,
/// with default costs as Rogers and Veraart (2013, Management Science 59(4)) where alpha or beta is
/// below 1: a node that cannot pay in full pays alpha e + beta P' p. A node owes the sum of the
/// edges that lead to it (the source is the creditor). Iterates from full payment downwards, each
/// node seeing what those before it pay already; falls monotonically to the greatest solution.
/// A node short of less than 1e-12 of its dues counts as solvent: that is rounding of sums.
/// @pre external has an entry >= 0 for each node; 0 <= alpha, beta <= 1
Clearing clear(
    const Graph& graph, std::span<const double> external, const ClearingOptions& options
);

}  // namespace faultline::network
