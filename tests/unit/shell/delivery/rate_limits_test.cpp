// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/delivery/rate_limits.hpp>

#include <catch2/catch.hpp>

#include <chrono>

using namespace faultline;
using namespace faultline::delivery;
using namespace std::chrono_literals;

namespace {

Instant at(Duration since_start) {
    return {since_start};
}

LimitScope scope(const std::string& route, Pace pace = {}) {
    return {.service = "s", .route = route, .service_pace = {}, .route_pace = pace};
}

LimitNews bucket(std::uint64_t remaining, Duration reset_after) {
    return {.bucket = "b", .remaining = remaining, .reset_after = reset_after, .pause = {}};
}

}  // namespace

TEST_CASE("Without limits a request may leave at once", "[limits]") {
    RateLimits limits;
    for (int i = 0; i < 100; ++i) {
        CHECK(limits.free_at(scope("a")) <= at(1s));
        limits.take(scope("a"), at(1s));
    }
}

TEST_CASE("A pace lets a burst through, then one each interval", "[limits]") {
    RateLimits limits;
    const LimitScope paced = scope("a", {.interval = 1s, .burst = 3});
    for (int i = 0; i < 3; ++i) {
        CHECK(limits.free_at(paced) <= at(10s));
        limits.take(paced, at(10s));
    }
    CHECK(limits.free_at(paced) == at(11s));
    limits.take(paced, at(11s));
    CHECK(limits.free_at(paced) == at(12s));
    CHECK(limits.free_at(paced) <= at(60s));
    CHECK(limits.free_at(scope("b")) <= at(10s));
}

TEST_CASE("An announced bucket is used up and then waited for", "[limits]") {
    RateLimits limits;
    limits.answered(scope("a"), bucket(2, 376ms), at(1s));
    limits.take(scope("a"), at(1s));
    CHECK(limits.free_at(scope("a")) <= at(1s));
    limits.take(scope("a"), at(1s));
    CHECK(limits.free_at(scope("a")) == at(1s + 376ms));
    CHECK(limits.free_at(scope("a")) <= at(1s + 376ms));
    limits.take(scope("a"), at(2s));
    CHECK(limits.free_at(scope("a")) <= at(2s));
}

TEST_CASE("Answers that overtake one another do not give back what is used", "[limits]") {
    RateLimits limits;
    limits.answered(scope("a"), bucket(0, 2s), at(1s));
    limits.answered(scope("a"), bucket(3, 2s), at(1s));
    CHECK(limits.free_at(scope("a")) == at(3s));
    limits.answered(scope("a"), bucket(3, 2s), at(4s));
    CHECK(limits.free_at(scope("a")) <= at(4s));
}

TEST_CASE("What is in flight may not be counted yet", "[limits]") {
    RateLimits limits;
    for (int i = 0; i < 4; ++i) {
        limits.take(scope("a"), at(1s));
    }
    limits.answered(scope("a"), bucket(4, 2s), at(1s));
    limits.take(scope("a"), at(1s));
    CHECK(limits.free_at(scope("a")) == at(3s));
}

TEST_CASE("A pause of the service holds for its routes, one of a route for itself", "[limits]") {
    RateLimits limits;
    limits.answered(
        scope("a"), {.bucket = "", .remaining = {}, .reset_after = {}, .pause = 376ms}, {}
    );
    CHECK(limits.free_at(scope("a")) == at(376ms));
    CHECK(limits.free_at(scope("b")) <= at(0s));
    LimitNews all;
    all.pause = 2s;
    all.whole_service = true;
    limits.answered(scope("a"), all, {});
    CHECK(limits.free_at(scope("b")) == at(2s));
    LimitScope other = scope("c");
    other.service = "t";
    CHECK(limits.free_at(other) <= at(0s));
}

TEST_CASE("A route that is stopped stays so", "[limits]") {
    RateLimits limits;
    CHECK_FALSE(limits.stopped(scope("a")));
    limits.stop(scope("a"));
    CHECK(limits.stopped(scope("a")));
    CHECK_FALSE(limits.stopped(scope("b")));
}
