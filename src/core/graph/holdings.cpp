// SPDX-License-Identifier: Apache-2.0
#include "core/graph/holdings.hpp"

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

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_set>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

using protocol::Holder;
using protocol::Leg;
using protocol::LegSide;

EdgeKind kind_of(LegSide side) {
    switch (side) {
        case LegSide::kSupplied:
            return EdgeKind::kSupplied;
        case LegSide::kCollateral:
            return EdgeKind::kCollateral;
        case LegSide::kDebt:
            return EdgeKind::kDebt;
    }
    return EdgeKind::kSupplied;
}

auto place_of(const Leg& leg) {
    return std::tie(leg.part, leg.side);
}

}  // namespace

Holdings::Holdings(
    const protocol::Protocol& protocol, protocol::MarketId market, std::size_t top, KnownNode known
)
    : protocol_(protocol), market_(market), top_(top), known_(std::move(known)) {}

bool Holdings::set_own_parts(std::vector<Hash32> parts) {
    std::ranges::sort(parts);
    const bool is_new = parts != own_parts_;
    own_parts_ = std::move(parts);
    return is_new;
}

void Holdings::scan(const NodeKey& market_node) {
    market_node_ = market_node;
    boards_.clear();
    kept_.clear();
    tops_.clear();
    moved_.clear();
    std::set<Holder> nodes;
    Holder last;
    protocol_.each_leg(market_, [&](const Holder& holder, const Leg& leg) {
        if (is_own(leg)) {
            return;
        }
        Board& board = this->board({.part = leg.part, .side = leg.side});
        board.largest.offer(holder, leg.units);
        board.whole = wrapping_add(board.whole, leg.units);
        // Legs of a holder mostly come one after another.
        if (holder != last && known_(holder.account)) {
            nodes.insert(holder);
        }
        last = holder;
    });
    for (const auto& [key, board] : boards_) {
        for (const Leaderboard::Entry& entry : board.largest.entries()) {
            kept_[entry.holder].push_back(key);
        }
        for (const Leaderboard::Entry& entry : board.largest.top()) {
            ++tops_[entry.holder];
            nodes.insert(entry.holder);
        }
    }
    std::vector<Holder> gone;
    for (const auto& [holder, held] : nodes_) {
        if (!nodes.contains(holder)) {
            gone.push_back(holder);
        }
    }
    for (const Holder& holder : gone) {
        drop(holder);
    }
    for (const Holder& holder : nodes) {
        track(holder, protocol_.legs(market_, holder));
    }
    needs_scan_ = false;
}

void Holdings::leave(const std::vector<Leg>& legs) {
    for (const Leg& leg : legs) {
        if (!is_own(leg)) {
            U256& whole = board({.part = leg.part, .side = leg.side}).whole;
            whole = wrapping_sub(whole, leg.units);
        }
    }
}

void Holdings::refresh(const Holder& holder, std::vector<Leg> legs) {
    std::vector<BoardKey> left;
    if (const auto kept = kept_.find(holder); kept != kept_.end()) {
        left = kept->second;
    }
    for (const Leg& leg : legs) {
        if (!is_own(leg)) {
            const BoardKey key{.part = leg.part, .side = leg.side};
            std::erase(left, key);
            U256& whole = board(key).whole;
            whole = wrapping_add(whole, leg.units);
            note(key, holder, leg.units);
        }
    }
    for (const BoardKey& key : left) {
        note(key, holder, U256());
    }
    for (const Holder& one : moved_) {
        if (one != holder) {
            track(one, protocol_.legs(market_, one));
        }
    }
    moved_.clear();
    track(holder, std::move(legs));
}

Holdings::Board& Holdings::board(const BoardKey& key) {
    return boards_.try_emplace(key, Board{.largest = Leaderboard(top_), .whole = {}}).first->second;
}

void Holdings::note(const BoardKey& key, const Holder& holder, const U256& units) {
    Leaderboard& board = this->board(key).largest;
    const auto on = kept_.find(holder);
    const bool is_kept =
        on != kept_.end() && std::ranges::find(on->second, key) != on->second.end();
    if (!is_kept && !board.would_keep(holder, units)) {
        return;
    }
    const Leaderboard::Change change =
        is_kept ? board.set(holder, units) : board.offer(holder, units);
    if (change.kept && !is_kept) {
        kept_[holder].push_back(key);
    } else if (is_kept && !change.kept) {
        forget(holder, key);
    }
    if (change.forgotten) {
        forget(*change.forgotten, key);
    }
    needs_scan_ = needs_scan_ || board.needs_scan();
    if (change.left) {
        count_top(*change.left, false);
    }
    if (change.joined) {
        count_top(*change.joined, true);
    }
}

void Holdings::forget(const Holder& holder, const BoardKey& key) {
    const auto kept = kept_.find(holder);
    std::erase(kept->second, key);
    if (kept->second.empty()) {
        kept_.erase(kept);
    }
}

void Holdings::count_top(const Holder& holder, bool joined) {
    std::size_t& count = tops_[holder];
    count = joined ? count + 1 : count - 1;
    if (count == 0) {
        tops_.erase(holder);
    }
    moved_.push_back(holder);
}

void Holdings::track(const Holder& holder, std::vector<Leg> legs) {
    const std::optional<NodeKey> known = known_(holder.account);
    if (!known && !tops_.contains(holder)) {
        drop(holder);
        return;
    }
    std::erase_if(legs, [this](const Leg& leg) { return is_own(leg); });
    if (legs.empty()) {
        drop(holder);
        return;
    }
    const NodeKey node = known.value_or(NodeKey::of(NodeKind::kAccount, holder.account));
    Held& held = nodes_.try_emplace(holder, Held{.node = node, .legs = {}}).first->second;
    if (held.node != node) {
        change(held, {});
        held.node = node;
    }
    change(held, std::move(legs));
}

void Holdings::drop(const Holder& holder) {
    if (const auto held = nodes_.find(holder); held != nodes_.end()) {
        change(held->second, {});
        nodes_.erase(held);
    }
}

void Holdings::change(Held& held, std::vector<Leg> legs) {
    auto old = held.legs.begin();
    for (const Leg& leg : legs) {
        for (; old != held.legs.end() && place_of(*old) < place_of(leg); ++old) {
            add(held.node, *old, true);
        }
        const bool was_there = old != held.legs.end() && place_of(*old) == place_of(leg);
        if (was_there && old->units != leg.units) {
            add(held.node, *old, true);
        }
        if (!was_there || old->units != leg.units) {
            add(held.node, leg, false);
        }
        old += was_there ? 1 : 0;
    }
    for (; old != held.legs.end(); ++old) {
        add(held.node, *old, true);
    }
    held.legs = std::move(legs);
}

void Holdings::add(const NodeKey& node, const Leg& leg, bool away) {
    const EdgeKey key = edge_of(node, leg);
    U256& told = told_[{.part = leg.part, .side = leg.side}];
    U256& units = edges_[key];
    told = away ? wrapping_sub(told, leg.units) : wrapping_add(told, leg.units);
    units = away ? wrapping_sub(units, leg.units) : wrapping_add(units, leg.units);
    if (units.is_zero()) {
        edges_.erase(key);
    }
    changed_.insert(key);
}

bool Holdings::is_own(const Leg& leg) const {
    return leg.side != LegSide::kDebt &&
           std::binary_search(own_parts_.begin(), own_parts_.end(), leg.part);
}

EdgeKey Holdings::edge_of(const NodeKey& node, const Leg& leg) const {
    const bool is_debt = leg.side == LegSide::kDebt;
    return {
        .from = is_debt ? market_node_ : node,
        .to = is_debt ? node : market_node_,
        .kind = kind_of(leg.side),
        .part = leg.part
    };
}

std::unordered_set<EdgeKey, ledger::KeyHash> Holdings::take_changed() {
    return std::exchange(changed_, {});
}

U256 Holdings::told(const Hash32& part, LegSide side) const {
    const auto found = told_.find({.part = part, .side = side});
    return found == told_.end() ? U256() : found->second;
}

U256 Holdings::whole(const Hash32& part, LegSide side) const {
    const auto found = boards_.find({.part = part, .side = side});
    return found == boards_.end() ? U256() : found->second.whole;
}

}  // namespace faultline::graph
