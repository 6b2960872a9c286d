// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/time.hpp>

#include <chrono>
#include <shell/obs/event_limiter.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::obs {
namespace {

constexpr Duration kWindow = std::chrono::seconds(1);

}  // namespace

bool EventLimiter::allow(std::string_view event, Instant now) {
    auto found = windows_.find(event);
    if (found == windows_.end()) {
        found = windows_.emplace(std::string(event), Window{.start = now}).first;
    }
    Window& window = found->second;
    if (now - window.start >= kWindow) {
        // The count of suppressed lines stays until take_due() hands it out.
        window.start = now;
        window.written = 0;
    }
    if (window.written >= kPerSecond) {
        ++window.suppressed;
        return false;
    }
    ++window.written;
    return true;
}

std::vector<Suppressed> EventLimiter::take_due(Instant now) {
    if (now - taken_ < kWindow) {
        return {};
    }
    taken_ = now;
    return take_all();
}

std::vector<Suppressed> EventLimiter::take_all() {
    std::vector<Suppressed> out;
    for (auto& [event, window] : windows_) {
        if (window.suppressed != 0) {
            out.push_back({.event = event, .count = std::exchange(window.suppressed, 0)});
        }
    }
    return out;
}

}  // namespace faultline::obs
