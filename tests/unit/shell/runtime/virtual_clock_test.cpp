// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/runtime/virtual_clock.hpp>

#include <catch2/catch.hpp>

#include <set>
#include <unit/shell/runtime/virtual_time.hpp>

using namespace faultline;
using namespace faultline::runtime;
using namespace faultline::runtime::testing;

namespace {

Task<> sleep_all_together(Clock& clock, Trace& trace) {
    TaskGroup group;
    for (int i = 0; i < 6; ++i) {
        group.spawn("sleeper", sleep_and_note(clock, 1s, std::to_string(i), trace));
    }
    co_await group.wait();
}

Trace order_for(std::uint64_t seed) {
    World world(seed);
    Trace trace;
    world.run(sleep_all_together(world.clock, trace));
    return trace;
}

Task<> sleep_for_ever(Clock& clock) {
    co_await clock.sleep(Duration::max());
    co_await clock.sleep(Duration::max());
}

Task<> sleep_backwards(Clock& clock, Trace& trace) {
    co_await clock.sleep(-5s);
    trace.emplace_back("awake");
}

Task<> ten_years(Clock& clock) {
    for (int day = 0; day < 3650; ++day) {
        co_await clock.sleep(24h);
    }
}

}  // namespace

TEST_CASE("time stands still until it is advanced", "[runtime]") {
    World world;
    Trace trace;
    TaskGroup group;
    group.spawn("late", sleep_and_note(world.clock, 3s, "late", trace));
    group.spawn("early", sleep_and_note(world.clock, 1s, "early", trace));
    world.loop.poll();
    CHECK(world.clock.now() == Instant{});
    CHECK(world.clock.sleepers() == 2);
    CHECK(world.clock.next_wake() == Instant{1s});

    CHECK(world.clock.advance());
    CHECK(world.clock.now() == Instant{1s});
    CHECK(trace.empty());
    world.loop.poll();
    CHECK(trace == Trace{"early slept"});

    CHECK(world.clock.advance());
    world.loop.poll();
    CHECK(world.clock.now() == Instant{3s});
    CHECK_FALSE(world.clock.advance());
    CHECK(world.clock.now() == Instant{3s});
}

TEST_CASE("wall time is the epoch plus simulated time", "[runtime]") {
    Loop loop;
    VirtualClock clock(1, {1'000});
    CHECK(clock.wall_now() == UnixMillis{1'000});
    clock.run(loop, clock.sleep(2500ms));
    CHECK(clock.wall_now() == UnixMillis{3'500});
}

TEST_CASE("sleepers due together wake in an order the seed decides", "[runtime]") {
    std::set<Trace> orders;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const Trace order = order_for(seed);
        CHECK(order.size() == 6);
        CHECK(order == order_for(seed));
        orders.insert(order);
    }
    CHECK(orders.size() > 15);
}

TEST_CASE("sleeping past the end of time or before now is harmless", "[runtime]") {
    World world;
    Trace trace;
    world.run(sleep_for_ever(world.clock));
    CHECK(world.clock.now().since_start == Duration::max());
    world.run(sleep_backwards(world.clock, trace));
    CHECK(trace == Trace{"awake"});
}

TEST_CASE("years pass quickly", "[runtime]") {
    World world;
    world.run(ten_years(world.clock));
    CHECK(world.clock.now() == Instant{24h * 3650});
}
