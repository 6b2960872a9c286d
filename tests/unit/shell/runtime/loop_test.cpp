// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task_group.hpp>

#include <catch2/catch.hpp>

#include <csignal>
#include <stdexcept>
#include <unit/shell/runtime/virtual_time.hpp>

using namespace faultline;
using namespace faultline::runtime;
using namespace faultline::runtime::testing;

namespace {

Task<> nothing() {
    co_return;
}

Task<> fail() {
    throw std::runtime_error("main failed");
    co_return;
}

Task<> await_signal(Loop& loop, int& number, TaskGroup& group) {
    number = co_await loop.shutdown_signal();
    group.cancel();
}

Task<> raise_soon(int number) {
    std::raise(number);
    co_return;
}

Task<> end_at_signal(Loop& loop, int raised, int& number, Trace& trace) {
    TaskGroup group;
    group.spawn("signal", await_signal(loop, number, group));
    group.spawn("sleeper", sleep_and_note(loop.clock(), 24h, "sleeper", trace));
    group.spawn("raise", raise_soon(raised));
    co_await group.wait();
}

Task<> cancel_now(TaskGroup& group) {
    group.cancel();
    co_return;
}

Task<> end_without_signal(Loop& loop, int& number) {
    TaskGroup group;
    group.spawn("signal", await_signal(loop, number, group));
    group.spawn("cancel", cancel_now(group));
    co_await group.wait();
}

}  // namespace

TEST_CASE("a loop runs its main to the end, again and again", "[runtime]") {
    Loop loop;
    CHECK(&Loop::current() == &loop);
    loop.run(nothing());
    CHECK_THROWS_WITH(loop.run(fail()), "main failed");
    loop.run(nothing());
}

TEST_CASE("a shutdown signal ends what waits for it", "[runtime]") {
    Loop loop;
    Trace trace;
    for (const int raised : {SIGINT, SIGTERM}) {
        int number = 0;
        loop.run(end_at_signal(loop, raised, number, trace));
        CHECK(number == raised);
    }
    CHECK(trace == Trace{"sleeper cancelled", "sleeper cancelled"});
}

TEST_CASE("waiting for a signal can be cancelled", "[runtime]") {
    Loop loop;
    int number = 0;
    loop.run(end_without_signal(loop, number));
    CHECK(number == 0);
}

TEST_CASE("the real clock moves forward and a sleep lasts at least as asked", "[runtime]") {
    Loop loop;
    const Instant before = loop.clock().now();
    loop.run(loop.clock().sleep(1ms));
    CHECK(loop.clock().now() - before >= 1ms);
    CHECK(loop.clock().wall_now() > UnixMillis{1'700'000'000'000});
}
