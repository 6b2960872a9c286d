// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace faultline::delivery {

/// So many requests at once, then one each interval. An interval of zero sets no limit.
struct Pace {
    Duration interval{};
    std::uint32_t burst = 1;
};

/// Whose limits a request is under: those of its route (one webhook, one chat) and those of the
/// service behind it. Names hold no secret.
struct LimitScope {
    std::string service;
    std::string route;
    Pace service_pace;
    Pace route_pace;
};

/// What an answer said about limits.
struct LimitNews {
    std::string bucket;  ///< The service's name of the route's bucket; empty when it gave none.
    std::optional<std::uint64_t> remaining;  ///< Requests that the bucket still has,
    Duration reset_after{};                  ///< until so much later.
    Duration pause{};            ///< Nothing more before that; zero when it asked for no pause.
    bool whole_service = false;  ///< The pause is for all routes.
};

/// When the next request may go to each service: the limits that services announce, the pauses they
/// ask for, and a pace of our own where they publish one. Shared by all chains, since to a service
/// they are one client. Grows with receivers only. Thread: loop.
class RateLimits {
  public:
    /// From when on one more request may leave; past when it may at once.
    [[nodiscard]] Instant free_at(const LimitScope& scope) const;

    /// Until when the service asked for nothing; past when it did not. A pace is not its wish.
    [[nodiscard]] Instant asked_until(const LimitScope& scope) const;

    /// A request leaves; answered() follows.
    void take(const LimitScope& scope, Instant now);

    /// It was answered, or never will be.
    void answered(const LimitScope& scope, const LimitNews& news, Instant now);

    /// The route is not used any more in this process.
    void stop(const LimitScope& scope) { states_[scope.route].stopped = true; }

    [[nodiscard]] bool stopped(const LimitScope& scope) const;

  private:
    struct State {
        Instant next;  ///< When the pace has used up nothing any more.
        Instant paused_until;
        std::string bucket;
        std::optional<std::uint64_t> remaining;
        Instant reset_at;
        std::uint64_t in_flight = 0;
        bool stopped = false;
    };

    [[nodiscard]] const State& state_of(const std::string& name) const;
    static Instant asked_until(const State& state);
    static Instant free_at(const State& state, const Pace& pace);
    static void take(State& state, const Pace& pace, Instant now);
    static void learn(State& route, const LimitNews& news, std::uint64_t said, Instant now);

    std::map<std::string, State> states_;
};

}  // namespace faultline::delivery
