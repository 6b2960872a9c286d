// SPDX-License-Identifier: Apache-2.0
#include "shell/rpc/breaker.hpp"
#include "shell/rpc/budget.hpp"
#include "shell/rpc/complaints.hpp"
#include "shell/rpc/latency.hpp"
#include "shell/rpc/selection.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <chrono>
#include <vector>

using namespace faultline;
using namespace faultline::rpc;
using namespace std::chrono_literals;

TEST_CASE("a configured budget is kept on average, batches included", "[pool][budget]") {
    Instant now{1h};
    Budget budget(10, now);
    std::size_t calls = 0;
    const Instant end = now + 100s;
    while (now < end) {
        now = now + budget.wait(now);
        budget.spend(now, 7);
        calls += 7;
    }
    CHECK(calls >= 1000);
    CHECK(calls <= 1030);
}

TEST_CASE("a budget falls on refusal, and rises slowly to what was refused", "[pool][budget]") {
    Instant now{1h};
    Budget budget(100, now);
    for (int i = 0; i < 2000; ++i) {
        now = now + 10ms;
        budget.spend(now, 1);
        budget.served(now);
    }
    budget.refused(now, 0s);
    const double fallen = budget.rate();
    CHECK(fallen > 60);
    CHECK(fallen < 75);
    CHECK(budget.wait(now) == 1s);
    // Others that were under way change nothing.
    budget.refused(now, 0s);
    CHECK(budget.rate() == fallen);
    now = now + 2s;
    for (int i = 0; i < 5; ++i) {
        now = now + 1s;
        budget.served(now);
    }
    CHECK(budget.rate() > fallen);
    CHECK(budget.rate() < 100);
    for (int i = 0; i < 60; ++i) {
        now = now + 1s;
        budget.served(now);
    }
    CHECK(budget.rate() == 100);
}

TEST_CASE(
    "pauses double without Retry-After, follow it when it is there, and are bounded",
    "[pool][budget]"
) {
    Instant now{1h};
    Budget budget(0, now);
    CHECK(budget.rate() == 0);
    std::vector<Duration> pauses;
    for (int i = 0; i < 8; ++i) {
        budget.refused(now, 0s);
        pauses.push_back(budget.wait(now));
        now = now + budget.wait(now);
    }
    CHECK(pauses == std::vector<Duration>{1s, 2s, 4s, 8s, 16s, 30s, 30s, 30s});
    budget.refused(now, 17s);
    CHECK(budget.wait(now) == 17s);
    now = now + 17s;
    budget.refused(now, 10h);
    CHECK(budget.wait(now) == 10min);
}

TEST_CASE(
    "a learned budget is enough to follow a chain, and is forgotten in time", "[pool][budget]"
) {
    Instant now{1h};
    Budget budget(0, now);
    for (int i = 0; i < 10; ++i) {
        budget.refused(now, 0s);
        now = now + budget.wait(now);
    }
    CHECK(budget.rate() == 5);
    // Carefully at first: the limit is probably still there.
    for (int i = 0; i < 10; ++i) {
        now = now + 1s;
        budget.served(now);
    }
    CHECK(budget.rate() < 20);
    for (int i = 0; i < 30; ++i) {
        now = now + 1s;
        budget.served(now);
    }
    CHECK(budget.rate() > 50);
}

TEST_CASE("no batch runs a budget into more than four seconds of debt", "[pool][budget]") {
    const Instant now{1h};
    Budget budget(1, now);
    budget.spend(now, 10'000);
    CHECK(budget.wait(now) <= 5s);
}

TEST_CASE(
    "a breaker opens after three failures in a row, for longer each time", "[pool][breaker]"
) {
    Instant now{1h};
    Breaker breaker;
    breaker.failed(now);
    breaker.failed(now);
    breaker.succeeded(now);
    breaker.failed(now);
    breaker.failed(now);
    CHECK(breaker.state(now) == Breaker::State::kClosed);
    CHECK(breaker.failed(now));
    for (const auto open : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
        CHECK(breaker.state(now) == Breaker::State::kOpen);
        CHECK(breaker.due() - now == open);
        now = breaker.due();
        CHECK(breaker.state(now) == Breaker::State::kHalfOpen);
        CHECK(breaker.began(now));
        // One at a time.
        CHECK(breaker.state(now) == Breaker::State::kOpen);
        breaker.failed(now);
    }
    now = breaker.due();
    breaker.began(now);
    CHECK(breaker.succeeded(now));
    CHECK(breaker.state(now) == Breaker::State::kClosed);
}

TEST_CASE("a quarantine lasts whatever answers come", "[pool][breaker]") {
    Instant now{1h};
    Breaker breaker;
    breaker.quarantine(now, 10min);
    CHECK_FALSE(breaker.succeeded(now));
    CHECK(breaker.state(now + 9min) == Breaker::State::kQuarantined);
    now = now + 10min;
    CHECK(breaker.state(now) == Breaker::State::kHalfOpen);
    breaker.began(now);
    CHECK(breaker.succeeded(now));
}

TEST_CASE("the usual time is known after sixteen answers", "[pool][latency]") {
    Latency latency;
    for (int i = 0; i < 15; ++i) {
        latency.add(10ms);
    }
    CHECK_FALSE(latency.p95());
    for (int i = 0; i < 85; ++i) {
        latency.add(i % 20 == 0 ? 400ms : 10ms);
    }
    REQUIRE(latency.p95());
    CHECK(*latency.p95() <= 400ms);
    CHECK(latency.typical() < 150ms);
}

TEST_CASE("numbers do not make a complaint a new one; words do", "[pool]") {
    Complaints complaints;
    CHECK(complaints.is_new("block 0x12ab of request 77 failed"));
    CHECK_FALSE(complaints.is_new("block 0x99ff of request 78 failed"));
    CHECK(complaints.is_new("block 0x99ff of request 78 vanished"));
}

TEST_CASE("the fittest is chosen, equal ones in order of configuration", "[pool][selection]") {
    std::array<Candidate, 3> three{};
    const Demand demand;
    CHECK(select(three, demand) == 0U);
    three[1].leads = true;
    CHECK(select(three, demand) == 1U);
    three[2].holds = true;
    CHECK(select(three, demand) == 2U);
    three[2].wait = 1s;
    CHECK(select(three, demand) == 1U);
    three[1].shut_out = true;
    CHECK(select(three, demand) == 0U);
    three[0].excluded = true;
    CHECK(select(three, demand) == 2U);
    three[2].wait = 1min;
    CHECK(select(three, demand) == 1U);
    CHECK_FALSE(select(three, Demand{.worst = Fitness::kUnfit}));
}

TEST_CASE("ranges are spread over the endpoints that have least to do", "[pool][selection]") {
    std::array<Candidate, 3> three{};
    three[0].in_flight = 2;
    three[1].in_flight = 1;
    three[2].role = Role::kFallback;
    const Demand demand{.wide = true};
    CHECK(select(three, demand) == 1U);
    three[0].favoured = true;
    CHECK(select(three, demand) == 0U);
}
