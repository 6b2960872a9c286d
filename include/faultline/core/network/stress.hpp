// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/network/contagion.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/snapshot.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace faultline::network {

/// How losses spread, with the sizes of nodes as what they can lose.
///
/// - contagion: ContagionSimulator.
/// - debtrank: DebtRank, with sizes as equities; a loss is the share of equity lost.
/// - cascade: Cascade, with sizes as equities. Shocked nodes are in default and lose all; the share
///   is what creditors lose of their claims on who is in default.
/// - clearing: clear(). Before the shock everybody can pay: beside its claims a node has what its
///   size, or what it owes where that is more, has beyond them. The shock takes a share of each of
///   those and of each claim, which is somebody else's from then on. A node's loss is that share of
///   its size, and what it is not paid of the claims that are left.
///
/// Nobody loses more than its size in any of them: one of size 0 loses nothing. What a node owes
/// itself is in none: nobody else loses it, and in a round trip it would make a loss larger.
enum class StressModel : std::uint8_t {
    kContagion,
    kDebtRank,
    kCascade,
    kClearing
};

constexpr StressModel last_of(StressModel /*of*/) noexcept {
    return StressModel::kClearing;
}

/// "contagion", "debtrank", "cascade", "clearing".
std::string_view stress_model_name(StressModel model) noexcept;
/// nullopt when no model is called so.
std::optional<StressModel> stress_model_of(std::string_view name) noexcept;

/// Where losses ended.
struct StressOutcome {
    double lost = 0;                       ///< Sum of losses, each at most its node's size.
    double total = 0;                      ///< Sum of sizes.
    double share = 0;                      ///< lost / total; 0 when nothing has a size.
    std::optional<double> unabsorbed;      ///< Lost by who had no more; of contagion and clearing.
    std::optional<std::size_t> defaulted;  ///< Cascade: the shocked included. Clearing: cannot pay.
    std::uint32_t rounds = 0;
    std::size_t shocked = 0;
    std::size_t links_to_self = 0;  ///< That no model followed.
    std::size_t distressed = 0;     ///< Lost more than a tenth of their size, or were shocked.
    bool ended = true;           ///< Else a bound on rounds ended it, and more is lost than shown.
    std::vector<double> losses;  ///< By node.
};

/// What shocks lead to; those of one node add up, to all that it has. `most_rounds` ends DebtRank
/// and clearing; a cascade ends of itself, and contagion after ten, as published. Error (kInvalid)
/// when a cascade is asked with more than one share. @pre shocks are of the network's nodes, shares
/// 0 to 1
Result<StressOutcome> stress(
    const SnapshotGraph& network,
    std::span<const Shock> shocks,
    StressModel model,
    std::uint32_t most_rounds = 10'000
);

/// "0.5" or "50%": a share from 0 to 1. nullopt for anything else.
std::optional<double> parse_share(std::string_view text);

/// The nodes of the largest values, descending; of equal ones by number.
std::vector<Node> largest(std::span<const double> values, std::size_t count);

}  // namespace faultline::network
