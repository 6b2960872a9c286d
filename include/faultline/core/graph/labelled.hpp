// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/resolution.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <string>
#include <vector>

/// Issuers, bridges and names in a graph that contracts alone made. Labels are no state of the
/// chain: they change without a block, and no row holds what they say.
namespace faultline::graph {

struct Labelled {
    Snapshot snapshot;
    ResolvedShares shares;  ///< Of the tokens in it, by what its markets owe of them.
    std::vector<std::string> contradictions;  ///< By token, as in Resolution.
};

/// The snapshot with accounts merged into the entities that labels give them to, their positions of
/// a part and side summed, with one issued-by edge from each token, bridged-by edges, what labelled
/// wrappers stand for, whose each market is (of a fork: its own name rather than that of its code),
/// and names and sectors where labels give them. Amounts are left as
/// they are; of tokens whose decimals neither protocol nor token tells, a label may tell them.
Labelled labelled(const Labels& labels, eth::ChainId chain, const Snapshot& snapshot);

}  // namespace faultline::graph
