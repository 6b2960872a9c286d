// SPDX-License-Identifier: Apache-2.0
#include "core/graph/leaderboard.hpp"

#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/health.hpp>

#include <algorithm>
#include <span>

namespace faultline::graph {

Leaderboard::Change Leaderboard::set(const protocol::Holder& holder, const U256& units) {
    const auto is_holder = [&holder](const Entry& entry) {
        return entry.holder == holder;
    };
    const auto before = std::ranges::find_if(entries_, is_holder);
    if (before != entries_.end()) {
        entries_.erase(before);
    }
    return offer(holder, units);
}

Leaderboard::Change Leaderboard::offer(const protocol::Holder& holder, const U256& units) {
    Change change;
    if (!would_keep(holder, units)) {
        return change;
    }
    const Entry entry{.units = units, .holder = holder};
    entries_.insert(std::lower_bound(entries_.begin(), entries_.end(), entry), entry);
    change.kept = true;
    if (entries_.size() > size_ * kReserve) {
        const Entry last = entries_.back();
        entries_.pop_back();
        best_outsider_ = last;
        if (last.holder == holder) {
            change.kept = false;
        } else {
            change.forgotten = last.holder;
        }
    }
    return change;
}

bool Leaderboard::would_keep(const protocol::Holder& holder, const U256& units) const {
    const Entry entry{.units = units, .holder = holder};
    return !units.is_zero() && !(best_outsider_ && *best_outsider_ < entry);
}

void Leaderboard::clear() {
    entries_.clear();
    best_outsider_.reset();
}

std::span<const Leaderboard::Entry> Leaderboard::top() const noexcept {
    return std::span(entries_).first(std::min(size_, entries_.size()));
}

}  // namespace faultline::graph
