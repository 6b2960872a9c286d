// SPDX-License-Identifier: Apache-2.0
#include "core/graph/assets.hpp"

#include "core/graph/flow.hpp"
#include "core/graph/standing.hpp"

#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

const Touch* find_touch(const std::vector<Touch>& touches, Place place) {
    const auto found = std::ranges::find(touches, place, &Touch::place);
    return found == touches.end() ? nullptr : &*found;
}

bool is_claim(EdgeKind kind) {
    return kind == EdgeKind::kSupplied || kind == EdgeKind::kCollateral;
}

bool stands_for(EdgeKind kind) {
    return kind == EdgeKind::kWraps || kind == EdgeKind::kBacked;
}

}  // namespace

const Touch* direct_touch(const Standing& standing, const AssetGroup& group, Place place) {
    if (const Touch* touch = find_touch(group.touches, place)) {
        return touch;
    }
    const State& state = standing.states()[group.state];
    if (const Touch* touch = find_touch(state.touches, place)) {
        return touch;
    }
    if (state.kind != StateKind::kClaim || state.exits.empty()) {
        return nullptr;
    }
    return find_touch(standing.states()[state.exits.front().to].touches, place);
}

std::vector<Touch> touches_before(
    const Standing& standing, NodeIndex of, const AssetEdge& asset, const Following& following
) {
    const Snapshot& snapshot = standing.snapshot();
    const Edge& edge = snapshot.edges[asset.edge];
    const NodeKind holder = snapshot.nodes[edge.from].key.kind;
    std::vector<Touch> touches;
    if (holder == NodeKind::kMarket) {
        standing.touch_part(edge.from, edge.part, touches);
        if (is_claim(edge.kind)) {
            // The part is the other market's, which names the oracles of it.
            std::erase_if(touches, [&snapshot](const Touch& touch) {
                return snapshot.edges[touch.edge].kind == EdgeKind::kPricedBy;
            });
        }
        const bool claimed = asset.market_edge != kNoEdge &&
                             snapshot.edges[asset.market_edge].proof == Proof::kClaimed;
        touches.push_back({.place = edge.from, .edge = asset.market_edge, .claimed = claimed});
    } else if (holder == NodeKind::kToken && is_claim(edge.kind)) {
        touches = standing.states()[standing.state_of(edge.from)].touches;
    }
    // A node is not exposed to itself by what it has itself.
    std::erase_if(touches, [of, &following](const Touch& touch) {
        return touch.place == of || (touch.claimed && !following.claimed);
    });
    std::ranges::sort(touches, {}, [](const Touch& touch) {
        return std::tuple(touch.claimed, touch.place, touch.edge);
    });
    return touches;
}

std::span<const OwedPart> owed_by(const Assets& assets, Place place) {
    const auto begin = std::lower_bound(
        assets.owed.begin(),
        assets.owed.end(),
        place,
        [](const OwedPart& part, Place borrower) { return part.borrower < borrower; }
    );
    const auto end = std::find_if(begin, assets.owed.end(), [place](const OwedPart& part) {
        return part.borrower != place;
    });
    return {begin, end};
}

AssetCount::AssetCount(const Standing& standing, NodeIndex of, const Following& following)
    : standing_(standing), snapshot_(standing.snapshot()), of_(of), following_(following) {
    switch (snapshot_.nodes[of].key.kind) {
        case NodeKind::kAccount:
        case NodeKind::kEntity:
        case NodeKind::kOthers:
            add_claims(of, kNoEdge, {});
            break;
        case NodeKind::kMarket:
            add_market(of, kNoEdge);
            break;
        case NodeKind::kProtocol:
            add_protocol();
            break;
        case NodeKind::kToken:
            add_token();
            break;
        default:
            break;
    }
    give_out();
}

void AssetCount::give_out() {
    for (auto& [key, made] : groups_) {
        for (OwedPart& part : made.owed) {
            part.group = assets_.groups.size();
            assets_.owed.push_back(part);
        }
        assets_.groups.push_back(std::move(made.group));
    }
    std::ranges::sort(assets_.owed, {}, [](const OwedPart& part) {
        return std::tie(part.borrower, part.group);
    });
    std::vector<OwedPart> owed;
    for (const OwedPart& part : assets_.owed) {
        const bool again = !owed.empty() && owed.back().borrower == part.borrower &&
                           owed.back().group == part.group;
        if (again) {
            add_to(owed.back().usd, part.usd);
        } else {
            owed.push_back(part);
        }
    }
    assets_.owed = std::move(owed);
}

Assets AssetCount::take() && {
    return std::move(assets_);
}

bool AssetCount::follows(EdgeIndex edge) const {
    return following_.claimed || snapshot_.edges[edge].proof != Proof::kClaimed;
}

std::optional<U256> AssetCount::count(const AssetEdge& asset) {
    const Edge& edge = snapshot_.edges[asset.edge];
    const bool is_nothing = edge.amount.ok() && edge.amount.value.is_zero();
    const std::optional<U256> total =
        edge.usd.ok() ? checked_add(assets_.total, edge.usd.value) : std::nullopt;
    if (!total) {
        if (!is_nothing) {
            assets_.unvalued.push_back(asset);
        }
        return std::nullopt;
    }
    assets_.total = *total;
    assets_.edges.push_back(asset);
    return edge.usd.value;
}

void AssetCount::add_edge(const AssetEdge& asset) {
    const std::optional<U256> usd = count(asset);
    if (!usd) {
        return;
    }
    const Edge& edge = snapshot_.edges[asset.edge];
    const bool claimed = edge.proof == Proof::kClaimed ||
                         (asset.market_edge != kNoEdge &&
                          snapshot_.edges[asset.market_edge].proof == Proof::kClaimed);
    const StateIndex state = standing_.leads_to(asset.edge);
    auto& [group, owed] = groups_[GroupKey(state, claimed, edge.from, edge.part)];
    if (group.state == kNoState) {
        group.state = state;
        group.claimed = claimed;
        group.touches = touches_before(standing_, of_, asset, following_);
    }
    add_to(group.usd, *usd);
    if (edge.kind == EdgeKind::kDebt && edge.to != of_) {
        owed.push_back({.borrower = edge.to, .group = 0, .usd = *usd});
    }
}

void AssetCount::add_claims(
    NodeIndex holder, EdgeIndex market_edge, std::vector<StateIndex> stands
) {
    std::set<StateIndex> led_to(stands.begin(), stands.end());
    const auto holds = [this](EdgeIndex index) {
        return is_claim(snapshot_.edges[index].kind) && follows(index);
    };
    if (std::ranges::none_of(standing_.out(holder), holds)) {
        return;
    }
    while (!stands.empty()) {
        const StateIndex state = stands.back();
        stands.pop_back();
        for (const Exit& exit : standing_.states()[state].exits) {
            if ((following_.claimed || !exit.claimed) && led_to.insert(exit.to).second) {
                stands.push_back(exit.to);
            }
        }
    }
    for (const EdgeIndex index : standing_.out(holder)) {
        if (holds(index) && !led_to.contains(standing_.leads_to(index))) {
            add_edge({.edge = index, .market_edge = market_edge});
        }
    }
}

void AssetCount::add_market(NodeIndex market, EdgeIndex market_edge) {
    std::vector<StateIndex> stands;
    for (const EdgeIndex index : standing_.out(market)) {
        const Edge& edge = snapshot_.edges[index];
        const bool has = edge.kind == EdgeKind::kLiquidity;
        if ((has || edge.kind == EdgeKind::kDebt) && follows(index)) {
            add_edge({.edge = index, .market_edge = market_edge});
            if (has && edge.usd.ok() && !edge.usd.value.is_zero()) {
                stands.push_back(standing_.leads_to(index));
            }
        }
    }
    add_claims(market, market_edge, std::move(stands));
}

void AssetCount::add_protocol() {
    for (const EdgeIndex index : standing_.in(of_)) {
        if (snapshot_.edges[index].kind == EdgeKind::kPartOf && follows(index)) {
            add_market(snapshot_.edges[index].from, index);
        }
    }
}

std::optional<U256> AssetCount::known_usd(std::span<const EdgeIndex> edges) const {
    std::optional<U256> sum;
    for (const EdgeIndex index : edges) {
        const Figure<U256>& usd = snapshot_.edges[index].usd;
        if (usd.ok()) {
            sum = checked_add(sum.value_or(U256()), usd.value).value_or(U256::max());
        }
    }
    return sum;
}

/// By what a token is valued: of what is behind it and what markets have of it the larger, as it
/// may have passed on what it wraps; and what is only claimed, when nothing else has a value.
std::vector<EdgeIndex> AssetCount::edges_of_token(bool& claimed) const {
    const auto chosen = [this](std::span<const EdgeIndex> edges, bool is_claim, auto wanted) {
        std::vector<EdgeIndex> out;
        std::ranges::copy_if(edges, std::back_inserter(out), [&](EdgeIndex index) {
            const Edge& edge = snapshot_.edges[index];
            return wanted(edge.kind) && follows(index) &&
                   is_claim == (edge.proof == Proof::kClaimed);
        });
        return out;
    };
    const auto is_held = [](EdgeKind kind) {
        return kind == EdgeKind::kLiquidity;
    };
    std::vector<EdgeIndex> unvalued;
    for (const bool is_claim : {false, true}) {
        std::vector<EdgeIndex> behind = chosen(standing_.out(of_), is_claim, stands_for);
        std::vector<EdgeIndex> held = chosen(standing_.in(of_), is_claim, is_held);
        const auto behind_usd = known_usd(behind);
        const auto held_usd = known_usd(held);
        if (behind_usd || held_usd) {
            claimed = is_claim;
            return behind_usd >= held_usd ? behind : held;
        }
        // Of neither is it known how much there is: that of what markets have is told.
        std::ranges::copy(held.empty() ? behind : held, std::back_inserter(unvalued));
    }
    return unvalued;
}

void AssetCount::add_token() {
    bool claimed = false;
    const StateIndex state = standing_.state_of(of_);
    for (const EdgeIndex part : edges_of_token(claimed)) {
        if (const auto usd = count({.edge = part, .market_edge = kNoEdge})) {
            add_to(assets_.itself, *usd);
        }
    }
    assets_.edges.clear();
    groups_[GroupKey(state, claimed, kNoPlace, {})] = {
        .group = {.state = state, .claimed = claimed, .usd = assets_.itself, .touches = {}},
        .owed = {}
    };
    add_claims(
        of_,
        kNoEdge,
        assets_.itself.is_zero() ? std::vector<StateIndex>{} : std::vector<StateIndex>{state}
    );
}

}  // namespace faultline::graph
