// SPDX-License-Identifier: Apache-2.0
#include "core/graph/inquiry.hpp"

#include "core/graph/assets.hpp"
#include "core/graph/flow.hpp"
#include "core/graph/standing.hpp"

#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

/// What states_before() says besides 0.
constexpr std::uint8_t kLeadsThere = 1;
constexpr std::uint8_t kIsThere = 2;

/// The largest first, then by key.
template <class Item, class Key>
void rank(std::vector<Item>& items, Key key) {
    std::ranges::sort(items, [key](const Item& a, const Item& b) {
        return std::tie(b.usd, a.*key) < std::tie(a.usd, b.*key);
    });
}

void make_set(std::vector<EdgeIndex>& edges) {
    std::ranges::sort(edges);
    const auto again = std::ranges::unique(edges);
    edges.erase(again.begin(), again.end());
}

}  // namespace

std::vector<std::uint8_t> states_before(
    const Standing& standing, Place place, const Following& following
) {
    std::vector<std::uint8_t> before(standing.states().size(), 0);
    std::vector<StateIndex> open;
    for (const Touching& touching : standing.touching(place, following.claimed)) {
        before[touching.state] = kIsThere;
        open.push_back(touching.state);
    }
    while (!open.empty()) {
        const StateIndex to = open.back();
        open.pop_back();
        for (const StateIndex from : standing.entering(to)) {
            const bool leads =
                std::ranges::any_of(standing.states()[from].exits, [&](const Exit& exit) {
                    return exit.to == to && (following.claimed || !exit.claimed);
                });
            if (leads && before[from] == 0) {
                before[from] = kLeadsThere;
                open.push_back(from);
            }
        }
    }
    return before;
}

Inquiry::Inquiry(const Standing& standing, Flow& flow, NodeIndex from, const Following& following)
    : standing_(standing),
      flow_(flow),
      from_(from),
      following_(following),
      assets_(AssetCount(standing, from, following).take()) {}

Exposure Inquiry::exposure() {
    Exposure exposure;
    exposure.total_usd = assets_.total;
    for (const AssetGroup& group : assets_.groups) {
        Mass mass;
        mass.of(group.claimed) = group.usd;
        flow_.add(group.state, mass);
    }
    flow_.run({});
    exposure.circular_usd = flow_.circular();
    add_ends(exposure);
    add_unvalued(exposure);
    add_gross(exposure);
    add_owed(exposure);
    return exposure;
}

void Inquiry::add_ends(Exposure& exposure) const {
    std::map<Place, Mass> ends;
    std::set<Place> cut;
    for (const StateIndex index : flow_.touched()) {
        const State& state = standing_.states()[index];
        if (!flow_.ended(index).is_zero()) {
            ends[state.token] += flow_.ended(index);
        }
        if (state.cut && !flow_.ended(index).is_zero()) {
            cut.insert(state.token);
            add_to(exposure.cut_usd, flow_.ended(index).sum());
        }
    }
    for (const auto& [token, mass] : ends) {
        exposure.terminals.push_back({
            .token = standing_.key(token),
            .usd = mass.sum(),
            .claimed_usd = mass.claimed,
            .cut = cut.contains(token),
        });
    }
    rank(exposure.terminals, &Terminal::token);
}

void Inquiry::add_unvalued(Exposure& exposure) const {
    for (const AssetEdge& asset : assets_.unvalued) {
        exposure.unvalued.push_back(asset.edge);
    }
    const std::vector<EdgeIndex> ways = unvalued_ways({});
    exposure.unvalued.insert(exposure.unvalued.end(), ways.begin(), ways.end());
    make_set(exposure.unvalued);
}

std::vector<Place> Inquiry::places(
    std::span<const AssetGroup> groups, std::span<const StateIndex> states
) const {
    std::vector<Place> places;
    const auto add = [&](const std::vector<Touch>& touches) {
        for (const Touch& touch : touches) {
            if (follows(touch)) {
                places.push_back(touch.place);
            }
        }
    };
    for (const AssetGroup& group : groups) {
        add(group.touches);
    }
    for (const StateIndex state : states) {
        add(standing_.states()[state].touches);
    }
    for (const OwedPart& part : assets_.owed) {
        places.push_back(part.borrower);
    }
    std::ranges::sort(places);
    const auto again = std::ranges::unique(places);
    places.erase(again.begin(), again.end());
    return places;
}

std::vector<Place> Inquiry::leads_to() const {
    std::vector<AssetGroup> groups = assets_.groups;
    for (const AssetEdge& asset : assets_.unvalued) {
        groups.push_back(group_of(asset));
    }
    std::vector<std::uint8_t> seen(standing_.states().size(), 0);
    std::vector<StateIndex> states;
    const auto come_to = [&](StateIndex state) {
        if (seen[state] == 0) {
            seen[state] = 1;
            states.push_back(state);
        }
    };
    for (const AssetGroup& group : groups) {
        come_to(group.state);
    }
    // Also by ways that no usd takes.
    for (std::size_t i = 0; i < states.size(); ++i) {
        const State& state = standing_.states()[states[i]];
        for (const Exit& exit : state.exits) {
            if (!state.cut && flow_.follows(exit)) {
                come_to(exit.to);
            }
        }
    }
    return places(groups, states);
}

void Inquiry::add_gross(Exposure& exposure) {
    Passed passed;
    for (const StateIndex state : flow_.touched()) {
        passed.emplace_back(state, flow_.passed(state));
    }
    for (const Place place : places(assets_.groups, flow_.touched())) {
        const Mass mass = gross(place, passed);
        if (!mass.is_zero()) {
            const Mass direct_there = direct(place);
            exposure.gross.push_back({
                .node = standing_.key(place),
                .usd = mass.sum(),
                .claimed_usd = mass.claimed,
                .direct_usd = direct_there.sum(),
                .direct_claimed_usd = direct_there.claimed,
            });
        }
    }
    rank(exposure.gross, &Gross::node);
}

Mass Inquiry::begin(Place place, bool add) {
    Mass there;
    std::span<const OwedPart> owed = owed_by(assets_, place);
    for (std::size_t i = 0; i < assets_.groups.size(); ++i) {
        const AssetGroup& group = assets_.groups[i];
        const auto touch = std::ranges::find(group.touches, place, &Touch::place);
        const bool owes = !owed.empty() && owed.front().group == i;
        // A dollar that is there goes no further.
        U256 rest = group.usd;
        if (touch != group.touches.end()) {
            there.of(group.claimed || touch->claimed) =
                wrapping_add(there.of(group.claimed || touch->claimed), group.usd);
            rest = {};
        } else if (owes) {
            there.of(group.claimed) = wrapping_add(there.of(group.claimed), owed.front().usd);
            rest = wrapping_sub(rest, owed.front().usd);
        }
        owed = owes ? owed.subspan(1) : owed;
        if (add) {
            Mass mass;
            mass.of(group.claimed) = rest;
            flow_.add(group.state, mass);
        }
    }
    return there;
}

Mass Inquiry::gross(Place place, const Passed& passed) {
    const std::vector<Touching>& touching = standing_.touching(place, following_.claimed);
    std::vector<std::pair<Touching, Mass>> met;
    for (const Touching& candidate : touching) {
        const auto found = std::lower_bound(
            passed.begin(),
            passed.end(),
            candidate.state,
            [](const std::pair<StateIndex, Mass>& pass, StateIndex state) {
                return pass.first < state;
            }
        );
        if (found != passed.end() && found->first == candidate.state) {
            met.emplace_back(candidate, found->second);
        }
    }
    Mass there = begin(place, false);
    if (met.empty()) {
        return there;
    }
    const State& state = standing_.states()[met.front().first.state];
    if (there.is_zero() && met.size() == 1 && !flow_.is_cyclic(state.component)) {
        // Nothing comes here twice, so what came by is what there is.
        const auto& [by, mass] = met.front();
        there.of(by.claimed) = by.claimed ? mass.sum() : mass.proven;
        there.claimed = by.claimed ? there.claimed : mass.claimed;
        return there;
    }
    there = begin(place, true);
    flow_.run(touching);
    there += flow_.absorbed();
    return there;
}

Mass Inquiry::direct(Place place) const {
    Mass there;
    std::span<const OwedPart> owed = owed_by(assets_, place);
    for (std::size_t i = 0; i < assets_.groups.size(); ++i) {
        const AssetGroup& group = assets_.groups[i];
        const Touch* touch = direct_touch(standing_, group, place);
        const bool owes = !owed.empty() && owed.front().group == i;
        if (touch != nullptr && follows(*touch)) {
            add_to(there.of(group.claimed || touch->claimed), group.usd);
        } else if (owes) {
            add_to(there.of(group.claimed), owed.front().usd);
        }
        owed = owes ? owed.subspan(1) : owed;
    }
    return there;
}

void Inquiry::add_owed(Exposure& exposure) const {
    const Snapshot& snapshot = standing_.snapshot();
    std::map<Place, U256> owed;
    const auto add = [&](EdgeIndex index) {
        const Edge& edge = snapshot.edges[index];
        U256& sum = owed[standing_.states()[standing_.leads_to(index)].token];
        const std::optional<U256> both =
            edge.usd.ok() ? checked_add(sum, edge.usd.value) : std::nullopt;
        if (both) {
            sum = *both;
        } else if (!edge.amount.ok() || !edge.amount.value.is_zero()) {
            exposure.owes_unvalued.push_back(index);
        }
    };
    for (const EdgeIndex index : standing_.in(from_)) {
        const Edge& edge = snapshot.edges[index];
        const bool follows = following_.claimed || edge.proof != Proof::kClaimed;
        if (edge.kind == EdgeKind::kDebt && follows) {
            add(index);
        }
    }
    for (const auto& [token, usd] : owed) {
        if (!usd.is_zero()) {
            exposure.owes.push_back({.token = standing_.key(token), .usd = usd});
        }
    }
    rank(exposure.owes, &Owed::token);
    make_set(exposure.owes_unvalued);
}

Exposed Inquiry::between(Place place, std::span<const std::uint8_t> before) {
    Mass there = begin(place, true);
    flow_.run(standing_.touching(place, following_.claimed));
    there += flow_.absorbed();
    const Mass direct_there = direct(place);
    Exposed exposed{
        .from = from_,
        .total_usd = assets_.total,
        .usd = there.sum(),
        .claimed_usd = there.claimed,
        .direct_usd = direct_there.sum(),
        .direct_claimed_usd = direct_there.claimed,
        .unvalued = 0,
        .direct_unvalued = 0,
        .total_unvalued = static_cast<std::uint32_t>(assets_.unvalued.size()),
    };
    count_unvalued(place, before, exposed);
    return exposed;
}

AssetGroup Inquiry::group_of(const AssetEdge& asset) const {
    const Snapshot& snapshot = standing_.snapshot();
    const Edge& edge = snapshot.edges[asset.edge];
    AssetGroup group;
    group.state = standing_.leads_to(asset.edge);
    const bool is_claim = edge.kind == EdgeKind::kSupplied || edge.kind == EdgeKind::kCollateral;
    if (snapshot.nodes[from_].key.kind == NodeKind::kToken && !is_claim) {
        group.state = standing_.state_of(from_);
        return group;
    }
    group.touches = touches_before(standing_, from_, asset, following_);
    if (edge.kind == EdgeKind::kDebt && edge.to != from_) {
        group.touches.push_back({.place = edge.to, .edge = asset.edge, .claimed = false});
    }
    return group;
}

void Inquiry::count_unvalued(Place place, std::span<const std::uint8_t> before, Exposed& exposed)
    const {
    for (const AssetEdge& asset : assets_.unvalued) {
        const AssetGroup group = group_of(asset);
        const Touch* touch = direct_touch(standing_, group, place);
        const bool direct = touch != nullptr && follows(*touch);
        exposed.direct_unvalued += direct ? 1 : 0;
        exposed.unvalued += direct || before[group.state] != 0 ? 1 : 0;
    }
    exposed.unvalued += static_cast<std::uint32_t>(unvalued_ways(before).size());
}

std::vector<EdgeIndex> Inquiry::unvalued_ways(std::span<const std::uint8_t> before) const {
    std::vector<EdgeIndex> ways;
    for (const StateIndex state : flow_.touched()) {
        const bool cut = standing_.states()[state].cut;
        const std::vector<Exit>& exits = standing_.states()[state].exits;
        const auto followed =
            std::ranges::count_if(exits, [this](const Exit& exit) { return flow_.follows(exit); });
        const bool goes_on = (followed > 1 || cut) && (before.empty() || before[state] != kIsThere);
        for (const Exit& exit : exits) {
            const bool leads = before.empty() || before[exit.to] != 0;
            if (goes_on && leads && flow_.follows(exit) && (cut || !exit.weighed)) {
                ways.push_back(exit.edge);
            }
        }
    }
    make_set(ways);
    return ways;
}

}  // namespace faultline::graph
