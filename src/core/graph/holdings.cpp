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
#include <set>
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

bool contains(const std::vector<Holder>& holders, const Holder& holder) {
    return std::ranges::find(holders, holder) != holders.end();
}

std::vector<Holder> shown(const Leaderboard& board) {
    std::vector<Holder> holders;
    for (const Leaderboard::Entry& entry : board.top()) {
        holders.push_back(entry.holder);
    }
    return holders;
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
        replace(holder, {});
    }
    for (const Holder& holder : nodes) {
        replace(holder, protocol_.legs(market_, holder));
    }
    needs_scan_ = false;
}

void Holdings::leave(const Holder& holder) {
    for (const Leg& leg : protocol_.legs(market_, holder)) {
        if (!is_own(leg)) {
            U256& whole = board({.part = leg.part, .side = leg.side}).whole;
            whole = wrapping_sub(whole, leg.units);
        }
    }
}

void Holdings::refresh(const Holder& holder) {
    const std::vector<Leg> legs = protocol_.legs(market_, holder);
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
    moved_.push_back(holder);
    for (const Holder& one : std::exchange(moved_, {})) {
        track(one);
    }
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
    const std::vector<Holder> before = shown(board);
    const Leaderboard::Change change = board.set(holder, units);
    std::vector<BoardKey>& kept = kept_[holder];
    std::erase(kept, key);
    if (change.kept) {
        kept.push_back(key);
    } else if (kept.empty()) {
        kept_.erase(holder);
    }
    if (change.forgotten) {
        const auto other = kept_.find(*change.forgotten);
        std::erase(other->second, key);
        if (other->second.empty()) {
            kept_.erase(other);
        }
    }
    needs_scan_ = needs_scan_ || board.needs_scan();
    const std::vector<Holder> after = shown(board);
    for (const Holder& one : before) {
        if (!contains(after, one)) {
            count_top(one, false);
        }
    }
    for (const Holder& one : after) {
        if (!contains(before, one)) {
            count_top(one, true);
        }
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

void Holdings::track(const Holder& holder) {
    const bool is_node = tops_.contains(holder) || known_(holder.account).has_value();
    replace(holder, is_node ? protocol_.legs(market_, holder) : std::vector<Leg>{});
}

void Holdings::replace(const Holder& holder, std::vector<Leg> legs) {
    std::erase_if(legs, [this](const Leg& leg) { return is_own(leg); });
    Held held{
        .node = known_(holder.account).value_or(NodeKey::of(NodeKind::kAccount, holder.account)),
        .legs = std::move(legs)
    };
    if (const auto before = nodes_.find(holder); before != nodes_.end()) {
        if (before->second == held) {
            return;
        }
        for (const Leg& leg : before->second.legs) {
            add(before->second.node, leg, true);
        }
        nodes_.erase(before);
    }
    for (const Leg& leg : held.legs) {
        add(held.node, leg, false);
    }
    if (!held.legs.empty()) {
        nodes_.emplace(holder, std::move(held));
    }
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
