// SPDX-License-Identifier: Apache-2.0
#include "core/graph/assets.hpp"

#include "core/graph/flow.hpp"
#include "core/graph/standing.hpp"

#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
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

AssetCount::AssetCount(const Standing& standing, NodeIndex of, const Following& following)
    : standing_(standing), snapshot_(standing.snapshot()), of_(of), following_(following) {
    switch (snapshot_.nodes[of].key.kind) {
        case NodeKind::kAccount:
        case NodeKind::kEntity:
        case NodeKind::kOthers:
            add_holder();
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
    for (auto& [key, group] : groups_) {
        // A node is not exposed to itself by what it has itself.
        std::erase_if(group.touches, [of](const Touch& touch) { return touch.place == of; });
        assets_.groups.push_back(std::move(group));
    }
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

void AssetCount::add_edge(const AssetEdge& asset, NodeIndex market) {
    const std::optional<U256> usd = count(asset);
    if (!usd) {
        return;
    }
    const Edge& edge = snapshot_.edges[asset.edge];
    const bool claimed = edge.proof == Proof::kClaimed ||
                         (asset.market_edge != kNoEdge &&
                          snapshot_.edges[asset.market_edge].proof == Proof::kClaimed);
    const StateIndex state = standing_.leads_to(asset.edge);
    const bool is_holder = edge.from == of_ && market == edge.to;
    AssetGroup& group = groups_[GroupKey(state, claimed, market, edge.part)];
    if (group.state == kNoState) {
        group.state = state;
        group.claimed = claimed;
        if (!is_holder) {
            standing_.touch_part(market, edge.part, group.touches);
            std::erase_if(group.touches, [this](const Touch& touch) {
                return touch.claimed && !following_.claimed;
            });
            group.touches.push_back({.place = market, .edge = asset.market_edge, .claimed = claimed}
            );
            // What is proven hides what is claimed of the same node.
            std::ranges::sort(group.touches, {}, [](const Touch& touch) {
                return std::tuple(touch.claimed, touch.place, touch.edge);
            });
        }
    }
    add_to(group.usd, *usd);
    if (edge.kind == EdgeKind::kDebt) {
        add_to(assets_.borrowers[edge.to].of(claimed), *usd);
    }
}

void AssetCount::add_holder() {
    for (const EdgeIndex index : standing_.out(of_)) {
        const Edge& edge = snapshot_.edges[index];
        if ((edge.kind == EdgeKind::kSupplied || edge.kind == EdgeKind::kCollateral) &&
            follows(index)) {
            add_edge({.edge = index, .market_edge = kNoEdge}, edge.to);
        }
    }
}

void AssetCount::add_market(NodeIndex market, EdgeIndex market_edge) {
    for (const EdgeIndex index : standing_.out(market)) {
        const EdgeKind kind = snapshot_.edges[index].kind;
        if ((kind == EdgeKind::kLiquidity || kind == EdgeKind::kDebt) && follows(index)) {
            add_edge({.edge = index, .market_edge = market_edge}, market);
        }
    }
}

void AssetCount::add_protocol() {
    for (const EdgeIndex index : standing_.in(of_)) {
        if (snapshot_.edges[index].kind == EdgeKind::kPartOf && follows(index)) {
            add_market(snapshot_.edges[index].from, index);
        }
    }
}

void AssetCount::add_token() {
    const auto followed = [this](std::span<const EdgeIndex> edges, auto wanted) {
        std::vector<EdgeIndex> out;
        std::ranges::copy_if(edges, std::back_inserter(out), [&](EdgeIndex index) {
            return wanted(snapshot_.edges[index].kind) && follows(index);
        });
        return out;
    };
    std::vector<EdgeIndex> parts = followed(standing_.out(of_), stands_for);
    // What wraps a token says no amount: the markets that have some of it do.
    if (std::ranges::none_of(parts, [this](EdgeIndex i) { return snapshot_.edges[i].usd.ok(); })) {
        std::vector<EdgeIndex> held =
            followed(standing_.in(of_), [](EdgeKind kind) { return kind == EdgeKind::kLiquidity; });
        if (!held.empty()) {
            parts = std::move(held);
        }
    }
    AssetGroup group{.state = standing_.state_of(of_), .claimed = false, .usd = {}, .touches = {}};
    for (const EdgeIndex part : parts) {
        if (const auto usd = count({.edge = part, .market_edge = kNoEdge})) {
            add_to(group.usd, *usd);
        }
    }
    assets_.edges.clear();
    groups_[GroupKey(group.state, false, kNoPlace, {})] = std::move(group);
}

}  // namespace faultline::graph
