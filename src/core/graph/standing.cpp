// SPDX-License-Identifier: Apache-2.0
#include "core/graph/standing.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <tuple>
#include <vector>

namespace faultline::graph {
namespace {

bool is_claim(EdgeKind kind) {
    return kind == EdgeKind::kSupplied || kind == EdgeKind::kCollateral;
}

bool is_amount_of_token(EdgeKind kind) {
    return is_claim(kind) || kind == EdgeKind::kLiquidity || kind == EdgeKind::kDebt;
}

bool binds_market(EdgeKind kind) {
    return kind == EdgeKind::kPricedBy || kind == EdgeKind::kGovernedBy ||
           kind == EdgeKind::kPartOf;
}

bool is_claimed(const Edge& edge) {
    return edge.proof == Proof::kClaimed;
}

Touch touch_by(const Edge& edge, EdgeIndex index) {
    return {.place = edge.to, .edge = index, .claimed = is_claimed(edge)};
}

/// Each place once, what is proven before what is claimed.
void settle(std::vector<Touch>& touches) {
    std::ranges::sort(touches, {}, [](const Touch& touch) {
        return std::tuple(touch.place, touch.claimed, touch.edge);
    });
    const auto rest = std::ranges::unique(touches, {}, &Touch::place);
    touches.erase(rest.begin(), rest.end());
}

/// Where the edges of each node begin in a list that is ordered by it.
template <class End>
std::vector<std::uint32_t> beginnings(const std::vector<Edge>& edges, std::size_t nodes, End end) {
    std::vector<std::uint32_t> begin(nodes + 1, 0);
    for (const Edge& edge : edges) {
        ++begin[(edge.*end) + 1];
    }
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    return begin;
}

}  // namespace

Standing::Standing(const Snapshot& snapshot) : snapshot_(&snapshot) {
    index_edges();
    name_tokens();
    find_part_tokens();
    make_states();
    make_exits();
    cut_long_chains();
    find_components();
    index_touches();
}

void Standing::index_edges() {
    const std::vector<Edge>& edges = snapshot_->edges;
    const auto key = [&edges](EdgeIndex index) {
        const Edge& edge = edges[index];
        return std::tie(edge.from, edge.to, edge.kind, edge.part);
    };
    by_key_.resize(edges.size());
    std::iota(by_key_.begin(), by_key_.end(), 0);
    if (!std::ranges::is_sorted(by_key_, {}, key)) {
        std::ranges::sort(by_key_, {}, key);
    }
    by_to_ = by_key_;
    std::ranges::sort(by_to_, {}, [&edges](EdgeIndex index) {
        const Edge& edge = edges[index];
        return std::tie(edge.to, edge.from, edge.kind, edge.part);
    });
    out_begin_ = beginnings(edges, snapshot_->nodes.size(), &Edge::from);
    in_begin_ = beginnings(edges, snapshot_->nodes.size(), &Edge::to);
    for (const EdgeIndex index : by_key_) {
        const Edge& edge = edges[index];
        if (edge.kind == EdgeKind::kLiquidity) {
            liquidity_[PartKey(edge.from, edge.part)].push_back(index);
        } else if (binds_market(edge.kind)) {
            bonds_[edge.from].push_back(index);
        }
    }
}

std::span<const EdgeIndex> Standing::out(Place place) const {
    if (place >= snapshot_->nodes.size()) {
        return {};
    }
    return std::span(by_key_).subspan(out_begin_[place], out_begin_[place + 1] - out_begin_[place]);
}

std::span<const EdgeIndex> Standing::in(Place place) const {
    if (place >= snapshot_->nodes.size()) {
        return {};
    }
    return std::span(by_to_).subspan(in_begin_[place], in_begin_[place + 1] - in_begin_[place]);
}

void Standing::name_tokens() {
    for (const Edge& edge : snapshot_->edges) {
        if (is_amount_of_token(edge.kind)) {
            unlisted_.push_back(edge.token);
        }
    }
    std::ranges::sort(unlisted_);
    const auto rest = std::ranges::unique(unlisted_);
    unlisted_.erase(rest.begin(), rest.end());
    std::erase_if(unlisted_, [this](const Address& token) {
        return snapshot_->find(NodeKey::of(NodeKind::kToken, token)).has_value();
    });
}

std::optional<Place> Standing::find(const NodeKey& key) const {
    if (const std::optional<NodeIndex> node = snapshot_->find(key)) {
        return node;
    }
    const std::optional<Address> address = key.address();
    if (key.kind != NodeKind::kToken || !address) {
        return std::nullopt;
    }
    const auto found = std::lower_bound(unlisted_.begin(), unlisted_.end(), *address);
    if (found == unlisted_.end() || *found != *address) {
        return std::nullopt;
    }
    return static_cast<Place>(
        snapshot_->nodes.size() + static_cast<std::size_t>(found - unlisted_.begin())
    );
}

NodeKey Standing::key(Place place) const {
    const std::size_t nodes = snapshot_->nodes.size();
    return place < nodes ? snapshot_->nodes[place].key
                         : NodeKey::of(NodeKind::kToken, unlisted_[place - nodes]);
}

Place Standing::token_place(const Address& token) const {
    return find(NodeKey::of(NodeKind::kToken, token)).value_or(kNoPlace);
}

Place Standing::token_of(const Edge& edge) const {
    if (edge.kind == EdgeKind::kLiquidity &&
        snapshot_->nodes[edge.to].key.kind == NodeKind::kToken) {
        return edge.to;
    }
    return token_place(edge.token);
}

/// What a claim on a part is of: what holders' claims say, then what the market has, then what it
/// is owed.
void Standing::find_part_tokens() {
    const auto take = [this](auto of_kind, auto market) {
        for (const EdgeIndex index : by_key_) {
            const Edge& edge = snapshot_->edges[index];
            if (of_kind(edge.kind)) {
                part_tokens_.try_emplace(PartKey(market(edge), edge.part), token_of(edge));
            }
        }
    };
    const auto from = [](const Edge& edge) {
        return edge.from;
    };
    take(is_claim, [](const Edge& edge) { return edge.to; });
    take([](EdgeKind kind) { return kind == EdgeKind::kLiquidity; }, from);
    take([](EdgeKind kind) { return kind == EdgeKind::kDebt; }, from);
}

StateIndex Standing::make(StateKind kind, Place market, const Hash32& part, Place token) {
    const auto [entry, is_new] = made_.try_emplace(
        StateKey(kind, market, part, token), static_cast<StateIndex>(states_.size())
    );
    if (is_new) {
        states_.push_back({
            .kind = kind,
            .place = market,
            .part = part,
            .token = token,
            .component = 0,
            .cut = false,
            .exits = {},
            .touches = {},
        });
    }
    return entry->second;
}

void Standing::make_states() {
    const std::size_t places = snapshot_->nodes.size() + unlisted_.size();
    token_states_.assign(places, kNoState);
    for (Place place = 0; place < places; ++place) {
        if (key(place).kind == NodeKind::kToken) {
            token_states_[place] = make(StateKind::kToken, place, {}, place);
        }
    }
    leads_to_.assign(snapshot_->edges.size(), kNoState);
    for (const EdgeIndex index : by_key_) {
        const Edge& edge = snapshot_->edges[index];
        if (is_claim(edge.kind)) {
            leads_to_[index] = make(StateKind::kClaim, edge.to, edge.part, token_of(edge));
        } else if (is_amount_of_token(edge.kind)) {
            leads_to_[index] = token_states_[token_of(edge)];
        }
    }
}

StateIndex Standing::state_of(Place token) const {
    return token < token_states_.size() ? token_states_[token] : kNoState;
}

void Standing::add_exit(StateIndex from, StateIndex to, EdgeIndex by) {
    Exit exit{
        .to = to, .edge = by, .claimed = false, .weighed = false, .leaves = true, .weight = {}
    };
    if (by != kNoEdge) {
        const Edge& edge = snapshot_->edges[by];
        exit.claimed = is_claimed(edge);
        exit.weighed = edge.usd.ok();
        exit.weight = edge.usd.value;
    }
    states_[from].exits.push_back(exit);
}

/// What a token that wraps a part of a market claims there. kNoPlace where nothing tells: it stands
/// for no more than itself.
Place Standing::claimed_token(const Edge& wraps) const {
    const auto found = part_tokens_.find(PartKey(wraps.to, wraps.part));
    if (found != part_tokens_.end()) {
        return found->second;
    }
    const Place named =
        wraps.amount.ok() || !wraps.token.is_zero() ? token_place(wraps.token) : kNoPlace;
    return named == wraps.from ? kNoPlace : named;
}

void Standing::make_token_exits(StateIndex state) {
    const Place token = states_[state].place;
    for (const EdgeIndex index : out(token)) {
        const Edge& edge = snapshot_->edges[index];
        const NodeKind to = snapshot_->nodes[edge.to].key.kind;
        if (edge.kind == EdgeKind::kWraps && to == NodeKind::kToken) {
            add_exit(state, token_states_[edge.to], index);
        } else if (edge.kind == EdgeKind::kWraps && to == NodeKind::kMarket) {
            const Place of = claimed_token(edge);
            add_exit(
                state,
                of == kNoPlace ? make(StateKind::kBacking, edge.to, edge.part, token)
                               : make(StateKind::kClaim, edge.to, edge.part, of),
                index
            );
        } else if (edge.kind == EdgeKind::kBacked && to == NodeKind::kMarket) {
            add_exit(state, make(StateKind::kBacking, edge.to, edge.part, token), index);
        }
    }
}

void Standing::make_exits() {
    for (const StateIndex token : token_states_) {
        if (token != kNoState) {
            make_token_exits(token);
            // Else a token could draw value away from them by how much it claims.
            std::vector<Exit>& exits = states_[token].exits;
            if (!std::ranges::all_of(exits, &Exit::claimed)) {
                std::erase_if(exits, &Exit::claimed);
            }
        }
    }
    for (StateIndex index = 0; index < states_.size(); ++index) {
        if (states_[index].kind != StateKind::kToken) {
            make_part_exits(index);
        }
    }
}

/// Of a claim, to its token; of what backs a token, to all that the part has.
void Standing::make_part_exits(StateIndex state) {
    const State& from = states_[state];
    const bool claim = from.kind == StateKind::kClaim;
    EdgeIndex shown = kNoEdge;
    if (const auto held = liquidity_.find(PartKey(from.place, from.part));
        held != liquidity_.end()) {
        for (const EdgeIndex by : held->second) {
            if (!claim) {
                add_exit(state, leads_to_[by], by);
            } else if (token_of(snapshot_->edges[by]) == from.token) {
                shown = by;
            }
        }
    }
    if (claim && state_of(from.token) != kNoState) {
        add_exit(state, state_of(from.token), kNoEdge);
        states_[state].exits.back().edge = shown;
    }
}

void Standing::touch_token(Place token, std::vector<Touch>& touches) const {
    touches.push_back({.place = token, .edge = kNoEdge, .claimed = false});
    for (const EdgeIndex index : out(token)) {
        const Edge& edge = snapshot_->edges[index];
        if (edge.kind == EdgeKind::kIssuedBy || edge.kind == EdgeKind::kBridgedBy) {
            touches.push_back(touch_by(edge, index));
        }
    }
}

void Standing::touch_part(Place market, const Hash32& part, std::vector<Touch>& touches) const {
    const auto bonds = bonds_.find(market);
    if (bonds == bonds_.end()) {
        return;
    }
    for (const EdgeIndex index : bonds->second) {
        const Edge& edge = snapshot_->edges[index];
        if (edge.kind != EdgeKind::kPricedBy || edge.part == part || edge.part.is_zero()) {
            touches.push_back(touch_by(edge, index));
        }
    }
}

void Standing::index_touches() {
    touching_.resize(token_states_.size());
    touching_proven_.resize(token_states_.size());
    for (StateIndex index = 0; index < states_.size(); ++index) {
        State& state = states_[index];
        if (state.kind == StateKind::kToken) {
            touch_token(state.place, state.touches);
        } else {
            state.touches.push_back({.place = state.place, .edge = kNoEdge, .claimed = false});
            touch_part(state.place, state.part, state.touches);
        }
        settle(state.touches);
        for (const Touch& touch : state.touches) {
            const Touching touching{.state = index, .claimed = touch.claimed};
            touching_[touch.place].push_back(touching);
            if (!touch.claimed) {
                touching_proven_[touch.place].push_back(touching);
            }
        }
    }
}

const std::vector<Touching>& Standing::touching(Place place, bool claimed) const {
    return claimed ? touching_[place] : touching_proven_[place];
}

std::span<const StateIndex> Standing::members(std::uint32_t component) const {
    return std::span(members_).subspan(
        members_begin_[component], members_begin_[component + 1] - members_begin_[component]
    );
}

}  // namespace faultline::graph
