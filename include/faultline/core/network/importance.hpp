// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/network/graph.hpp>

#include <optional>
#include <span>
#include <vector>

namespace faultline::network {

/// How the three parts of systemic importance are weighed; thirds as published.
struct ImportanceWeights {
    double rank = 1.0 / 3;
    double tail = 1.0 / 3;
    double size = 1.0 / 3;
};

/// The share of each node's out-strength that its five heaviest edges carry; 0 without any.
std::vector<double> tail_shares(const Graph& graph);

/// SIS of DeXposure-FM (arXiv 2602.03981):
///     rank PR_p / max PR + tail Tail_p + size log1p(TVL_p) / max log1p(TVL)
/// with Tail of tail_shares. A part whose maximum is 0 is 0 for everybody.
/// @pre ranks and sizes have an entry >= 0 for each node
std::vector<double> systemic_importance(
    const Graph& graph,
    std::span<const double> ranks,
    std::span<const double> sizes,
    const ImportanceWeights& weights
);

/// The interconnectedness category of the Basel Committee's score of systemic importance (BCBS 255,
/// 2013; BCBS 445, 2018): the average of a node's share of all claims (out-strength) and of all
/// liabilities (in-strength) in the network. Its third indicator, securities outstanding, has no
/// counterpart here. Sums to 1; all 0 when nothing weighs.
std::vector<double> interconnectedness(const Graph& graph);

/// What is locked, counted once and as advertised (Luo et al., arXiv 2404.11745).
struct ValueLocked {
    double total = 0;       ///< TVL: everything that was deposited anywhere.
    double redeemable = 0;  ///< TVR: without what is a claim on something counted before.
    std::optional<double> multiplier;  ///< TVL / TVR; nullopt when nothing is redeemable.
};

/// The leverage of `sizes` (TVL of each node), of which `derivative` are receipts of deposits
/// elsewhere. @pre as many of one as of the other, 0 <= derivative[i] <= sizes[i]
ValueLocked value_locked(std::span<const double> sizes, std::span<const double> derivative);

}  // namespace faultline::network
