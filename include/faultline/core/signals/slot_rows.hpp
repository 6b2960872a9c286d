// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/ledger/hashed_rows.hpp>
#include <faultline/core/signals/slot.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace faultline::signals {

/// Where the slots of all series are, as a ledger::Table wants it: those of one side by side, in
/// order, since a window reads most of them. A slot comes behind the newest and goes from before
/// the oldest without moving others; elsewhere it costs as much as there are slots of its series.
class SlotRows {
  public:
    struct Row {
        std::uint64_t number = 0;
        ledger::Epoch touched_in = 0;
        Slot slot;
    };

    /// Valid until the next write.
    using Found = const Slot*;

    /// The slots of a series that are kept, in order; valid until the next write.
    [[nodiscard]] std::span<const Row> of(const SeriesKey& series) const {
        const auto found = runs_.find(series);
        return found == runs_.end() ? std::span<const Row>() : found->second.rows();
    }

    [[nodiscard]] Found find(const SlotKey& key) const {
        const std::span<const Row> rows = of(key.series);
        const auto row = std::ranges::lower_bound(rows, key.slot, {}, &Row::number);
        return row == rows.end() || row->number != key.slot ? nullptr : &row->slot;
    }

    [[nodiscard]] bool contains(const SlotKey& key) const { return find(key) != nullptr; }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    template <class F>
    void for_each(F&& visit) const {
        for (const auto& [series, run] : runs_) {
            for (const Row& row : run.rows()) {
                visit(SlotKey{.series = series, .slot = row.number}, row.slot);
            }
        }
    }

    template <class Remember, class Change>
    void update(const SlotKey& key, ledger::Epoch epoch, Remember&& remember, Change&& change) {
        const auto [row, is_new] = runs_[key.series].place(key.slot);
        size_ += is_new ? 1 : 0;
        if (is_new || row->touched_in != epoch) {
            std::forward<Remember>(remember)(is_new ? nullptr : &row->slot);
            row->touched_in = epoch;
        }
        std::forward<Change>(change)(row->slot);
    }

    template <class Remember>
    void erase(const SlotKey& key, ledger::Epoch epoch, Remember&& remember) {
        const auto found = runs_.find(key.series);
        Row* const row = found == runs_.end() ? nullptr : found->second.find(key.slot);
        if (row == nullptr) {
            return;
        }
        if (row->touched_in != epoch) {
            std::forward<Remember>(remember)(&row->slot);
        }
        found->second.erase(row);
        --size_;
        if (found->second.rows().empty()) {
            runs_.erase(found);
        }
    }

  private:
    /// The slots of a series, behind room that those left which went.
    class Run {
      public:
        [[nodiscard]] std::span<const Row> rows() const { return std::span(rows_).subspan(begin_); }

        [[nodiscard]] Row* find(std::uint64_t number) {
            const auto row = lower(number);
            return row == rows_.end() || row->number != number ? nullptr : &*row;
        }

        /// The slot's row, and whether it is new.
        std::pair<Row*, bool> place(std::uint64_t number) {
            auto row = lower(number);
            if (row != rows_.end() && row->number == number) {
                return {&*row, false};
            }
            if (row == rows_.begin() + static_cast<std::ptrdiff_t>(begin_) && begin_ > 0) {
                row = rows_.begin() + static_cast<std::ptrdiff_t>(--begin_);
                *row = {};
            } else {
                row = rows_.emplace(row);
            }
            row->number = number;
            return {&*row, true};
        }

        void erase(Row* row) {
            if (row != &rows_[begin_]) {
                rows_.erase(rows_.begin() + (row - rows_.data()));
                return;
            }
            ++begin_;
            if (2 * begin_ > rows_.size()) {
                rows_.erase(rows_.begin(), rows_.begin() + static_cast<std::ptrdiff_t>(begin_));
                begin_ = 0;
            }
        }

      private:
        std::vector<Row>::iterator lower(std::uint64_t number) {
            const auto first = rows_.begin() + static_cast<std::ptrdiff_t>(begin_);
            // Mostly it is the newest, or one behind it.
            if (first == rows_.end() || rows_.back().number < number) {
                return rows_.end();
            }
            return rows_.back().number == number
                       ? rows_.end() - 1
                       : std::ranges::lower_bound(first, rows_.end(), number, {}, &Row::number);
        }

        std::vector<Row> rows_;
        std::size_t begin_ = 0;
    };

    std::unordered_map<SeriesKey, Run, ledger::KeyHash> runs_;
    std::size_t size_ = 0;
};

}  // namespace faultline::signals
