// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/structure.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/exposure_graph.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <compare>
#include <set>
#include <span>
#include <vector>

/// How much there is behind tokens that stand for others: totalAssets() of the wrapper (ERC-4626),
/// or where it has none, balanceOf() it, of the token that it wraps. Asked when a wrapper comes,
/// and from then on at a block of its own in each kAmountsAgainEvery.
namespace faultline::graph {

/// About 50 minutes of Ethereum.
inline constexpr eth::BlockNum kAmountsAgainEvery = 256;

struct Wrapper {
    Address token;
    Address wraps;  ///< By its own word, or else by a label.
    auto operator<=>(const Wrapper&) const = default;
};

/// Those of the tokens, and of what labels say that they stand for, that stand for another token;
/// sorted. Receipts of markets are not among them: the markets tell.
std::vector<Wrapper> wrappers_in(
    const EdgeList& edges, const std::set<Address>& tokens, const LabelledWraps& labelled
);

/// The calls about wrappers whose turn it is that the block has not made; the second of a wrapper
/// is for when the first was answered with no amount. `wrappers` are sorted, one for a token.
std::vector<eth::Read> plan_wrapped_reads(
    std::span<const Wrapper> wrappers, const eth::Block& block, const Tables& tables
);

/// Makes rows of the wrappers about which the block has made all calls, whoever asked, and whatever
/// labels say: so rows follow from blocks alone. No older amount stands in for one that fails.
void take_wrapped_answers(const eth::Block& block, Tables& tables);

/// What `all`, by wrapper, tell of the amount of a wraps edge between two tokens, or why nothing.
void tell_amount(
    std::span<const Wrapped> all, const Address& wrapper, const Address& wraps, Edge& edge
);

}  // namespace faultline::graph
