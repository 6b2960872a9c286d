// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/rules/severity.hpp>

#include <string_view>

namespace faultline::rules {

std::string_view severity_name(Severity severity) noexcept {
    switch (severity) {
        case Severity::kInfo:
            return "info";
        case Severity::kWarning:
            return "warning";
        case Severity::kCritical:
            return "critical";
    }
    return "unknown";
}

}  // namespace faultline::rules
