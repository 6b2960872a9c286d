// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/limits.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace faultline::graph {
namespace {

bool is_of_others(const Snapshot& snapshot, const Edge& edge) {
    return snapshot.nodes[edge.from].key.kind == NodeKind::kOthers;
}

bool counts(const Snapshot& snapshot, const Edge& edge, Concentrated what) {
    if (edge.amount.ok() && edge.amount.value.is_zero()) {
        return false;
    }
    switch (what) {
        case Concentrated::kSuppliers:
            return edge.kind == EdgeKind::kSupplied || edge.kind == EdgeKind::kCollateral;
        case Concentrated::kBorrowers:
            return edge.kind == EdgeKind::kDebt;
        case Concentrated::kCollateralTokens:
            break;
    }
    // Where it is not known how much everybody else has, it is not known what of it is collateral.
    return edge.kind == EdgeKind::kCollateral ||
           (edge.kind == EdgeKind::kSupplied && !edge.amount.ok() && is_of_others(snapshot, edge));
}

NodeKey whose(const Snapshot& snapshot, const Edge& edge, Concentrated what) {
    switch (what) {
        case Concentrated::kSuppliers:
            return snapshot.nodes[edge.from].key;
        case Concentrated::kBorrowers:
            return snapshot.nodes[edge.to].key;
        case Concentrated::kCollateralTokens:
            break;
    }
    return NodeKey::of(NodeKind::kToken, edge.token);
}

std::optional<U256> with(const U256& total, const Figure<U256>& usd) {
    return usd.ok() ? checked_add(total, usd.value) : std::nullopt;
}

std::vector<ShareHolder> ranked(const std::map<NodeKey, U256>& by) {
    std::vector<ShareHolder> out;
    out.reserve(by.size());
    for (const auto& [node, usd] : by) {
        out.push_back({.node = node, .usd = usd});
    }
    std::ranges::sort(out, [](const ShareHolder& a, const ShareHolder& b) {
        return std::tie(b.usd, a.node) < std::tie(a.usd, b.node);
    });
    return out;
}

Figure<U256> too_large() {
    return Figure<U256>::without(FigureStatus::kError, "a square of the values exceeds 256 bits");
}

/// Why there is no figure; a value where there is one.
Figure<U256> whole(const Concentration& of) {
    if (of.unvalued != 0) {
        return Figure<U256>::without(
            FigureStatus::kNoData,
            std::to_string(of.unvalued) + " positions have no value; their reasons are in the graph"
        );
    }
    return of.total_usd.is_zero() ? Figure<U256>::without(FigureStatus::kNoData, "there is nothing")
                                  : Figure<U256>::of(of.total_usd);
}

}  // namespace

Concentration concentration(const LookThrough& graph, NodeIndex market, Concentrated what) {
    const Snapshot& snapshot = graph.snapshot();
    FAULTLINE_ASSERT(snapshot.nodes[market].key.kind == NodeKind::kMarket);
    const bool owed = what == Concentrated::kBorrowers;
    Concentration out;
    std::map<NodeKey, U256> by;
    for (const EdgeIndex index : owed ? graph.edges_from(market) : graph.edges_to(market)) {
        const Edge& edge = snapshot.edges[index];
        if (!counts(snapshot, edge, what)) {
            continue;
        }
        const std::optional<U256> total = with(out.total_usd, edge.usd);
        if (!total) {
            ++out.unvalued;
            continue;
        }
        out.total_usd = *total;
        const NodeKey key = whose(snapshot, edge, what);
        // Parts of the total, so they fit.
        U256& sum = key.kind == NodeKind::kOthers ? out.others_usd : by[key];
        sum = wrapping_add(sum, edge.usd.value);
    }
    out.holders = ranked(by);
    return out;
}

Figure<U256> Concentration::hhi_wad() const {
    Figure<U256> total = whole(*this);
    if (!total.ok()) {
        return total;
    }
    const std::optional<U256> square = checked_mul(total.value, total.value);
    if (!square) {
        return too_large();
    }
    // Parts of the total: their squares come to no more than its own.
    U256 sum;
    for (const ShareHolder& holder : holders) {
        sum = wrapping_add(sum, wrapping_mul(holder.usd, holder.usd));
    }
    const std::optional<U256> hhi = mul_div_floor(sum, wad(), *square);
    return hhi ? Figure<U256>::of(*hhi) : too_large();
}

Figure<U256> Concentration::top_share_bps(std::size_t count) const {
    Figure<U256> total = whole(*this);
    if (!total.ok()) {
        return total;
    }
    U256 sum;
    for (std::size_t i = 0; i < std::min(count, holders.size()); ++i) {
        sum = wrapping_add(sum, holders[i].usd);
    }
    const std::optional<U256> share = mul_div_floor(sum, kBpsPerOne, total.value);
    return share ? Figure<U256>::of(*share) : too_large();
}

}  // namespace faultline::graph
