// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/figure.hpp>

#include <string_view>

namespace faultline {

std::string_view figure_status_name(FigureStatus status) noexcept {
    switch (status) {
        case FigureStatus::kValue:
            return "value";
        case FigureStatus::kNoData:
            return "no_data";
        case FigureStatus::kStale:
            return "stale";
        case FigureStatus::kError:
            return "error";
    }
    return "unknown";
}

}  // namespace faultline
