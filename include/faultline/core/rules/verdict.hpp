// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace faultline::rules {

/// What a figure means to a rule.
enum class Verdict : std::uint8_t {
    kClear,   ///< The condition does not hold; a firing alert resolves.
    kHold,    ///< Between the thresholds: starts nothing, ends nothing but a pending alert.
    kBreach,  ///< The condition holds.
};

/// "clear", "hold", "breach".
constexpr std::string_view verdict_name(Verdict verdict) noexcept {
    switch (verdict) {
        case Verdict::kClear:
            return "clear";
        case Verdict::kHold:
            return "hold";
        case Verdict::kBreach:
            return "breach";
    }
    return "clear";
}

}  // namespace faultline::rules
