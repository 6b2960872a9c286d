// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/network/cascade.hpp>
#include <faultline/core/network/figures.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/importance.hpp>
#include <faultline/core/network/protocol_network.hpp>
#include <faultline/core/network/sectors.hpp>
#include <faultline/core/network/snapshot.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// Everything that is shown of the network of protocols and issuers at a block.
namespace faultline::network {

/// What it leads to that one node alone loses all that it has.
struct WhatIf {
    Impact contagion;  ///< With sizes as equities and everything of a claim lost.
    /// debt_rank_value() of its whole equity; nullopt when distress still grew after 1,000 rounds.
    std::optional<double> debt_rank;
    /// What the others lose, by StressModel::kClearing; nullopt when it still grew, as above.
    std::optional<double> clearing_loss_usd;
};

/// Who is of which sector, and what sectors hold of each other.
struct Sectors {
    std::vector<std::string> names;  ///< Ascending; those that have a node.
    std::vector<std::uint32_t> of;   ///< By node.
    SectorMatrix matrix{0};
    /// Its cells, exact, row by row; nullopt when one exceeds 256 bits.
    std::vector<std::optional<U256>> usd;
};

struct NetworkReport {
    LiveNetwork live;
    SnapshotGraph made;  ///< Of live.network; its nodes are those of all that follows.
    NetworkFigures figures;
    Sectors sectors;
    /// Sums of what nodes hold, exact; nullopt when one exceeds 256 bits.
    std::optional<U256> held_usd;
    std::optional<U256> links_usd;
    /// held_usd without what stands for something else: LiveNode::derivative_usd.
    std::optional<U256> redeemable_usd;
    ValueLocked locked;  ///< The leverage of the same.
    /// By node. nullopt for those that were not tried: who owes most goes first, until all rounds
    /// of all models have come by kMostSteps nodes and links.
    std::vector<std::optional<WhatIf>> what_if;
};

/// So that a report has a bound: what a tenth of a second is for.
inline constexpr std::uint64_t kMostSteps = 10'000'000;

/// What failures of these nodes lead to, by node of the network, tried in this order until all
/// rounds of all models have come by `most_steps` nodes and links; nullopt for all others. Links of
/// a node to itself are left out, as stress() leaves them out. Errors: those of stress().
/// @pre `order` are nodes of the network
Result<std::vector<std::optional<WhatIf>>> what_ifs(
    const SnapshotGraph& network, std::span<const Node> order, std::uint64_t most_steps
);

/// What is held without what stands for something else. @pre `made` is of live.network
ValueLocked locked_of(const LiveNetwork& live, const SnapshotGraph& made);

/// Errors: those of network_figures(), and of snapshot_graph() for values that are no sizes.
Result<NetworkReport> network_report(const graph::Snapshot& labelled);

}  // namespace faultline::network
