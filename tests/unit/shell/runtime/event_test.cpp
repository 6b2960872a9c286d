// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/runtime/event.hpp>
#include <faultline/shell/runtime/task_group.hpp>

#include <catch2/catch.hpp>

#include <unit/shell/runtime/virtual_time.hpp>

using namespace faultline;
using namespace faultline::runtime;
using namespace faultline::runtime::testing;

namespace {

Task<> wait_times(Event& event, int times, Clock& clock, Trace& trace) {
    for (int i = 0; i < times; ++i) {
        co_await event.wait();
        trace.push_back("woke at " + std::to_string(clock.now().since_start / 1s));
    }
}

Task<> notify_after(Event& event, Clock& clock, Duration duration, int times) {
    co_await clock.sleep(duration);
    for (int i = 0; i < times; ++i) {
        event.notify();
    }
}

Task<> wait_for_once(Event& event, Clock& clock, Duration limit, Trace& trace) {
    const bool notified = co_await event.wait_for(clock, limit);
    trace.emplace_back(notified ? "notified" : "quiet");
}

Task<> cancel_after(Clock& clock, Duration duration, TaskGroup& group) {
    co_await clock.sleep(duration);
    group.cancel();
}

Task<> waiting_then_notified(Event& event, Clock& clock, Trace& trace) {
    TaskGroup group;
    group.spawn("waiter", wait_times(event, 2, clock, trace));
    group.spawn("one", notify_after(event, clock, 1s, 1));
    group.spawn("two", notify_after(event, clock, 3s, 1));
    co_await group.wait();
}

Task<> notified_in_time(Event& event, Clock& clock, Trace& trace) {
    TaskGroup group;
    group.spawn("waiter", wait_for_once(event, clock, 2s, trace));
    group.spawn("one", notify_after(event, clock, 1s, 1));
    co_await group.wait();
}

Task<> cancelled_then_waited_again(Event& event, Clock& clock, Trace& trace) {
    TaskGroup group;
    group.spawn("waiter", wait_times(event, 1, clock, trace));
    group.spawn("killer", cancel_after(clock, 1s, group));
    co_await group.wait();
    event.notify();
    co_await wait_times(event, 1, clock, trace);
}

Task<> quiet_then_notified(Event& event, Clock& clock, Trace& trace) {
    co_await wait_for_once(event, clock, 2s, trace);
    event.notify();
    co_await wait_for_once(event, clock, 2s, trace);
    co_await wait_for_once(event, clock, 2s, trace);
}

}  // namespace

TEST_CASE("an event wakes its waiter once for each notify", "[runtime]") {
    World world;
    Event event;
    Trace trace;
    world.run(waiting_then_notified(event, world.clock, trace));
    CHECK(trace == Trace{"woke at 1", "woke at 3"});
}

TEST_CASE("a notify without a waiter is kept, and many count as one", "[runtime]") {
    World world;
    Event event;
    Trace trace;
    event.notify();
    event.notify();
    event.notify();
    CHECK_THROWS_WITH(
        world.run(wait_times(event, 2, world.clock, trace)), Catch::Contains("nobody sleeps")
    );
    CHECK(trace == Trace{"woke at 0"});
}

TEST_CASE("a bounded wait tells a notify from the limit", "[runtime]") {
    World world;
    Event event;
    Trace trace;
    world.run(notified_in_time(event, world.clock, trace));
    CHECK(world.clock.now() == Instant{1s});
    world.run(quiet_then_notified(event, world.clock, trace));
    CHECK(trace == Trace{"notified", "quiet", "notified", "quiet"});
    CHECK(world.clock.now() == Instant{5s});
}

TEST_CASE("a cancelled wait leaves the event usable", "[runtime]") {
    World world;
    Event event;
    Trace trace;
    world.run(cancelled_then_waited_again(event, world.clock, trace));
    CHECK(trace == Trace{"woke at 1"});
}

TEST_CASE("a notify that meets the limit is never lost", "[runtime]") {
    for (std::uint64_t seed = 0; seed < 64; ++seed) {
        World world(seed);
        Event event;
        Trace trace;
        TaskGroup group;
        group.spawn("waiter", wait_for_once(event, world.clock, 1s, trace));
        group.spawn("one", notify_after(event, world.clock, 1s, 1));
        while (world.loop.poll(), world.clock.advance()) {
        }
        REQUIRE(group.live() == 0);
        if (trace == Trace{"quiet"}) {
            trace.clear();
            world.run(wait_for_once(event, world.clock, 1s, trace));
        }
        CHECK(trace == Trace{"notified"});
    }
}
