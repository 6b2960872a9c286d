// SPDX-License-Identifier: Apache-2.0
#include "core/graph/flow.hpp"
#include "core/graph/inquiry.hpp"
#include "core/graph/standing.hpp"

#include <faultline/base/u256.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

/// What an exposure tells of a node where everything has a value.
Exposed valued(NodeIndex from, const Exposure& exposure, const Gross& gross) {
    return {
        .from = from,
        .total_usd = exposure.total_usd,
        .usd = gross.usd,
        .claimed_usd = gross.claimed_usd,
        .direct_usd = gross.direct_usd,
        .direct_claimed_usd = gross.direct_claimed_usd,
        .unvalued = 0,
        .direct_unvalued = 0,
        .total_unvalued = 0,
    };
}

/// Whether a holder has a claim that leads to what is asked for; true of all that are no holders.
bool may_be_exposed(
    const Standing& standing, NodeIndex node, const std::vector<std::uint8_t>& before
) {
    const auto holds_any = [&] {
        return std::ranges::any_of(standing.out(node), [&](EdgeIndex edge) {
            const StateIndex state = standing.leads_to(edge);
            return state != kNoState && before[state] != 0;
        });
    };
    switch (standing.snapshot().nodes[node].key.kind) {
        case NodeKind::kMarket:
        case NodeKind::kProtocol:
            return true;
        case NodeKind::kToken:
            return before[standing.state_of(node)] != 0 || holds_any();
        case NodeKind::kAccount:
        case NodeKind::kEntity:
        case NodeKind::kOthers:
            return holds_any();
        default:
            return false;
    }
}

}  // namespace

std::vector<Netted> netted(const Exposure& exposure) {
    std::map<NodeKey, Netted> by_token;
    for (const Terminal& end : exposure.terminals) {
        by_token[end.token].held_usd = end.usd;
    }
    for (const Owed& owed : exposure.owes) {
        by_token[owed.token].owed_usd = owed.usd;
    }
    std::vector<Netted> out;
    for (auto& [token, sides] : by_token) {
        sides.token = token;
        out.push_back(sides);
    }
    return out;
}

LookThrough::LookThrough(const Snapshot& snapshot)
    : standing_(std::make_unique<const Standing>(snapshot)) {}

LookThrough::~LookThrough() = default;
LookThrough::LookThrough(LookThrough&&) noexcept = default;
LookThrough& LookThrough::operator=(LookThrough&&) noexcept = default;

const Snapshot& LookThrough::snapshot() const noexcept {
    return standing_->snapshot();
}

std::span<const EdgeIndex> LookThrough::edges_from(NodeIndex node) const {
    return standing_->out(node);
}

std::span<const EdgeIndex> LookThrough::edges_to(NodeIndex node) const {
    return standing_->in(node);
}

Exposure LookThrough::of(NodeIndex from, const Following& following) const {
    Flow flow(*standing_, following.claimed);
    return Inquiry(*standing_, flow, from, following).exposure();
}

std::optional<Exposed> LookThrough::between(
    NodeIndex from, const NodeKey& to, const Following& following
) const {
    const std::optional<Place> place = standing_->find(to);
    if (!place) {
        return std::nullopt;
    }
    Flow flow(*standing_, following.claimed);
    return Inquiry(*standing_, flow, from, following)
        .between(*place, states_before(*standing_, *place, following));
}

std::vector<Exposed> LookThrough::exposed_to(const NodeKey& to, const Following& following) const {
    const std::optional<Place> place = standing_->find(to);
    if (!place) {
        return {};
    }
    const std::vector<std::uint8_t> before = states_before(*standing_, *place, following);
    Flow flow(*standing_, following.claimed);
    std::vector<Exposed> out;
    for (NodeIndex node = 0; node < snapshot().nodes.size(); ++node) {
        if (!may_be_exposed(*standing_, node, before)) {
            continue;
        }
        const Exposed exposed = Inquiry(*standing_, flow, node, following).between(*place, before);
        if (!exposed.usd.is_zero() || exposed.unvalued != 0) {
            out.push_back(exposed);
        }
    }
    return out;
}

std::vector<ExposedTo> LookThrough::exposures_of(
    NodeIndex from, const std::function<bool(const NodeKey&)>& wanted, const Following& following
) const {
    Flow flow(*standing_, following.claimed);
    Inquiry inquiry(*standing_, flow, from, following);
    const Exposure exposure = inquiry.exposure();
    std::vector<ExposedTo> out;
    if (exposure.unvalued.empty()) {
        for (const Gross& gross : exposure.gross) {
            if (wanted(gross.node)) {
                out.push_back({.to = gross.node, .exposed = valued(from, exposure, gross)});
            }
        }
        return out;
    }
    for (const Place place : inquiry.leads_to()) {
        const NodeKey key = standing_->key(place);
        if (!wanted(key)) {
            continue;
        }
        const Exposed exposed = inquiry.between(place, states_before(*standing_, place, following));
        if (!exposed.usd.is_zero() || exposed.unvalued != 0) {
            out.push_back({.to = key, .exposed = exposed});
        }
    }
    return out;
}

}  // namespace faultline::graph
