// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace faultline::aave {

/// POOL_REVISION of the releases whose accounting this module reproduces. What differs between them
/// in figures (EModeCategoryIsolationChanged, IsolationModeTotalDebtUpdated) comes with events that
/// only one of them has, so that a log is folded the same whichever of them wrote it.
inline constexpr std::uint64_t kRevision3_6 = 10;
inline constexpr std::uint64_t kRevision3_7 = 11;

constexpr bool is_accounted_for(std::uint64_t pool_revision) {
    return pool_revision == kRevision3_6 || pool_revision == kRevision3_7;
}

}  // namespace faultline::aave
