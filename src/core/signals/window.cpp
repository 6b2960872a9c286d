// SPDX-License-Identifier: Apache-2.0
// Windows of docs/expressions.md over the slots of a series.
#include "core/signals/operations.hpp"
#include "core/signals/slots.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/series.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/core/signals/slot.hpp>
#include <faultline/core/signals/slot_rows.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace faultline::signals {
namespace {

using Number = Figure<Decimal>;

/// "12m", "1h5m": the two largest units, which is what a reader needs.
std::string spelled(std::uint64_t length, RangeUnit unit) {
    if (unit == RangeUnit::kBlocks) {
        return std::to_string(length) + "b";
    }
    constexpr std::array<std::pair<std::uint64_t, char>, 4> kUnits{
        {{86'400, 'd'}, {3'600, 'h'}, {60, 'm'}, {1, 's'}}
    };
    std::string out;
    int parts = 0;
    for (const auto& [seconds, letter] : kUnits) {
        FAULTLINE_ASSERT(seconds != 0);
        if (length >= seconds && parts < 2) {
            out += std::to_string(length / seconds) + letter;
            length %= seconds;
            ++parts;
        }
    }
    return out.empty() ? "0s" : out;
}

/// Of a slot, the sample to measure from: the newest that is kept at or before the beginning.
const Sample* base_of(const Slot& slot, std::uint64_t beginning, const Range& range) {
    if (position(slot.last.at, range) <= beginning) {
        return &slot.last;
    }
    return position(slot.first.at, range) <= beginning ? &slot.first : nullptr;
}

/// @pre there is a value. None beyond what a Decimal holds.
std::optional<Decimal> median(std::vector<Decimal>& values) {
    std::ranges::sort(values);
    const std::size_t middle = values.size() / 2;
    if (values.size() % 2 == 1) {
        return values[middle];
    }
    const auto sum = add(values[middle - 1], values[middle]);
    return sum ? div(*sum, Decimal::of(2)) : std::nullopt;
}

/// Of the newest value against the earlier ones. @pre there are earlier ones
Number zscore_of(const Decimal& newest, std::vector<Decimal> earlier) {
    const auto middle = median(earlier);
    if (!middle) {
        return beyond("the median");
    }
    const auto distance = sub(newest, *middle);
    if (!distance) {
        return beyond("the distance from the median");
    }
    for (Decimal& value : earlier) {
        const auto deviation = sub(value, *middle);
        if (!deviation) {
            return beyond("a deviation from the median");
        }
        value = deviation->abs();
    }
    const auto spread = median(earlier);
    // Of normally distributed samples, 1.4826 times the MAD is the standard deviation.
    const auto normal = Decimal::ratio(U256(14'826U), U256(10'000U));
    const auto unit = spread && normal ? mul(*spread, *normal) : std::nullopt;
    if (!unit) {
        return beyond("the median deviation");
    }
    if (unit->is_zero()) {
        return distance->is_zero()
                   ? Number::of(Decimal())
                   : Number::without(
                         FigureStatus::kError,
                         "it never moved before: most earlier samples are equal, so a zscore has "
                         "no measure; add 'or abs(delta(...)) > ...'"
                     );
    }
    const auto score = div(*distance, *unit);
    return score ? Number::of(*score) : beyond("the zscore");
}

const Decimal& min_of(const SlotRows::Row& row) {
    return row.slot.min;
}

const Decimal& max_of(const SlotRows::Row& row) {
    return row.slot.max;
}

/// Whether the growth of a signal since any of its samples is that of what it counts.
bool counts(const Signal& signal) {
    const Kind* const kind = kind_of(signal.name);
    return kind != nullptr && kind->counts;
}

Number change(const std::optional<Decimal>& delta) {
    return delta ? Number::of(*delta) : beyond("the delta");
}

Number per_second(const std::optional<Decimal>& delta, std::uint64_t seconds) {
    if (!delta) {
        return beyond("the delta");
    }
    if (seconds == 0) {
        return Number::without(
            FigureStatus::kError, "a rate between two blocks with the same timestamp"
        );
    }
    const auto rate = div(*delta, Decimal::of(seconds));
    return rate ? Number::of(*rate) : beyond("the rate");
}

}  // namespace

/// A window that has a sample to be measured from.
struct Series::Window {
    SeriesKey key;
    Sample base;
    Sample newest;
    std::uint64_t first_slot = 0;  ///< In which the beginning lies.
};

Figure<Decimal> Series::window(
    const Signal& signal, WindowFunction function, const Range& range, const At& at
) const {
    return signal.value.ok()
               ? window(series_key(signal.name, signal.labels, range), signal, function, at)
               : signal.value;
}

Figure<Decimal> Series::window(
    const SeriesKey& key, const Signal& signal, WindowFunction function, const At& at
) const {
    if (!signal.value.ok()) {
        return signal.value;
    }
    const auto found = covered(key, {.at = at, .value = signal.value.value});
    if (!found.ok() && function == WindowFunction::kDelta && counts(signal)) {
        if (const Sample* const first = first_within(key, at)) {
            return change(sub(signal.value.value, first->value));
        }
    }
    if (!found.ok()) {
        return Number::without(found.status, found.reason);
    }
    const Window& window = found.value;
    switch (function) {
        case WindowFunction::kDelta:
            return change(sub(window.newest.value, window.base.value));
        case WindowFunction::kRate:
            return per_second(
                sub(window.newest.value, window.base.value),
                at.time.value - window.base.at.time.value
            );
        case WindowFunction::kZscore:
            return zscore(window);
        case WindowFunction::kMin:
        case WindowFunction::kMax:
        case WindowFunction::kAvg:
            break;
    }
    return over_slots(window, function);
}

Figure<Series::Window> Series::covered(const SeriesKey& key, const Sample& newest) const {
    using Covered = Figure<Window>;
    const Range& range = key.range;
    const auto* const head = heads_.find(key);
    if (head == nullptr) {
        return heads_.size() < most_series_
                   ? Covered::without(FigureStatus::kNoData, "not followed yet")
                   : Covered::without(
                         FigureStatus::kError,
                         "not followed: " + std::to_string(most_series_) +
                             " windows of signals are kept already; read fewer"
                     );
    }
    const std::uint64_t now = position(newest.at, range);
    const std::uint64_t since = position(head->since, range);
    if (since + range.length > now) {
        return Covered::without(
            FigureStatus::kNoData,
            "followed for only " + spelled(below(now, since), range.unit) + " of " + text(range)
        );
    }
    const std::uint64_t beginning = now - range.length;
    const std::uint64_t earliest = below(beginning, slack(range));
    const std::uint64_t first = slot_of(beginning, range);
    const std::uint64_t last_tried = std::max(head->oldest, slot_of(earliest, range));
    const std::span<const SlotRows::Row> slots = slots_.rows().of(key);
    auto row = std::ranges::upper_bound(slots, first, {}, &SlotRows::Row::number);
    while (row != slots.begin() && (--row)->number >= last_tried) {
        const Sample* const base = base_of(row->slot, beginning, range);
        if (base != nullptr && position(base->at, range) >= earliest) {
            return Covered::of({.key = key, .base = *base, .newest = newest, .first_slot = first});
        }
    }
    return Covered::without(
        FigureStatus::kStale,
        "a gap: no sample between " + spelled(range.length + slack(range), range.unit) + " and " +
            spelled(range.length, range.unit) + " ago"
    );
}

const Sample* Series::first_within(const SeriesKey& key, const At& at) const {
    const auto* const head = heads_.find(key);
    if (head == nullptr) {
        return nullptr;
    }
    const std::uint64_t beginning = below(position(at, key.range), key.range.length);
    for (const SlotRows::Row& row : slots_.rows().of(key)) {
        if (position(row.slot.first.at, key.range) >= beginning) {
            return &row.slot.first;
        }
    }
    return nullptr;
}

std::span<const SlotRows::Row> Series::slots_in(const Window& window) const {
    const std::span<const SlotRows::Row> slots = slots_.rows().of(window.key);
    const auto first =
        std::ranges::lower_bound(slots, window.first_slot, {}, &SlotRows::Row::number);
    return {first, slots.end()};
}

Figure<Decimal> Series::over_slots(const Window& window, WindowFunction function) const {
    const std::span<const SlotRows::Row> slots = slots_in(window);
    if (slots.empty()) {
        return Number::without(FigureStatus::kNoData, "no sample lies in the window");
    }
    if (function == WindowFunction::kMin) {
        return Number::of(std::ranges::min_element(slots, {}, min_of)->slot.min);
    }
    if (function == WindowFunction::kMax) {
        return Number::of(std::ranges::max_element(slots, {}, max_of)->slot.max);
    }
    std::optional<Decimal> sum = Decimal();
    std::uint64_t count = 0;
    for (const SlotRows::Row& row : slots) {
        sum = sum && row.slot.sum ? add(*sum, *row.slot.sum) : std::nullopt;
        count += row.slot.count;
    }
    const auto average = sum ? div(*sum, Decimal::of(count)) : std::nullopt;
    return average ? Number::of(*average) : beyond("the sum of the samples");
}

Figure<Decimal> Series::zscore(const Window& window) const {
    std::vector<Decimal> earlier;
    const std::span<const SlotRows::Row> slots = slots_in(window);
    for (const SlotRows::Row& row : slots.first(slots.empty() ? 0 : slots.size() - 1)) {
        earlier.push_back(row.slot.last.value);
    }
    if (earlier.size() < kFewestForZscore) {
        return Number::without(
            FigureStatus::kNoData,
            "only " + std::to_string(earlier.size()) + " earlier samples of the " +
                std::to_string(kFewestForZscore) + " that a zscore needs"
        );
    }
    return zscore_of(window.newest.value, std::move(earlier));
}

}  // namespace faultline::signals
