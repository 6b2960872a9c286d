// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/time.hpp>
#include <faultline/shell/delivery/rate_limits.hpp>

#include <algorithm>
#include <cstdint>
#include <string>

namespace faultline::delivery {

const RateLimits::State& RateLimits::state_of(const std::string& name) const {
    static const State fresh;
    const auto found = states_.find(name);
    return found == states_.end() ? fresh : found->second;
}

bool RateLimits::stopped(const LimitScope& scope) const {
    return state_of(scope.route).stopped;
}

Instant RateLimits::asked_until(const State& state) {
    return state.remaining == 0 ? std::max(state.paused_until, state.reset_at) : state.paused_until;
}

Instant RateLimits::asked_until(const LimitScope& scope) const {
    return std::max(asked_until(state_of(scope.service)), asked_until(state_of(scope.route)));
}

Instant RateLimits::free_at(const State& state, const Pace& pace) {
    const Duration ahead = pace.interval * (pace.burst - 1);
    return std::max(asked_until(state), Instant{state.next.since_start - ahead});
}

Instant RateLimits::free_at(const LimitScope& scope) const {
    return std::max(
        free_at(state_of(scope.service), scope.service_pace),
        free_at(state_of(scope.route), scope.route_pace)
    );
}

void RateLimits::take(State& state, const Pace& pace, Instant now) {
    if (pace.interval > Duration::zero()) {
        state.next = std::max(state.next, now) + pace.interval;
    }
    ++state.in_flight;
    if (state.remaining && now >= state.reset_at) {
        state.remaining.reset();
    }
    if (const std::uint64_t left = state.remaining.value_or(0); left > 0) {
        state.remaining = left - 1;
    }
}

void RateLimits::take(const LimitScope& scope, Instant now) {
    take(states_[scope.service], scope.service_pace, now);
    take(states_[scope.route], scope.route_pace, now);
}

void RateLimits::learn(State& route, const LimitNews& news, std::uint64_t said, Instant now) {
    // What is in flight may not be counted in there yet.
    const std::uint64_t left = said - std::min(said, route.in_flight);
    // Answers overtake one another: within a window the lowest is the newest.
    const bool same_window = route.remaining && now < route.reset_at && route.bucket == news.bucket;
    route.remaining = same_window ? std::min(*route.remaining, left) : left;
    route.reset_at = now + news.reset_after;
    route.bucket = news.bucket;
}

void RateLimits::answered(const LimitScope& scope, const LimitNews& news, Instant now) {
    State& service = states_[scope.service];
    State& route = states_[scope.route];
    for (State* state : {&service, &route}) {
        state->in_flight -= std::min<std::uint64_t>(state->in_flight, 1);
    }
    if (news.remaining) {
        learn(route, news, *news.remaining, now);
    }
    State& paused = news.whole_service ? service : route;
    paused.paused_until = std::max(paused.paused_until, now + news.pause);
}

}  // namespace faultline::delivery
