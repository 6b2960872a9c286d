// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

/// Exposures as figures that rules can hold against a limit. Definitions: docs/exposure-graph.md.
namespace faultline::graph {

/// Every node that has assets of its own and is no token.
struct Any {
    bool operator==(const Any&) const = default;
};

/// One node, all nodes of a kind, or any.
using Selection = std::variant<NodeKey, NodeKind, Any>;

/// What such a text selects: "any", a kind of node, or the id of one; nullopt: none of them.
std::optional<Selection> selection_of(std::string_view text);

enum class Reach : std::uint8_t {
    kDirect,       ///< Before any token is taken for what it stands for.
    kLookThrough,  ///< By way of everything.
};

constexpr Reach last_of(Reach /*of*/) noexcept {
    return Reach::kLookThrough;
}

enum class Measure : std::uint8_t {
    kUsd,            ///< kUsdDecimals.
    kShareOfAssets,  ///< Of the direct assets of `from`, in basis points, rounded down.
    kShareOfDepth,   ///< Of what all markets can pay out of the token, in basis points, rounded
                     ///< down.
};

constexpr Measure last_of(Measure /*of*/) noexcept {
    return Measure::kShareOfDepth;
}

/// How rules and requests write them, by value.
inline constexpr std::array<std::string_view, 2> kReachNames{"direct", "look_through"};
inline constexpr std::array<std::string_view, 3> kMeasureNames{
    "usd", "share_of_assets", "share_of_depth"
};

struct Question {
    Selection from;
    Selection to;  ///< Any: every node.
    Reach reach = Reach::kLookThrough;
    Measure measure = Measure::kUsd;
    Following following;
};

struct Measured {
    NodeKey from;
    NodeKey to;
    /// Exact, or no_data with the reason as soon as one asset that it needs has no value.
    Figure<U256> figure;
    /// What is known of the exposure, in usd whatever is measured: never more than it is, but for
    /// what ways without a value would take of others.
    U256 known_usd;
    U256 claimed_usd;            ///< Of it: what only claimed edges bring there.
    std::uint32_t unvalued = 0;  ///< Edges without a value through which `from` is exposed, too.
    /// Where the figure is a share: of what, in usd. So the share is known_usd over it, exactly.
    U256 whole_usd;
    bool operator==(const Measured&) const = default;
};

/// One answer for each pair that is exposed or may be, the largest known usd first, then by keys;
/// of one node to one node always one, 0 if need be, and no_data when the graph has none of the
/// two.
std::vector<Measured> measure(const LookThrough& graph, const Question& question);

/// How many nodes of a graph a question from these begins at.
std::size_t beginnings(const Snapshot& snapshot, const Selection& from);

/// What all markets can pay out of a token, in usd. no_data: none has any, or one has no value.
Figure<U256> depth(const LookThrough& graph, const NodeKey& token);

enum class Concentrated : std::uint8_t {
    kSuppliers,         ///< By holder, supplied and collateral together.
    kBorrowers,         ///< By holder.
    kCollateralTokens,  ///< By token, of everybody.
};

constexpr Concentrated last_of(Concentrated /*of*/) noexcept {
    return Concentrated::kCollateralTokens;
}

struct ShareHolder {
    NodeKey node;
    U256 usd;
    bool operator==(const ShareHolder&) const = default;
};

/// How a market's claims or debts are spread. Everybody else (NodeKind::kOthers) is in the total,
/// but is no holder: who they are is not known. So of holders all figures are lower bounds, and
/// exact when `others_usd` is 0. Collateral by token is everybody's.
struct Concentration {
    U256 total_usd;
    U256 others_usd;                   ///< Of it: of everybody else.
    std::vector<ShareHolder> holders;  ///< The largest first, then by key.
    std::uint32_t unvalued = 0;        ///< Edges without a value: there are no figures then.

    /// Herfindahl-Hirschman: the sum of squared shares, rounded down; 1e18 when one has everything.
    [[nodiscard]] Figure<U256> hhi_wad() const;
    /// What the `count` largest have together, in basis points, rounded down.
    [[nodiscard]] Figure<U256> top_share_bps(std::size_t count) const;
};

/// @pre market is a market
Concentration concentration(const LookThrough& graph, NodeIndex market, Concentrated what);

}  // namespace faultline::graph
