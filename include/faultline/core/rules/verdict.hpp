// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace faultline::rules {

/// What a figure means to a rule.
enum class Verdict : std::uint8_t {
    kClear,   ///< The condition does not hold; a firing alert resolves.
    kHold,    ///< Between the thresholds: starts nothing, ends nothing but a pending alert.
    kBreach,  ///< The condition holds.
};

}  // namespace faultline::rules
