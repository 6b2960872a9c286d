// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::obs {

/// Lines of one event name that were not written.
struct Suppressed {
    std::string event;
    std::uint64_t count = 0;
};

/// Lets through kPerSecond events of each name a second and counts the surplus. Event names are
/// literals of this program, so the number of entries is bounded by its text. Not thread-safe.
class EventLimiter {
  public:
    static constexpr std::uint64_t kPerSecond = 10;

    /// Whether an event of that name may be written now; false counts it as suppressed.
    bool allow(std::string_view event, Instant now);

    /// At most once a second the surplus so far, by event name; otherwise nothing. Each line is
    /// counted once.
    std::vector<Suppressed> take_due(Instant now);

    /// All surplus not handed out yet: for the last words of a log.
    std::vector<Suppressed> take_all();

  private:
    struct Window {
        Instant start;
        std::uint64_t written = 0;
        std::uint64_t suppressed = 0;
    };

    std::map<std::string, Window, std::less<>> windows_;
    Instant taken_;
};

}  // namespace faultline::obs
