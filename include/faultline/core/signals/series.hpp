// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/core/signals/slot.hpp>
#include <faultline/core/signals/slot_rows.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace faultline::signals {

/// Costs a keccak of the labels; one who records each block keeps it.
SeriesKey series_key(std::string_view name, const Labels& labels, const Range& range);

/// What windows remember of signals, as rows of journaled tables: a block that is undone takes its
/// samples with it. A range of seconds has a slot for each 120th of it (rounded up to whole
/// seconds), a range of blocks one for each block. A slot goes when it is too old for any window;
/// so a series has at most 153 slots, or for N blocks N + N / 4 + 2.
///
/// Within a block: record() for each signal and range that somebody reads, sweep() once, then
/// window().
/// Pure; thread: the engine's.
class Series {
  public:
    static constexpr ledger::TableId kSlotsId = 0x0801;
    static constexpr ledger::TableId kHeadsId = 0x0802;
    /// Of signals and ranges; 153 slots of about 360 bytes each, or 377 of 300 blocks.
    static constexpr std::size_t kMostSeries = 10'000;
    /// Signals that are gone are looked for at each block whose number this divides.
    static constexpr std::uint64_t kSweepBlocks = 4'096;
    /// Slots that a sweep erases at most.
    static constexpr std::size_t kMostSwept = 10'000;
    /// Earlier samples that a zscore needs.
    static constexpr std::size_t kFewestForZscore = 5;

    explicit Series(ledger::Ledger& ledger, std::size_t most_series = kMostSeries);

    /// Takes the sample of this block, if the signal is a value. When there are as many series as
    /// may be, a new one is not begun. Cost: O(1). @pre at most once in a block; times and numbers
    /// do not decrease
    void record(const Signal& signal, const Range& range, const At& at);
    void record(const SeriesKey& key, const Decimal& value, const At& at);

    /// Erases series whose signal is gone, or which nobody reads any more: those without a sample
    /// for twice their range. Cost: O(1), or at a block that kSweepBlocks divides O(series).
    void sweep(const At& at);

    /// The window that ends with the block `at`. kNoData while the series is younger than the
    /// range, kStale where no sample lies before the beginning within a quarter of the range (then
    /// the delta of a signal that counts is that since the first sample in the range); kError where
    /// it is not kept because there are too many series. Cost: delta and rate O(1), behind a gap up
    /// to all slots; the others all slots.
    /// @pre this block's sample was recorded
    [[nodiscard]] Figure<Decimal> window(
        const Signal& signal, WindowFunction function, const Range& range, const At& at
    ) const;
    /// The same for one who keeps the key. @pre the key is the signal's
    [[nodiscard]] Figure<Decimal> window(
        const SeriesKey& key, const Signal& signal, WindowFunction function, const At& at
    ) const;

    /// Of the first sample; nullopt while none is kept.
    [[nodiscard]] std::optional<At> since(const SeriesKey& key) const;

    [[nodiscard]] std::size_t series() const noexcept { return heads_.size(); }

    [[nodiscard]] std::size_t slots() const noexcept { return slots_.size(); }

  private:
    struct Window;

    /// What is left of a series, and how many slots went.
    struct Erased {
        std::uint64_t oldest = 0;
        std::size_t count = 0;
    };

    void begin(const SeriesKey& key, std::uint64_t number, const Sample& sample);
    void open(
        const SeriesKey& key, const SeriesHead& head, std::uint64_t number, const Sample& sample
    );
    /// Erases slots below `kept`, the oldest first.
    Erased erase_below(
        const SeriesKey& key, std::uint64_t oldest, std::uint64_t kept, std::size_t most
    );
    [[nodiscard]] Figure<Window> covered(const SeriesKey& key, const Sample& newest) const;
    /// The first sample that is kept at or after the beginning; nullptr while nothing is kept.
    [[nodiscard]] const Sample* first_within(const SeriesKey& key, const At& at) const;
    /// From the one in which the beginning lies.
    [[nodiscard]] std::span<const SlotRows::Row> slots_in(const Window& window) const;
    [[nodiscard]] Figure<Decimal> over_slots(const Window& window, WindowFunction function) const;
    [[nodiscard]] Figure<Decimal> zscore(const Window& window) const;

    ledger::Table<SlotKey, Slot, SlotRows> slots_;
    ledger::Table<SeriesKey, SeriesHead> heads_;
    std::size_t most_series_;
};

}  // namespace faultline::signals

/// Instantiated once, in series.cpp.
namespace faultline {
extern template class ledger::Table<signals::SlotKey, signals::Slot, signals::SlotRows>;
extern template class ledger::Table<signals::SeriesKey, signals::SeriesHead>;
}  // namespace faultline
