// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/leaderboard.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/ledger/hashed_rows.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>

#include <compare>
#include <cstddef>
#include <functional>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace faultline::graph {

/// Who among the holders of a market is a node of the graph, and the edges of those: holders that
/// are known (labelled, or a contract that is a node itself), and whoever is among the largest of
/// any part and side. Follows the protocol's rows leg by leg; in memory only, as it follows from
/// them.
class Holdings {
  public:
    /// The node that holds what is at an address; nullopt for a stranger.
    using KnownNode = std::function<std::optional<NodeKey>(const Address&)>;
    using Edges = std::unordered_map<EdgeKey, U256, ledger::KeyHash>;

    /// The protocol outlives it. `top` is how many of each part and side are nodes.
    Holdings(
        const protocol::Protocol& protocol,
        protocol::MarketId market,
        std::size_t top,
        KnownNode known
    );

    /// Looks at all legs of the market anew: at the start, after history, and when it may have
    /// changed who is known.
    void scan(const NodeKey& market_node);
    /// The legs of a holder are going to change: what they were before.
    void leave(const std::vector<protocol::Leg>& legs);
    /// What they are now. @pre leave(), since the last scan() or refresh() of it
    void refresh(const protocol::Holder& holder, std::vector<protocol::Leg> legs);

    /// Whether somebody unseen may have become one of the largest: then scan().
    [[nodiscard]] bool needs_scan() const noexcept { return needs_scan_; }

    /// Claims on these parts are the protocol's own reserves, and nobody's. Whether that is new.
    bool set_own_parts(std::vector<Hash32> parts);

    /// All position edges, with the units of their legs.
    [[nodiscard]] const Edges& edges() const noexcept { return edges_; }

    /// Which of them may have changed since the last call.
    std::unordered_set<EdgeKey, ledger::KeyHash> take_changed();

    /// The units of all edges of a part and side.
    [[nodiscard]] U256 told(const Hash32& part, protocol::LegSide side) const;
    /// The units of all claims of a part and side, whoever's: what the market itself may not tell.
    [[nodiscard]] U256 whole(const Hash32& part, protocol::LegSide side) const;

  private:
    struct BoardKey {
        Hash32 part;
        protocol::LegSide side = protocol::LegSide::kSupplied;
        auto operator<=>(const BoardKey&) const = default;

        auto fields(this auto& self) { return std::tie(self.part, self.side); }
    };

    /// What a node's edges are made of.
    struct Held {
        NodeKey node;
        std::vector<protocol::Leg> legs;  ///< By part and side.
    };

    template <class Key, class Value>
    using Map = std::unordered_map<Key, Value, ledger::KeyHash>;

    /// The largest legs of a part and side, and the sum of all.
    struct Board {
        Leaderboard largest;
        U256 whole;
    };

    Board& board(const BoardKey& key);
    void note(const BoardKey& key, const protocol::Holder& holder, const U256& units);
    /// It is no longer on that board.
    void forget(const protocol::Holder& holder, const BoardKey& key);
    void count_top(const protocol::Holder& holder, bool joined);
    /// Makes its edges those of these legs, if it is a node; none otherwise.
    void track(const protocol::Holder& holder, std::vector<protocol::Leg> legs);
    void drop(const protocol::Holder& holder);
    /// @pre sorted, without legs on own parts
    void change(Held& held, std::vector<protocol::Leg> legs);
    void add(const NodeKey& node, const protocol::Leg& leg, bool away);
    [[nodiscard]] bool is_own(const protocol::Leg& leg) const;
    [[nodiscard]] EdgeKey edge_of(const NodeKey& node, const protocol::Leg& leg) const;

    const protocol::Protocol& protocol_;
    protocol::MarketId market_;
    std::size_t top_;
    KnownNode known_;
    NodeKey market_node_;
    std::vector<Hash32> own_parts_;  ///< Sorted.
    bool needs_scan_ = true;

    Map<BoardKey, Board> boards_;
    Map<protocol::Holder, std::vector<BoardKey>> kept_;  ///< On which boards.
    Map<protocol::Holder, std::size_t> tops_;            ///< On how many it is shown.
    Map<protocol::Holder, Held> nodes_;                  ///< Those with edges.
    std::vector<protocol::Holder> moved_;                ///< To be tracked anew.
    Edges edges_;
    std::unordered_set<EdgeKey, ledger::KeyHash> changed_;
    Map<BoardKey, U256> told_;
};

}  // namespace faultline::graph
