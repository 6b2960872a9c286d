// SPDX-License-Identifier: Apache-2.0
#include "core/graph/leaderboard.hpp"

#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/health.hpp>

#include <algorithm>
#include <cstddef>
#include <span>

namespace faultline::graph {

Leaderboard::Change Leaderboard::set(const protocol::Holder& holder, const U256& units) {
    const auto is_holder = [&holder](const Entry& entry) {
        return entry.holder == holder;
    };
    const auto before = std::ranges::find_if(entries_, is_holder);
    if (before == entries_.end()) {
        return offer(holder, units);
    }
    const auto was = static_cast<std::size_t>(before - entries_.begin());
    if (would_keep(holder, units)) {
        return shift(was, {.units = units, .holder = holder});
    }
    entries_.erase(before);
    Change change;
    if (was < size_) {
        change.left = holder;
        if (entries_.size() >= size_) {
            change.joined = entries_[size_ - 1].holder;
        }
    }
    return change;
}

/// Only what lies between its two places moves.
Leaderboard::Change Leaderboard::shift(std::size_t was, const Entry& entry) {
    const auto from = entries_.begin() + static_cast<std::ptrdiff_t>(was);
    auto to = std::lower_bound(entries_.begin(), from, entry);
    if (to == from) {
        to = std::lower_bound(from + 1, entries_.end(), entry) - 1;
        std::move(from + 1, to + 1, from);
    } else {
        std::move_backward(to, from, from + 1);
    }
    *to = entry;
    const auto is = static_cast<std::size_t>(to - entries_.begin());
    Change change;
    change.kept = true;
    if (was < size_ && is >= size_) {
        change.left = entry.holder;
        change.joined = entries_[size_ - 1].holder;
    } else if (is < size_ && was >= size_) {
        change.joined = entry.holder;
        change.left = entries_[size_].holder;
    }
    return change;
}

Leaderboard::Change Leaderboard::offer(const protocol::Holder& holder, const U256& units) {
    Change change;
    if (!would_keep(holder, units)) {
        return change;
    }
    const Entry entry{.units = units, .holder = holder};
    const auto place = std::lower_bound(entries_.begin(), entries_.end(), entry);
    if (static_cast<std::size_t>(place - entries_.begin()) < size_) {
        change.joined = holder;
        if (entries_.size() >= size_) {
            change.left = entries_[size_ - 1].holder;
        }
    }
    entries_.insert(place, entry);
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
