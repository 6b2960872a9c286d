// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace faultline {

using Duration = std::chrono::nanoseconds;

/// A point on the monotonic clock of the process (or of a simulation).
struct Instant {
    Duration since_start{};
    constexpr auto operator<=>(const Instant&) const = default;
};

constexpr Duration operator-(Instant later, Instant earlier) {
    return later.since_start - earlier.since_start;
}

constexpr Instant operator+(Instant at, Duration by) {
    return {at.since_start + by};
}

/// Wall-clock time, as seconds since 1970 (UTC): what block timestamps count in.
struct UnixSeconds {
    std::uint64_t value = 0;
    constexpr auto operator<=>(const UnixSeconds&) const = default;
};

/// Wall-clock time in milliseconds since 1970 (UTC), for latency figures and messages.
struct UnixMillis {
    std::int64_t value = 0;
    constexpr auto operator<=>(const UnixMillis&) const = default;
};

/// How long ago `at` was; zero when it is not past.
constexpr Duration age_of(UnixSeconds at, UnixMillis now) {
    constexpr std::int64_t kMillis = 1000;
    if (now.value < 0 || at.value > static_cast<std::uint64_t>(now.value / kMillis)) {
        return Duration::zero();
    }
    return std::chrono::milliseconds(now.value - (static_cast<std::int64_t>(at.value) * kMillis));
}

}  // namespace faultline
