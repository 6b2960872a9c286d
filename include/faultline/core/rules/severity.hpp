// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace faultline::rules {

enum class Severity : std::uint8_t {
    kInfo,
    kWarning,
    kCritical
};

constexpr Severity last_of(Severity /*of*/) noexcept {
    return Severity::kCritical;
}

/// "info", "warning", "critical".
std::string_view severity_name(Severity severity) noexcept;

}  // namespace faultline::rules
