// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/flow.hpp"
#include "core/graph/standing.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <tuple>
#include <vector>

namespace faultline::graph {

/// Direct assets that begin in the same state and touch the same nodes before it.
struct AssetGroup {
    StateIndex state = kNoState;
    bool claimed = false;
    U256 usd;
    /// Nodes that what is in here depends on besides those of the state.
    std::vector<Touch> touches;
};

/// What a borrower owes of a group: it depends on that node, too.
struct OwedPart {
    Place borrower = kNoPlace;
    std::size_t group = 0;  ///< In Assets::groups.
    U256 usd;
};

/// An edge by which a node has an asset.
struct AssetEdge {
    EdgeIndex edge = kNoEdge;
    EdgeIndex market_edge = kNoEdge;  ///< Of a protocol: by which the market is its part.
};

/// What a node has itself.
struct Assets {
    U256 total;
    U256 itself;  ///< Of a token: the part that is the token itself, by no edge.
    std::vector<AssetGroup> groups;
    std::vector<OwedPart> owed;    ///< By borrower, then group; each pair once.
    std::vector<AssetEdge> edges;  ///< Those with a value.
    std::vector<AssetEdge> unvalued;
};

class AssetCount {
  public:
    AssetCount(const Standing& standing, NodeIndex of, const Following& following);

    Assets take() &&;

  private:
    struct NewGroup {
        AssetGroup group;
        std::vector<OwedPart> owed;  ///< In the order of edges; without the group.
    };

    using GroupKey = std::tuple<StateIndex, bool, Place, Hash32>;

    void add_protocol();
    void add_market(NodeIndex market, EdgeIndex market_edge);
    void add_token();
    /// Sum of those that have a value; nullopt: none has.
    [[nodiscard]] std::optional<U256> known_usd(std::span<const EdgeIndex> edges) const;
    [[nodiscard]] std::vector<EdgeIndex> edges_of_token(bool& claimed) const;
    /// But for those that a state of `stands` leads to: what stands there has them already.
    void add_claims(NodeIndex holder, EdgeIndex market_edge, std::vector<StateIndex> stands);
    void add_edge(const AssetEdge& asset);
    void give_out();
    /// The value that counts; nullopt: without one it goes to the unvalued.
    std::optional<U256> count(const AssetEdge& asset);
    [[nodiscard]] bool follows(EdgeIndex edge) const;

    const Standing& standing_;
    const Snapshot& snapshot_;
    NodeIndex of_;
    Following following_;
    Assets assets_;
    std::map<GroupKey, NewGroup> groups_;
};

/// What an asset that is an edge depends on before its state is, without the node itself; who owes
/// a debt is the edge's other end. What is proven comes before what is claimed.
std::vector<Touch> touches_before(
    const Standing& standing, NodeIndex of, const AssetEdge& asset, const Following& following
);

/// The parts of it that a place owes.
std::span<const OwedPart> owed_by(const Assets& assets, Place place);

/// Where a claim leads at once: its own touches and those of its token count as direct.
const Touch* direct_touch(const Standing& standing, const AssetGroup& group, Place place);

}  // namespace faultline::graph
