// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/route.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::alerts {
namespace {

bool names(const std::vector<std::string>& receivers, std::string_view receiver) {
    return std::ranges::find(receivers, receiver) != receivers.end();
}

/// The shorter of two waits, where nullopt is for ever.
std::optional<Duration> sooner(std::optional<Duration> one, std::optional<Duration> other) {
    return one && other ? std::min(*one, *other) : (one ? one : other);
}

std::optional<Duration> wait_in(const Route& route, std::string_view receiver) {
    std::optional<Duration> out;
    if (names(route.receivers, receiver)) {
        out = Duration::zero();
    }
    for (const EscalationStep& step : route.escalation) {
        if (names(step.receivers, receiver)) {
            out = sooner(out, step.after);
        }
    }
    return out;
}

}  // namespace

Routes::Routes(std::vector<Route> routes) : routes_(std::move(routes)) {}

std::optional<Placement> Routes::placement_of(std::string_view receiver, const Labels& labels)
    const {
    std::optional<Placement> out;
    bool matched = false;
    for (const Route& route : routes_) {
        if (!all_match(route.match, labels)) {
            continue;
        }
        matched = true;
        const auto wait = wait_in(route, receiver);
        if (wait && (!out || *wait < out->after)) {
            out = Placement{.after = *wait, .group_by = route.group_by};
        }
        if (!route.goes_on) {
            return out;
        }
    }
    return matched ? out : Placement{};
}

bool Routes::may_tell(std::string_view receiver, const Labels& known) const {
    bool matched = false;
    for (const Route& route : routes_) {
        const Certainty certainty = all_certain(route.match, known);
        if (certainty != Certainty::kNo && wait_in(route, receiver)) {
            return true;
        }
        if (certainty == Certainty::kYes) {
            matched = true;
            if (!route.goes_on) {
                return false;
            }
        }
    }
    return !matched;
}

}  // namespace faultline::alerts
