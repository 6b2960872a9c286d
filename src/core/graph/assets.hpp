// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/flow.hpp"
#include "core/graph/standing.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <map>
#include <optional>
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

/// An edge by which a node has an asset.
struct AssetEdge {
    EdgeIndex edge = kNoEdge;
    EdgeIndex market_edge = kNoEdge;  ///< Of a protocol: by which the market is its part.
};

/// What a node has itself.
struct Assets {
    U256 total;
    std::vector<AssetGroup> groups;
    std::map<Place, Mass> borrowers;  ///< Who owes it, of debts.
    std::vector<AssetEdge> edges;     ///< Those with a value.
    std::vector<AssetEdge> unvalued;
};

class AssetCount {
  public:
    AssetCount(const Standing& standing, NodeIndex of, const Following& following);

    Assets take() &&;

  private:
    using GroupKey = std::tuple<StateIndex, bool, Place, Hash32>;

    void add_holder();
    void add_protocol();
    void add_market(NodeIndex market, EdgeIndex market_edge);
    void add_token();
    void add_edge(const AssetEdge& asset, NodeIndex market);
    /// The value that counts; nullopt: without one it goes to the unvalued.
    std::optional<U256> count(const AssetEdge& asset);
    [[nodiscard]] bool follows(EdgeIndex edge) const;

    const Standing& standing_;
    const Snapshot& snapshot_;
    NodeIndex of_;
    Following following_;
    Assets assets_;
    std::map<GroupKey, AssetGroup> groups_;
};

/// Where a claim leads at once: its own touches and those of its token count as direct.
const Touch* direct_touch(const Standing& standing, const AssetGroup& group, Place place);

}  // namespace faultline::graph
