// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/signals/selector.hpp>

#include <compare>
#include <cstdint>
#include <optional>
#include <tuple>

/// The rows in which windows remember signals.
namespace faultline::signals {

/// The block at which samples are taken and windows end.
struct At {
    UnixSeconds time;
    std::uint64_t number = 0;

    auto operator<=>(const At&) const = default;

    /// For row codecs.
    auto fields(this auto& self) { return std::tie(self.time, self.number); }
};

/// A value that a signal had at a block.
struct Sample {
    At at;
    Decimal value;

    bool operator==(const Sample&) const = default;

    /// For row codecs.
    auto fields(this auto& self) { return std::tie(self.at, self.value); }
};

/// What is remembered for one signal and range: series_key() makes it.
struct SeriesKey {
    Hash32 signal;  ///< keccak of its text.
    Range range;

    auto operator<=>(const SeriesKey&) const = default;

    /// For row codecs.
    auto fields(this auto& self) { return std::tie(self.signal, self.range); }
};

/// Where a slot is: the seconds since 1970 by the slot's width, or the block number.
struct SlotKey {
    SeriesKey series;
    std::uint64_t slot = 0;

    auto operator<=>(const SlotKey&) const = default;

    /// For row codecs.
    auto fields(this auto& self) { return std::tie(self.series, self.slot); }
};

/// The samples of one slot.
struct Slot {
    Sample first;
    Sample last;
    Decimal min;
    Decimal max;
    std::optional<Decimal> sum;  ///< None beyond what a Decimal holds.
    std::uint32_t count = 0;
    std::uint64_t next = 0;  ///< The next slot that exists; of the newest: its own.

    /// For row codecs.
    auto fields(this auto& self) {
        return std::tie(self.first, self.last, self.min, self.max, self.sum, self.count, self.next);
    }
};

/// The ends of a series.
struct SeriesHead {
    At since;                  ///< Of its first sample ever.
    std::uint64_t oldest = 0;  ///< Slots that are kept.
    std::uint64_t newest = 0;

    /// For row codecs.
    auto fields(this auto& self) { return std::tie(self.since, self.oldest, self.newest); }
};

}  // namespace faultline::signals
