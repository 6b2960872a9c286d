// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench.hpp"

#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/silence.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What operators decide, and what that does.
namespace faultline::delivery::testing {

inline std::vector<alerts::Matcher> match(std::string_view text) {
    return {alerts::Matcher::parse(text).value()};
}

inline void silence(Bench& bench, std::string_view matcher, Duration length, std::uint64_t id = 1) {
    alerts::Silence out;
    out.id = id;
    out.matchers = match(matcher);
    out.starts = bench.clock.wall_now();
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(length);
    out.ends = {out.starts.value + ms.count()};
    bench.decisions.put(std::move(out));
    bench.decided();
}

inline alerts::Transition again(const std::string& fingerprint, std::uint64_t block) {
    alerts::Transition out = transition(fingerprint, block);
    out.repeated = true;
    return out;
}

inline double suppressed(
    const Bench& bench, const std::string& reason, const std::string& name = "a"
) {
    return bench.metric(
        "faultline_notifications_suppressed_total{channel=\"" + name + "\",reason=\"" + reason +
        "\"}"
    );
}

}  // namespace faultline::delivery::testing
