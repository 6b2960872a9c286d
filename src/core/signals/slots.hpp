// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/slot.hpp>

#include <cstdint>

/// Places on the axis of a range: seconds since 1970, or block numbers.
namespace faultline::signals {

/// Stored slots are numbered by it: another one would need new table ids.
constexpr std::uint32_t kSlotsOfRange = 120;

constexpr std::uint64_t position(const At& at, const Range& range) {
    return range.unit == RangeUnit::kBlocks ? at.number : at.time.value;
}

constexpr std::uint64_t slot_width(const Range& range) {
    return range.unit == RangeUnit::kBlocks ? 1
                                            : (range.length + kSlotsOfRange - 1) / kSlotsOfRange;
}

constexpr std::uint64_t slot_of(std::uint64_t position, const Range& range) {
    return position / slot_width(range);
}

/// How long before the beginning the sample may lie from which a window is measured.
constexpr std::uint64_t slack(const Range& range) {
    return range.length / 4;
}

constexpr std::uint64_t below(std::uint64_t position, std::uint64_t by) {
    return position < by ? 0 : position - by;
}

}  // namespace faultline::signals
