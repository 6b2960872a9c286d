// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/engine/rule_turns.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::engine {

namespace {

/// Who takes no more is judged at each block that concerns it, and not counted: a hundred thousand
/// rules that nothing concerns would wait for nothing, and planning cost more than they do.
constexpr std::uint64_t kSmall = 16;

std::uint64_t charged(std::uint64_t work) {
    return work <= kSmall ? 0 : work;
}

}  // namespace

RuleTurns::RuleTurns(ledger::Ledger& ledger, std::uint64_t work_per_block)
    : rows_(ledger, kTable),
      work_per_block_(std::max<std::uint64_t>(work_per_block, 2)),
      most_(work_per_block_ / 2) {}

void RuleTurns::use(std::vector<Taker> takers) {
    takers_ = std::move(takers);
    known_ = false;
}

void RuleTurns::learn() {
    known_ = true;
    known_rows_.assign(takers_.size(), std::nullopt);
    waiting_.clear();
    all_ = 0;
    std::size_t found = 0;
    for (std::size_t i = 0; i < takers_.size(); ++i) {
        const auto rule = static_cast<Index>(i);
        if (const RuleTurnRow* row = rows_.find(takers_[i].id)) {
            ++found;
            known_rows_[i] = *row;
            if (row->since) {
                waiting_.insert(rule);
            }
        }
        all_ += charge(rule);
    }
    if (found == rows_.size()) {
        return;
    }
    std::set<Hash32> ids;
    for (const Taker& taker : takers_) {
        ids.insert(taker.id);
    }
    for (const Hash32& id : rows_.sorted_keys()) {
        if (!ids.contains(id)) {
            rows_.erase(id);
        }
    }
}

std::uint64_t RuleTurns::charge(Index rule) const {
    const auto& row = known_rows_[rule];
    return charged(std::min(row ? row->work : takers_[rule].least, most_));
}

void RuleTurns::begin(eth::BlockNum block) {
    if (!known_) {
        learn();
    }
    block_ = block;
    cut_.clear();
    all_have_turns_ = all_ <= work_per_block_;
    if (all_have_turns_) {
        spare_ = work_per_block_ - all_;
    } else {
        plan();
    }
}

void RuleTurns::plan() {
    turns_.assign(takers_.size(), 1);
    spare_ = work_per_block_;
    for (const Index rule : in_turn()) {
        const std::uint64_t work = charge(rule);
        const bool fits = work <= spare_;
        turns_[rule] = fits ? 1 : 0;
        spare_ -= fits ? work : 0;
    }
}

std::uint64_t RuleTurns::share() const {
    std::vector<std::uint64_t> charges;
    charges.reserve(takers_.size());
    for (std::size_t i = 0; i < takers_.size(); ++i) {
        if (const std::uint64_t work = charge(static_cast<Index>(i)); work > 0) {
            charges.push_back(work);
        }
    }
    std::ranges::sort(charges);
    std::uint64_t left = work_per_block_ - most_;
    for (std::size_t i = 0; i < charges.size(); ++i) {
        const std::uint64_t each = left / (charges.size() - i);
        if (charges[i] > each) {
            return each;
        }
        left -= charges[i];
    }
    return left;
}

std::vector<RuleTurns::Index> RuleTurns::in_turn() const {
    const std::uint64_t share = this->share();

    struct Place {
        unsigned order;
        eth::BlockNum since;
        Index rule;
    };

    std::vector<Place> places;
    places.reserve(takers_.size());
    for (std::size_t i = 0; i < takers_.size(); ++i) {
        const auto rule = static_cast<Index>(i);
        const auto& row = known_rows_[i];
        if (charge(rule) == 0) {
            continue;  // It has its turn.
        }
        const bool small = charge(rule) <= share;
        const unsigned order = small ? 0U : takers_[i].critical ? 1U : 2U;
        places.push_back(
            {.order = order, .since = row && row->since ? *row->since : block_, .rule = rule}
        );
    }
    const auto longest = std::ranges::min_element(places, {}, [](const Place& one) {
        return std::tuple(one.since, one.order, one.rule);
    });
    if (longest != places.end() && longest->since < block_) {
        // It comes first, so that nobody waits for ever.
        longest->order = 0;
        longest->since = 0;
    }
    std::ranges::sort(places, {}, [](const Place& one) {
        return std::tuple(one.order, one.since, one.rule);
    });
    std::vector<Index> out;
    out.reserve(places.size());
    for (const Place& one : places) {
        out.push_back(one.rule);
    }
    return out;
}

std::optional<std::uint64_t> RuleTurns::allowed(Index rule) const {
    const bool has_turn = all_have_turns_ || turns_.at(rule) != 0;
    return has_turn && !cut_.contains(rule)
               ? std::optional(std::min(most_, std::max(charge(rule) + spare_, kSmall)))
               : std::nullopt;
}

bool RuleTurns::took(Index rule, std::uint64_t work, bool cut) {
    const auto may = allowed(rule);
    FAULTLINE_ASSERT(may.has_value());
    const std::uint64_t promised = charge(rule);
    spare_ += promised;
    spare_ -= std::min(spare_, charged(cut ? *may : work));
    const auto& known = known_rows_.at(rule);
    const auto since = known ? known->since : std::nullopt;
    const bool judged = !cut || *may == most_;
    if (judged) {
        put(rule, {.work = cut ? most_ + 1 : work, .since = since});
    } else {
        cut_.insert(rule);
        put(rule, {.work = std::min(most_, std::max(promised, 2 * *may)), .since = since});
    }
    return judged;
}

void RuleTurns::end() {
    const auto settle = [this](Index rule) {
        const bool waits = cut_.contains(rule) || (!all_have_turns_ && turns_[rule] == 0);
        RuleTurnRow row =
            known_rows_[rule].value_or(RuleTurnRow{.work = charge(rule), .since = {}});
        if (!waits) {
            row.since.reset();
        } else if (!row.since) {
            row.since = block_;
        }
        put(rule, row);
    };
    if (!all_have_turns_) {
        for (std::size_t i = 0; i < takers_.size(); ++i) {
            const auto rule = static_cast<Index>(i);
            const auto& row = known_rows_[i];
            if (turns_[i] == 0 || (row && (row->since || charge(rule) > 0))) {
                settle(rule);
            }
        }
        return;
    }
    std::set<Index> concerned = waiting_;
    concerned.insert(cut_.begin(), cut_.end());
    for (const Index rule : concerned) {
        settle(rule);
    }
}

void RuleTurns::put(Index rule, const RuleTurnRow& row) {
    auto& known = known_rows_[rule];
    if (known == row) {
        return;
    }
    all_ -= charge(rule);
    known = row;
    all_ += charge(rule);
    if (row.since) {
        waiting_.insert(rule);
    } else {
        waiting_.erase(rule);
    }
    rows_.put(takers_[rule].id, row);
}

PutOff RuleTurns::put_off(eth::BlockNum block) const {
    PutOff out;
    const auto count = [&](const RuleTurnRow& row) {
        if (row.since) {
            ++out.rules;
            out.oldest_blocks = std::max(out.oldest_blocks, block - *row.since + 1);
        }
    };
    if (known_) {
        for (const Index rule : waiting_) {
            count(*known_rows_[rule]);
        }
    } else {
        rows_.for_each_unordered([&count](const Hash32&, const RuleTurnRow& row) { count(row); });
    }
    return out;
}

}  // namespace faultline::engine
