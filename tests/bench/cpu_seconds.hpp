// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/resource.h>
#include <sys/time.h>

namespace faultline::bench {

/// User and system time that this process has used, its background threads included.
inline double cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + (static_cast<double>(time.tv_usec) * 1e-6);
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

}  // namespace faultline::bench
