// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace faultline {

/// Prints the broken invariant to standard error and aborts. State and checkpoint commit together,
/// so a restart after an abort is always safe.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace faultline

/// States an invariant of our own code. Always on: a wrong figure is worse than a restart.
#define FAULTLINE_ASSERT(condition)                                        \
    do {                                                                   \
        if (!(condition)) [[unlikely]] {                                   \
            ::faultline::assertion_failed(#condition, __FILE__, __LINE__); \
        }                                                                  \
    } while (false)
