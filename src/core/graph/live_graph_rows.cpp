// SPDX-License-Identifier: Apache-2.0
// The part of the live graph that writes rows.
#include "core/graph/holdings.hpp"
#include "core/graph/live_graph.hpp"
#include "core/graph/structure.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

using protocol::LegSide;
using protocol::MarketExposure;
using protocol::MarketId;

SideTerms terms_of(const protocol::PartSide& side) {
    return {.token = side.token, .decimals = side.decimals};
}

SideWorth worth_of(const protocol::PartSide& side) {
    return {.scale = side.scale, .total_units = side.total_units, .price = side.price};
}

/// Whether it says what a holder of its own has; everybody else's is of the structure.
bool is_position(const EdgeKey& key) {
    const bool of_holder = key.kind == EdgeKind::kSupplied || key.kind == EdgeKind::kCollateral ||
                           key.kind == EdgeKind::kDebt;
    return of_holder && key.from.kind != NodeKind::kOthers && key.to.kind != NodeKind::kOthers;
}

EdgeRow row_of(const U256& units) {
    return {.units = units, .proof = Proof::kConfirmed, .unknown = false};
}

EdgeRow unknown_row() {
    return {.units = U256(), .proof = Proof::kConfirmed, .unknown = true};
}

U256 less(const U256& whole, const U256& part) {
    return whole <= part ? U256() : wrapping_sub(whole, part);
}

/// Without a total for no reason, a part has no such side.
bool is_withheld(const Figure<U256>& total) {
    return !total.ok() && !total.reason.empty();
}

void sort_unique(EdgeList& edges) {
    std::ranges::sort(edges, [](const auto& a, const auto& b) { return a.first < b.first; });
    const auto repeated =
        std::ranges::unique(edges, [](const auto& a, const auto& b) { return a.first == b.first; });
    edges.erase(repeated.begin(), repeated.end());
}

}  // namespace

void LiveGraph::write_parts() {
    std::set<PartKey> there;
    for (std::size_t i = 0; i < markets_.size(); ++i) {
        if (!is_there(i)) {
            continue;
        }
        const auto id = static_cast<MarketId>(i);
        const protocol::BaseCurrency base = protocols_.of(id).base_currency(id);
        for (const protocol::PartExposure& part : markets_[i].parts) {
            const PartKey key{.market = node_of(i), .part = part.part};
            there.insert(key);
            write_part(
                key,
                {.name = part.name,
                 .claims = terms_of(part.claims),
                 .owed = terms_of(part.owed),
                 .base_symbol = base.symbol,
                 .base_decimals = static_cast<std::uint8_t>(base.decimals)},
                {.claims = worth_of(part.claims), .owed = worth_of(part.owed)}
            );
        }
        for (const protocol::Reserve& reserve : markets_[i].reserves) {
            there.insert(write_reserve(i, base, reserve));
        }
    }
    if (there.size() != tables_.parts.size()) {
        for (const PartKey& key : tables_.parts.sorted_keys()) {
            if (!there.contains(key)) {
                tables_.parts.erase(key);
                tables_.worths.erase(key);
            }
        }
    }
}

void LiveGraph::write_part(const PartKey& key, PartRow row, WorthRow worth) {
    if (const auto found = tables_.parts.find(key); found == nullptr || *found != row) {
        tables_.parts.put(key, std::move(row));
    }
    if (const auto found = tables_.worths.find(key); found == nullptr || *found != worth) {
        tables_.worths.put(key, std::move(worth));
    }
}

/// What stands in for the claims on the part that it covers.
PartKey LiveGraph::write_reserve(
    std::size_t market, const protocol::BaseCurrency& base, const protocol::Reserve& reserve
) {
    const PartKey key{.market = node_of(market), .part = part_of(reserve)};
    const auto part = tables_.parts.find(key);
    PartRow row = part != nullptr ? *part : PartRow{};
    row.claims = {.token = reserve.token, .decimals = reserve.decimals};
    row.base_symbol = base.symbol;
    row.base_decimals = static_cast<std::uint8_t>(base.decimals);
    const auto found = tables_.worths.find(key);
    WorthRow worth = found != nullptr ? *found : WorthRow{};
    worth.claims = {.scale = {}, .total_units = reserve.amount, .price = reserve.price};
    write_part(key, std::move(row), std::move(worth));
    return key;
}

/// The edges that follow from the markets themselves, and those of everybody else in them.
void LiveGraph::write_structure() {
    EdgeList edges;
    std::vector<Address> receipts;
    std::vector<Address> named;
    for (std::size_t i = 0; i < markets_.size(); ++i) {
        if (!is_there(i)) {
            continue;
        }
        const auto id = static_cast<MarketId>(i);
        add_market_edges(markets_[i], protocols_.of(id).name(id), edges);
        add_governors(i, edges);
        add_others(i, edges);
        const std::vector<Address> of_market = named_tokens(markets_[i]);
        named.insert(named.end(), of_market.begin(), of_market.end());
        for (const protocol::PartExposure& part : markets_[i].parts) {
            receipts.push_back(part.receipt);
        }
    }
    std::ranges::sort(receipts);
    std::ranges::sort(named);
    const auto again = std::ranges::unique(named);
    named.erase(again.begin(), again.end());
    add_wrapper_edges(tables_.tokens, receipts, std::move(named), edges);
    sort_unique(edges);
    write_changes(structure_ ? *structure_ : structure_in_rows(), edges);
    structure_ = std::move(edges);
}

/// Both sorted.
void LiveGraph::write_changes(const EdgeList& before, const EdgeList& after) {
    auto old = before.begin();
    for (const auto& [key, row] : after) {
        for (; old != before.end() && old->first < key; ++old) {
            tables_.edges.erase(old->first);
        }
        const bool was_there = old != before.end() && old->first == key;
        if (!was_there || old->second != row) {
            tables_.edges.put(key, row);
        }
        old += was_there ? 1 : 0;
    }
    for (; old != before.end(); ++old) {
        tables_.edges.erase(old->first);
    }
}

EdgeList LiveGraph::structure_in_rows() const {
    EdgeList edges;
    tables_.edges.for_each_unordered([&edges](const EdgeKey& key, const EdgeRow& row) {
        if (!is_position(key)) {
            edges.emplace_back(key, row);
        }
    });
    sort_unique(edges);
    return edges;
}

/// Whom its contracts name; whom its protocol names is there already.
void LiveGraph::add_governors(std::size_t market, EdgeList& edges) const {
    for (const Address& contract : governing(markets_[market])) {
        const auto row = tables_.governors.find({.contract = contract});
        if (row == nullptr) {
            continue;
        }
        for (const Address& governor : row->governors) {
            edges.push_back(
                {{.from = node_of(market),
                  .to = NodeKey::of(NodeKind::kGovernor, governor),
                  .kind = EdgeKind::kGovernedBy,
                  .part = {}},
                 row_of(U256())}
            );
        }
    }
}

void LiveGraph::add_others(std::size_t market, EdgeList& edges) const {
    const NodeKey node = node_of(market);
    const NodeKey others = NodeKey::of(NodeKind::kOthers, markets_[market].contract);
    const std::vector<Hash32> own = own_parts(markets_[market]);
    for (const protocol::PartExposure& part : markets_[market].parts) {
        if (std::ranges::find(own, part.part) == own.end()) {
            add_other_claims(market, part, edges);
        }
        const Figure<U256>& total = part.owed.total_units;
        const EdgeKey debt{.from = node, .to = others, .kind = EdgeKind::kDebt, .part = part.part};
        const U256 rest = less(total.value, holdings_[market].told(part.part, LegSide::kDebt));
        if (is_withheld(total)) {
            edges.emplace_back(debt, unknown_row());
        } else if (total.ok() && !rest.is_zero()) {
            edges.emplace_back(debt, row_of(rest));
        }
    }
}

/// Together they are what the market's own total leaves; which of it is collateral, legs tell.
void LiveGraph::add_other_claims(
    std::size_t market, const protocol::PartExposure& part, EdgeList& edges
) const {
    const Holdings& holdings = holdings_[market];
    const auto add = [&](EdgeKind kind, const EdgeRow& row) {
        const NodeKey others = NodeKey::of(NodeKind::kOthers, markets_[market].contract);
        if (row.unknown || !row.units.is_zero()) {
            edges.push_back(
                {{.from = others, .to = node_of(market), .kind = kind, .part = part.part}, row}
            );
        }
    };
    const Figure<U256>& total = part.claims.total_units;
    if (is_withheld(total)) {
        return add(EdgeKind::kSupplied, unknown_row());
    }
    const U256 told = wrapping_add(
        holdings.told(part.part, LegSide::kSupplied), holdings.told(part.part, LegSide::kCollateral)
    );
    const U256 rest = total.ok() ? less(total.value, told) : U256();
    const U256 untold = less(
        holdings.whole(part.part, LegSide::kCollateral),
        holdings.told(part.part, LegSide::kCollateral)
    );
    const U256 collateral = std::min(untold, rest);
    add(EdgeKind::kSupplied, row_of(wrapping_sub(rest, collateral)));
    add(EdgeKind::kCollateral, row_of(collateral));
}

void LiveGraph::write_positions(bool all) {
    if (all) {
        write_all_positions();
    }
    for (Holdings& holdings : holdings_) {
        for (const EdgeKey& key : holdings.take_changed()) {
            if (const auto units = units_of(key)) {
                tables_.edges.put(
                    key, {.units = *units, .proof = Proof::kConfirmed, .unknown = false}
                );
            } else {
                tables_.edges.erase(key);
            }
        }
    }
}

/// Rows may be those of any earlier block.
void LiveGraph::write_all_positions() {
    std::vector<EdgeKey> gone;
    tables_.edges.for_each_unordered([&](const EdgeKey& key, const EdgeRow&) {
        if (is_position(key) && !units_of(key)) {
            gone.push_back(key);
        }
    });
    for (const EdgeKey& key : gone) {
        tables_.edges.erase(key);
    }
    for (const Holdings& holdings : holdings_) {
        for (const auto& [key, units] : holdings.edges()) {
            const EdgeRow row{.units = units, .proof = Proof::kConfirmed, .unknown = false};
            if (const auto found = tables_.edges.find(key); found == nullptr || *found != row) {
                tables_.edges.put(key, row);
            }
        }
    }
}

/// Of all markets; a position edge is of one.
std::optional<U256> LiveGraph::units_of(const EdgeKey& key) const {
    for (const Holdings& holdings : holdings_) {
        if (const auto found = holdings.edges().find(key); found != holdings.edges().end()) {
            return found->second;
        }
    }
    return std::nullopt;
}

}  // namespace faultline::graph
