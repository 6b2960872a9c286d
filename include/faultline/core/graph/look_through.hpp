// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/u256.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

/// What a node ultimately depends on: its assets, and what those stand for, to the end. Exact
/// definitions: docs/exposure-graph.md. All amounts are in usd with kUsdDecimals.
namespace faultline::graph {

/// Places in Snapshot::edges.
using EdgeIndex = std::uint32_t;
inline constexpr EdgeIndex kNoEdge = ~EdgeIndex{0};

class Standing;

/// So many tokens that stand for each other in a row are followed, from what somebody has. What
/// comes so far ends there.
inline constexpr std::size_t kMostWrappers = 64;

/// What is followed.
struct Following {
    /// Also what a token says alone (Proof::kClaimed). What came by such an edge is marked.
    bool claimed = true;
};

/// An end of the chain: a token that stands for nothing else, or was followed no further.
struct Terminal {
    NodeKey token;
    U256 usd;
    U256 claimed_usd;  ///< Of it: by way of at least one claimed edge.
    bool cut = false;  ///< It stands for something else, which is too far: see kMostWrappers.
    bool operator==(const Terminal&) const = default;
};

/// A node that a part of the assets goes through. A dollar counts once, however often it comes by:
/// no more than the total, and no sum over nodes means anything.
struct Gross {
    NodeKey node;
    U256 usd;
    U256 claimed_usd;         ///< Of it: what only claimed edges bring there.
    U256 direct_usd;          ///< Of it: before any token is taken for what it stands for.
    U256 direct_claimed_usd;  ///< Of that: what only claimed edges bring there.
    bool operator==(const Gross&) const = default;
};

/// What a node owes in one token.
struct Owed {
    NodeKey token;
    U256 usd;
    bool operator==(const Owed&) const = default;
};

/// A token that a node both ends in and owes.
struct Netted {
    NodeKey token;
    U256 held_usd;
    U256 owed_usd;
    bool operator==(const Netted&) const = default;
};

/// @invariant the sum of terminals plus circular_usd equals total_usd
struct Exposure {
    U256 total_usd;                   ///< Of all direct assets that have a value.
    std::vector<Terminal> terminals;  ///< The largest first, then by key.
    /// What goes round in tokens that stand for each other, with no way out or hardly one.
    U256 circular_usd;
    U256 cut_usd;              ///< Of the terminals: what ends in those that were cut.
    std::vector<Gross> gross;  ///< The largest first, then by key.
    /// Edges without a value that belong to the assets, or lead on from them beside edges that have
    /// one, or from where they were cut. Their reason is in the edge; they are in no figure here.
    /// Ascending.
    std::vector<EdgeIndex> unvalued;
    /// Debts, apart: nothing above is net of them. The largest first, then by key.
    std::vector<Owed> owes;
    std::vector<EdgeIndex> owes_unvalued;  ///< Ascending.
};

/// Held and owed by token, for who wants the difference: in order of keys.
std::vector<Netted> netted(const Exposure& exposure);

/// Who is exposed to a node, and how much.
struct Exposed {
    NodeIndex from = 0;
    U256 total_usd;  ///< As in Exposure.
    U256 usd;        ///< As in Gross, of that node.
    U256 claimed_usd;
    U256 direct_usd;
    U256 direct_claimed_usd;  ///< Of that: what only claimed edges bring there.
    /// Edges without a value through which it is exposed to the node, too: direct assets, and ways
    /// on from them beside others that have a value.
    std::uint32_t unvalued = 0;
    std::uint32_t direct_unvalued = 0;  ///< Of them: direct assets that would count as direct.
    std::uint32_t total_unvalued = 0;   ///< Direct assets without a value, wherever they lead.
    bool operator==(const Exposed&) const = default;
};

/// What a node is exposed to, and how much.
struct ExposedTo {
    NodeKey to;
    Exposed exposed;
};

struct PathLimits {
    std::size_t paths = 20;
    std::size_t depth = 16;        ///< Nodes on a path, both ends included.
    std::size_t visits = 100'000;  ///< Beginnings of paths that are looked at.
    Following following;
};

/// A step of a path: the node, and the edge that leads to it.
struct Step {
    NodeKey node;
    /// kNoEdge for the beginning, and from a market to the token of a claim on it when the market
    /// has nothing of that token. An edge to the protocol that a path begins with points here.
    EdgeIndex edge = kNoEdge;
    bool operator==(const Step&) const = default;
};

struct Path {
    std::vector<Step> steps;
    U256 usd;  ///< What takes this path.
};

struct Paths {
    std::vector<Path> paths;  ///< The largest first.
    U256 exposure_usd;        ///< As in Gross.
    U256 uncovered_usd;       ///< exposure_usd less the sum of the paths.
};

/// Answers questions about one snapshot, which it does not change and which must outlive it. Made
/// once in time proportional to the graph; a question costs what it touches, and room for each
/// token and claim once. Any thread.
class LookThrough {
  public:
    /// @pre snapshot.nodes are sorted by key; edges may be in any order
    explicit LookThrough(const Snapshot& snapshot);
    ~LookThrough();
    LookThrough(LookThrough&&) noexcept;
    LookThrough& operator=(LookThrough&&) noexcept;
    LookThrough(const LookThrough&) = delete;
    LookThrough& operator=(const LookThrough&) = delete;

    /// What `from` depends on. Nothing for nodes that have no assets of their own: issuers,
    /// oracles, bridges, governors.
    [[nodiscard]] Exposure of(NodeIndex from, const Following& following = {}) const;

    /// What `from` has to do with one node, as in of(from).gross. nullopt when no node or token of
    /// the graph is `to`.
    [[nodiscard]] std::optional<Exposed> between(
        NodeIndex from, const NodeKey& to, const Following& following = {}
    ) const;

    /// Accounts, entities, others, markets, protocols and tokens that are exposed to a node, by
    /// their index. A token is to itself.
    [[nodiscard]] std::vector<Exposed> exposed_to(
        const NodeKey& to, const Following& following = {}
    ) const;

    /// Everything of those nodes that `from` is exposed to, or may be by edges without a value: for
    /// each what between() says, in no order. Nodes that only amounts name are among them.
    [[nodiscard]] std::vector<ExposedTo> exposures_of(
        NodeIndex from,
        const std::function<bool(const NodeKey&)>& wanted,
        const Following& following = {}
    ) const;

    /// The ways that the most usd takes from a node to another, each node once on a way.
    [[nodiscard]] Paths paths(NodeIndex from, const NodeKey& to, const PathLimits& limits = {})
        const;

    /// By the node at the other end, kind and part, for as long as this lives.
    [[nodiscard]] std::span<const EdgeIndex> edges_from(NodeIndex node) const;
    [[nodiscard]] std::span<const EdgeIndex> edges_to(NodeIndex node) const;

    [[nodiscard]] const Snapshot& snapshot() const noexcept;

  private:
    std::unique_ptr<const Standing> standing_;
};

}  // namespace faultline::graph
