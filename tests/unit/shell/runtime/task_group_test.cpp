// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/runtime/cancellation.hpp>
#include <faultline/shell/runtime/task_group.hpp>

#include <catch2/catch.hpp>

#include <stdexcept>
#include <unit/shell/runtime/virtual_time.hpp>

using namespace faultline;
using namespace faultline::runtime;
using namespace faultline::runtime::testing;

namespace {

Task<> fail_after(Clock& clock, Duration duration, std::string text) {
    co_await clock.sleep(duration);
    throw std::runtime_error(text);
}

Task<> fail_at_once(std::string text) {
    throw std::runtime_error(text);
    co_return;
}

/// Goes on for a while after it was asked to end.
Task<> end_slowly(Clock& clock, Trace& trace) {
    TaskGroup inner;
    Trace ignored;
    inner.spawn("sleeper", sleep_and_note(clock, 1h, "inner", trace));
    co_await inner.wait();
}

Task<> parent(Clock& clock, Trace& trace) {
    TaskGroup group;
    group.spawn("a", sleep_and_note(clock, 2s, "a", trace));
    group.spawn("b", sleep_and_note(clock, 1s, "b", trace));
    co_await group.wait();
    trace.emplace_back("parent done");
}

Task<> parent_of_a_failure(Clock& clock, Trace& trace) {
    TaskGroup group;
    group.spawn("a", sleep_and_note(clock, 1h, "a", trace));
    group.spawn("bad", fail_after(clock, 1s, "no luck"));
    group.spawn("b", sleep_and_note(clock, 2h, "b", trace));
    co_await group.wait();
    trace.emplace_back("unreachable");
}

Task<> grandparent(Clock& clock, Trace& trace) {
    TaskGroup group;
    group.spawn("parent", parent_of_a_failure(clock, trace));
    group.spawn("aunt", sleep_and_note(clock, 3h, "aunt", trace));
    co_await group.wait();
}

Task<> cancel_after(Clock& clock, Duration duration, TaskGroup& group) {
    co_await clock.sleep(duration);
    group.cancel();
}

Task<> cancel_a_waiting_parent(Clock& clock, Trace& trace) {
    TaskGroup group;
    group.spawn("parent", parent(clock, trace));
    group.spawn("slow", end_slowly(clock, trace));
    group.spawn("killer", cancel_after(clock, 500ms, group));
    co_await group.wait();
    trace.push_back("live " + std::to_string(group.live()));
}

Task<> spawn_a_sibling(TaskGroup& group, Clock& clock, Trace& trace) {
    group.spawn("late", sleep_and_note(clock, 1s, "late", trace));
    co_await clock.sleep(1ms);
    trace.emplace_back("first done");
}

Task<> grows_while_running(Clock& clock, Trace& trace) {
    TaskGroup group;
    group.spawn("first", spawn_a_sibling(group, clock, trace));
    co_await group.wait();
}

Task<> two_failures(Clock& clock) {
    TaskGroup group;
    group.spawn("one", fail_after(clock, 1s, "first"));
    group.spawn("two", fail_after(clock, 2s, "second"));
    co_await group.wait();
}

Task<> failing_before_it_suspends() {
    TaskGroup group;
    group.spawn("bad", fail_at_once("early"));
    co_await group.wait();
}

Task<> cancels_itself_and_ends(TaskGroup& group, Trace& trace) {
    group.cancel();
    trace.emplace_back("cancelled myself");
    co_return;
}

Task<> cancels_itself_and_awaits(TaskGroup& group, Clock& clock, Trace& trace) {
    group.cancel();
    co_await clock.sleep(1s);
    trace.emplace_back("unreachable");
}

Task<> suicides(Clock& clock, Trace& trace) {
    TaskGroup first;
    first.spawn("ends", cancels_itself_and_ends(first, trace));
    co_await first.wait();
    TaskGroup second;
    second.spawn("awaits", cancels_itself_and_awaits(second, clock, trace));
    co_await second.wait();
    trace.emplace_back("alive");
}

Task<> note(std::string text, Trace& trace) {
    trace.push_back(std::move(text));
    co_return;
}

/// Is resumed and cancelled in the same turn, then makes a group of its own.
Task<> wake_into_a_new_group(TaskGroup& mine, Clock& clock, Trace& trace) {
    co_await clock.sleep(1s);
    mine.cancel();
    TaskGroup group;
    group.spawn("never", note("unreachable", trace));
    co_await group.wait();
    trace.emplace_back("unreachable too");
}

Task<> cancelled_between_spawn_and_wait(Clock& clock, Trace& trace) {
    TaskGroup group;
    group.spawn("child", wake_into_a_new_group(group, clock, trace));
    co_await group.wait();
    trace.emplace_back("done");
}

Task<> foreign_cancellation() {
    throw_cancelled();
    co_return;
}

Task<> group_of_a_foreign_cancellation() {
    TaskGroup group;
    group.spawn("odd", foreign_cancellation());
    co_await group.wait();
}

}  // namespace

TEST_CASE("a group waits for all its children", "[runtime]") {
    World world;
    Trace trace;
    world.run(parent(world.clock, trace));
    CHECK(trace == Trace{"b slept", "a slept", "parent done"});
    CHECK(world.clock.now() == Instant{2s});
}

TEST_CASE("waiting for an empty group returns at once", "[runtime]") {
    World world;
    TaskGroup group;
    world.run(group.wait());
    CHECK(world.clock.now() == Instant{});
}

TEST_CASE("a failing child cancels its siblings and wait rethrows the failure", "[runtime]") {
    World world;
    Trace trace;
    CHECK_THROWS_WITH(world.run(parent_of_a_failure(world.clock, trace)), "no luck");
    CHECK(trace == Trace{"a cancelled", "b cancelled"});
    CHECK(world.clock.now() == Instant{1s});
    CHECK(world.clock.sleepers() == 0);
}

TEST_CASE("a failure climbs through nested groups and ends every branch", "[runtime]") {
    World world;
    Trace trace;
    CHECK_THROWS_WITH(world.run(grandparent(world.clock, trace)), "no luck");
    CHECK(trace == Trace{"a cancelled", "b cancelled", "aunt cancelled"});
    CHECK(world.clock.now() == Instant{1s});
}

TEST_CASE("the first of two failures is the one rethrown", "[runtime]") {
    World world;
    CHECK_THROWS_WITH(world.run(two_failures(world.clock)), "first");
}

TEST_CASE("a child that fails before it suspends is reported like any other", "[runtime]") {
    World world;
    CHECK_THROWS_WITH(world.run(failing_before_it_suspends()), "early");
}

TEST_CASE("a cancelled waiter cancels its children and still awaits them", "[runtime]") {
    World world;
    Trace trace;
    world.run(cancel_a_waiting_parent(world.clock, trace));
    CHECK(trace == Trace{"a cancelled", "b cancelled", "inner cancelled", "live 0"});
    CHECK(world.clock.now() == Instant{500ms});
    CHECK(world.clock.sleepers() == 0);
}

TEST_CASE("children may be added while the group is awaited", "[runtime]") {
    World world;
    Trace trace;
    world.run(grows_while_running(world.clock, trace));
    CHECK(trace == Trace{"first done", "late slept"});
}

TEST_CASE("a child may cancel the group it is in", "[runtime]") {
    World world;
    Trace trace;
    world.run(suicides(world.clock, trace));
    CHECK(trace == Trace{"cancelled myself", "alive"});
}

TEST_CASE("children of a parent that unwinds before wait are dropped unstarted", "[runtime]") {
    World world;
    Trace trace;
    world.run(cancelled_between_spawn_and_wait(world.clock, trace));
    CHECK(trace == Trace{"done"});
}

TEST_CASE("a cancellation nobody asked for is a failure", "[runtime]") {
    World world;
    CHECK_THROWS_AS(world.run(group_of_a_foreign_cancellation()), std::exception);
}

TEST_CASE("nothing starts inside spawn, and nothing at all in a cancelled group", "[runtime]") {
    World world;
    Trace trace;
    TaskGroup group;
    group.spawn("one", note("one", trace));
    CHECK(trace.empty());
    CHECK(group.live() == 1);
    world.loop.poll();
    CHECK(trace == Trace{"one"});
    group.spawn("unstarted", note("unstarted", trace));
    group.cancel();
    group.spawn("too late", note("too late", trace));
    CHECK(group.live() == 0);
    world.loop.poll();
    CHECK(trace == Trace{"one"});
}

TEST_CASE("a group can be cancelled from outside the loop, between polls", "[runtime]") {
    World world;
    Trace trace;
    {
        TaskGroup group;
        group.spawn("sleeper", sleep_and_note(world.clock, 1h, "sleeper", trace));
        group.spawn("parent", parent(world.clock, trace));
        world.loop.poll();
        CHECK(group.live() == 2);
        group.cancel();
        world.loop.poll();
        CHECK(group.live() == 0);
    }
    CHECK(trace == Trace{"sleeper cancelled", "a cancelled", "b cancelled"});
    CHECK(world.clock.sleepers() == 0);
}
