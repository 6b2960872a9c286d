// SPDX-License-Identifier: Apache-2.0
// What is remembered; what is made of it is in window.cpp.
#include "core/signals/slots.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/series.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/core/signals/slot.hpp>
#include <faultline/core/signals/slot_rows.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace faultline::signals {
namespace {

/// One comes, at most so many go: the rows that a block writes stay bounded behind a gap, too.
constexpr std::size_t kErasedWithOne = 2;

Slot slot_with(const Sample& sample, std::uint64_t number) {
    return {
        .first = sample,
        .last = sample,
        .min = sample.value,
        .max = sample.value,
        .sum = sample.value,
        .count = 1,
        .next = number,
    };
}

void add_to(Slot& slot, const Sample& sample) {
    slot.last = sample;
    slot.min = std::min(slot.min, sample.value);
    slot.max = std::max(slot.max, sample.value);
    slot.sum = slot.sum ? add(*slot.sum, sample.value) : std::nullopt;
    ++slot.count;
}

}  // namespace

SeriesKey series_key(std::string_view name, const Labels& labels, const Range& range) {
    return {.signal = eth::keccak256(text(name, labels)), .range = range};
}

Series::Series(ledger::Ledger& ledger, std::size_t most_series)
    : slots_(ledger, kSlotsId), heads_(ledger, kHeadsId), most_series_(most_series) {}

std::optional<At> Series::since(const SeriesKey& key) const {
    const auto* const found = heads_.find(key);
    return found == nullptr ? std::nullopt : std::optional(found->since);
}

void Series::record(const Signal& signal, const Range& range, const At& at) {
    if (signal.value.ok()) {
        record(series_key(signal.name, signal.labels, range), signal.value.value, at);
    }
}

void Series::record(const SeriesKey& key, const Decimal& value, const At& at) {
    const Sample sample{.at = at, .value = value};
    const std::uint64_t number = slot_of(position(at, key.range), key.range);
    const auto* const found = heads_.find(key);
    if (found == nullptr) {
        begin(key, number, sample);
        return;
    }
    const SeriesHead head = *found;
    if (number > head.newest) {
        open(key, head, number, sample);
        return;
    }
    const SlotKey place{.series = key, .slot = head.newest};
    const auto* const newest = slots_.find(place);
    // A block that is older than the newest sample breaks what record() asks for.
    if (number == head.newest && newest != nullptr && newest->last.at < at) {
        slots_.update(place, [&sample](Slot& slot) { add_to(slot, sample); });
    }
}

void Series::begin(const SeriesKey& key, std::uint64_t number, const Sample& sample) {
    if (heads_.size() >= most_series_) {
        return;
    }
    slots_.put({.series = key, .slot = number}, slot_with(sample, number));
    heads_.put(key, {.since = sample.at, .oldest = number, .newest = number});
}

void Series::open(
    const SeriesKey& key, const SeriesHead& head, std::uint64_t number, const Sample& sample
) {
    slots_.put({.series = key, .slot = number}, slot_with(sample, number));
    slots_.update({.series = key, .slot = head.newest}, [number](Slot& slot) {
        slot.next = number;
    });
    const std::uint64_t needed =
        below(position(sample.at, key.range), key.range.length + slack(key.range));
    const std::uint64_t oldest =
        erase_below(key, head.oldest, slot_of(needed, key.range), kErasedWithOne).oldest;
    heads_.put(key, {.since = head.since, .oldest = oldest, .newest = number});
}

Series::Erased Series::erase_below(
    const SeriesKey& key, std::uint64_t oldest, std::uint64_t kept, std::size_t most
) {
    Erased erased{.oldest = oldest, .count = 0};
    while (erased.count < most && erased.oldest < kept) {
        const SlotKey place{.series = key, .slot = erased.oldest};
        const auto* const slot = slots_.find(place);
        if (slot == nullptr) {
            break;
        }
        const std::uint64_t next = slot->next;
        slots_.erase(place);
        ++erased.count;
        if (next == erased.oldest) {
            break;
        }
        erased.oldest = next;
    }
    return erased;
}

void Series::sweep(const At& at) {
    if (at.number % kSweepBlocks != 0) {
        return;
    }
    std::size_t left = kMostSwept;
    for (const SeriesKey& key : heads_.sorted_keys()) {
        const auto* const found = heads_.find(key);
        if (left == 0 || found == nullptr) {
            return;
        }
        const SeriesHead head = *found;
        const std::uint64_t kept =
            slot_of(below(position(at, key.range), 2 * std::uint64_t{key.range.length}), key.range);
        if (head.newest >= kept) {
            continue;
        }
        const Erased erased = erase_below(key, head.oldest, kept, left);
        left -= erased.count;
        if (slots_.contains({.series = key, .slot = head.newest})) {
            heads_.put(key, {.since = head.since, .oldest = erased.oldest, .newest = head.newest});
        } else {
            heads_.erase(key);
        }
    }
}

}  // namespace faultline::signals

namespace faultline {

template class ledger::Table<signals::SlotKey, signals::Slot, signals::SlotRows>;
template class ledger::Table<signals::SeriesKey, signals::SeriesHead>;

}  // namespace faultline
