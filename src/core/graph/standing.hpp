// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <tuple>
#include <vector>

namespace faultline::graph {

/// A node of the snapshot, or behind those a token that only amounts name, by address.
using Place = std::uint32_t;
inline constexpr Place kNoPlace = ~Place{0};

using StateIndex = std::uint32_t;
inline constexpr StateIndex kNoState = ~StateIndex{0};

/// Where a dollar can be on its way through the graph.
enum class StateKind : std::uint8_t {
    kToken,
    kClaim,    ///< On a part of a market; goes on to that part's token.
    kBacking,  ///< What a part of a market holds against a token that was issued.
};

constexpr StateKind last_of(StateKind /*of*/) noexcept {
    return StateKind::kBacking;
}

/// A node that who is in a state depends on.
struct Touch {
    Place place = kNoPlace;
    EdgeIndex edge = kNoEdge;
    bool claimed = false;
    auto operator<=>(const Touch&) const = default;
};

struct Exit {
    StateIndex to = kNoState;
    EdgeIndex edge = kNoEdge;
    bool claimed = false;
    bool weighed = false;  ///< It has a value, `weight`.
    bool leaves = false;   ///< To another component.
    U256 weight;
};

struct State {
    StateKind kind = StateKind::kToken;
    Place place = kNoPlace;  ///< The token or the market.
    Hash32 part;
    Place token = kNoPlace;  ///< What it counts as when it leads nowhere.
    std::uint32_t component = 0;
    bool cut = false;  ///< Of a token: what it stands for is not followed.
    std::vector<Exit> exits;
    std::vector<Touch> touches;
};

/// A state that touches a place.
struct Touching {
    StateIndex state = kNoState;
    bool claimed = false;
};

/// The index over a snapshot: its edges from and to each node, and the states with what each stands
/// for. Does not depend on the order of the edges.
class Standing {
  public:
    explicit Standing(const Snapshot& snapshot);

    [[nodiscard]] const Snapshot& snapshot() const noexcept { return *snapshot_; }

    [[nodiscard]] std::span<const EdgeIndex> out(Place place) const;
    [[nodiscard]] std::span<const EdgeIndex> in(Place place) const;

    [[nodiscard]] const std::vector<State>& states() const noexcept { return states_; }

    /// What an asset edge stands for: of a claim its claim, of liquidity and debt their token.
    [[nodiscard]] StateIndex leads_to(EdgeIndex edge) const { return leads_to_[edge]; }

    /// States of a component that has more than one, or one that leads to itself; otherwise one.
    /// A state leads to its own component or to one with a smaller number.
    [[nodiscard]] std::span<const StateIndex> members(std::uint32_t component) const;

    /// States that lead to a state.
    [[nodiscard]] const std::vector<StateIndex>& entering(StateIndex state) const {
        return entering_[state];
    }

    /// By state, each once; claimed only if nothing better touches it.
    [[nodiscard]] const std::vector<Touching>& touching(Place place, bool claimed) const;

    [[nodiscard]] NodeKey key(Place place) const;
    [[nodiscard]] std::optional<Place> find(const NodeKey& key) const;
    /// The state of a token; kNoState for anything else.
    [[nodiscard]] StateIndex state_of(Place token) const;

    /// Appends the oracles of a part, the governors and the protocol of a market.
    void touch_part(Place market, const Hash32& part, std::vector<Touch>& touches) const;

  private:
    using PartKey = std::tuple<Place, Hash32>;
    using StateKey = std::tuple<StateKind, Place, Hash32, Place>;

    void index_edges();
    void name_tokens();
    void find_part_tokens();
    void make_states();
    void make_exits();
    void make_token_exits(StateIndex state);
    void make_part_exits(StateIndex state);
    void touch_token(Place token, std::vector<Touch>& touches) const;
    void add_exit(StateIndex from, StateIndex to, EdgeIndex by);
    StateIndex make(StateKind kind, Place market, const Hash32& part, Place token);
    [[nodiscard]] Place token_place(const Address& token) const;
    [[nodiscard]] Place token_of(const Edge& edge) const;
    [[nodiscard]] Place claimed_token(const Edge& wraps) const;
    void cut_long_chains();
    [[nodiscard]] std::vector<StateIndex> expand(
        std::vector<StateIndex> level, std::vector<std::uint8_t>& met
    ) const;
    bool cut_large_components(std::uint32_t count);
    void find_components();
    void index_touches();

    const Snapshot* snapshot_;
    std::vector<EdgeIndex> by_key_;
    std::vector<EdgeIndex> by_to_;
    std::vector<std::uint32_t> out_begin_;
    std::vector<std::uint32_t> in_begin_;
    std::map<PartKey, std::vector<EdgeIndex>> liquidity_;
    std::map<Place, std::vector<EdgeIndex>> bonds_;  ///< Of markets: oracles, governors, protocol.
    std::vector<Address> unlisted_;
    std::map<PartKey, Place> part_tokens_;
    std::map<StateKey, StateIndex> made_;
    std::vector<State> states_;
    std::vector<StateIndex> leads_to_;
    std::vector<StateIndex> token_states_;
    std::vector<std::vector<StateIndex>> entering_;
    std::vector<StateIndex> members_;
    std::vector<std::uint32_t> members_begin_;
    std::vector<std::vector<Touching>> touching_;
    std::vector<std::vector<Touching>> touching_proven_;
};

}  // namespace faultline::graph
