// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace faultline::aave {

/// POOL_REVISION of the releases whose accounting this module reproduces. What differs between them
/// in figures (EModeCategoryIsolationChanged, IsolationModeTotalDebtUpdated) comes with events that
/// only one of them has, so that a log is folded the same whichever of them wrote it.
inline constexpr std::uint64_t kRevisionV36 = 10;
inline constexpr std::uint64_t kRevisionV37 = 11;

constexpr bool is_accounted_for(std::uint64_t pool_revision) {
    return pool_revision == kRevisionV36 || pool_revision == kRevisionV37;
}

}  // namespace faultline::aave
