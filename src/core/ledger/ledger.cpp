// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/fork_join.hpp>
#include <faultline/core/ledger/ledger.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::ledger {

void Ledger::attach(TableBase& table) {
    const bool is_new = tables_.emplace(table.id(), &table).second;
    FAULTLINE_ASSERT(is_new);
}

void Ledger::seal_ahead(const std::function<bool(TableId)>& is_done) {
    FAULTLINE_ASSERT(sealed_ahead_.empty());
    for (const auto& [id, table] : tables_) {
        if (is_done(id)) {
            table->seal(changes_ahead_);
            sealed_ahead_.push_back(table);
        }
    }
}

std::vector<RowChange> Ledger::seal(ForkJoin& fork_join) {
    for (const TableBase* table : std::exchange(sealed_ahead_, {})) {
        FAULTLINE_ASSERT(table->touched() == 0);
    }
    std::size_t all = 0;
    for (const auto& entry : tables_) {
        all += entry.second->touched();
    }
    // The second half begins with the table that holds the middle one.
    auto middle = tables_.begin();
    for (std::size_t before = 0; middle != tables_.end(); ++middle) {
        before += middle->second->touched();
        if (2 * before > all) {
            break;
        }
    }
    std::vector<RowChange> changes;
    std::vector<RowChange> rest;
    const auto first = [&] {
        std::for_each(tables_.begin(), middle, [&](auto& one) { one.second->seal(changes); });
    };
    const auto second = [&] {
        std::for_each(middle, tables_.end(), [&](auto& one) { one.second->seal(rest); });
    };
    // Handing over takes as long as sealing so many.
    constexpr std::size_t kFew = 64;
    if (all < kFew) {
        first();
        second();
    } else {
        fork_join.both(first, second);
    }
    changes.reserve(changes.size() + rest.size());
    std::ranges::move(rest, std::back_inserter(changes));
    if (changes_ahead_.empty()) {
        return changes;
    }
    std::vector<RowChange> ahead = std::exchange(changes_ahead_, {});
    std::vector<RowChange> merged;
    merged.reserve(changes.size() + ahead.size());
    std::merge(
        std::move_iterator(changes.begin()),
        std::move_iterator(changes.end()),
        std::move_iterator(ahead.begin()),
        std::move_iterator(ahead.end()),
        std::back_inserter(merged),
        [](const RowChange& a, const RowChange& b) { return a.table < b.table; }
    );
    return merged;
}

std::vector<RowChange> Ledger::seal() {
    InTurn in_turn;
    return seal(in_turn);
}

void Ledger::visit_touched(const KeyVisitor& visit) const {
    for (const auto& entry : tables_) {
        entry.second->visit_touched_keys(visit);
    }
}

void Ledger::look_back(const std::set<TableId>& tables, const std::function<void()>& look) {
    for (const TableId table : tables) {
        tables_.at(table)->step_back();
    }
    look();
    for (const TableId table : tables) {
        tables_.at(table)->step_forward();
    }
}

void Ledger::begin_run() {
    for (const auto& entry : tables_) {
        entry.second->begin(Journal::kKeys);
    }
}

void Ledger::seal_run(const RowVisitor& visit) {
    for (const auto& entry : tables_) {
        entry.second->visit_touched(visit);
        entry.second->begin(Journal::kBefore);
    }
}

Result<std::vector<RowChange>> Ledger::undo(const std::vector<RowChange>& changes) {
    std::vector<RowChange> turned;
    turned.reserve(changes.size());
    for (const RowChange& change : changes) {
        const auto table = tables_.find(change.table);
        if (table == tables_.end()) {
            return Error(
                Code::kCorrupt,
                "an undo record names table " + std::to_string(change.table) +
                    ", which does not exist"
            );
        }
        const std::optional<BytesView> before =
            change.before ? std::optional<BytesView>(*change.before) : std::nullopt;
        FAULTLINE_TRY(std::optional<Bytes> now, table->second->row(change.key));
        FAULTLINE_TRY_VOID(table->second->restore(change.key, before));
        turned.push_back(
            {.table = change.table,
             .key = change.key,
             .before = std::move(now),
             .after = change.before}
        );
    }
    return turned;
}

Result<void> Ledger::load(TableId table, BytesView key, BytesView value) {
    const auto found = tables_.find(table);
    if (found == tables_.end()) {
        return Error(
            Code::kCorrupt,
            "a stored row names table " + std::to_string(table) + ", which does not exist"
        );
    }
    return found->second->restore(key, value);
}

std::vector<RowChange> Ledger::dump() const {
    std::vector<RowChange> rows;
    for (const auto& entry : tables_) {
        entry.second->dump(rows);
    }
    return rows;
}

}  // namespace faultline::ledger
