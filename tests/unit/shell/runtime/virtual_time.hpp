// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task_group.hpp>
#include <faultline/shell/runtime/virtual_clock.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace faultline::runtime::testing {

using namespace std::chrono_literals;

/// A loop with simulated time.
struct World {
    Loop loop;
    VirtualClock clock;

    explicit World(std::uint64_t seed = 1) : clock(seed) {}

    void run(Task<> main) { clock.run(loop, std::move(main)); }
};

using Trace = std::vector<std::string>;

/// Sleeps, then notes that it did; notes the cancellation when it comes first.
inline Task<> sleep_and_note(Clock& clock, Duration duration, std::string name, Trace& trace) {
    struct Unwound {
        std::string& who;
        Trace& notes;
        bool slept = false;

        Unwound(std::string& name, Trace& into) : who(name), notes(into) {}

        Unwound(const Unwound&) = delete;
        Unwound& operator=(const Unwound&) = delete;

        ~Unwound() { notes.push_back(who + (slept ? " slept" : " cancelled")); }
    };

    Unwound unwound(name, trace);
    co_await clock.sleep(duration);
    unwound.slept = true;
}

}  // namespace faultline::runtime::testing
