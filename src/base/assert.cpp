// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>

#include <cstdio>
#include <cstdlib>

namespace faultline {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
    static_cast<void>(std::fprintf(
        stderr,
        "faultline: broken invariant at %s:%d: %s. This is a bug: please report it with the lines "
        "above. "
        "Restarting resumes at the last committed block.\n",
        file,
        line,
        condition
    ));
    std::abort();
}

}  // namespace faultline
