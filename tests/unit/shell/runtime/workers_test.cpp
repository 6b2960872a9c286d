// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/runtime/workers.hpp>

#include <catch2/catch.hpp>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>
#include <unit/shell/runtime/virtual_time.hpp>

using namespace faultline;
using namespace faultline::runtime;
using namespace faultline::runtime::testing;

namespace {

Task<> run_on(Workers& workers, std::thread::id& ran_on, std::thread::id& resumed_on) {
    auto work = [&ran_on] {
        ran_on = std::this_thread::get_id();
    };
    co_await workers.run(work);
    resumed_on = std::this_thread::get_id();
}

void throw_from_work() {
    throw std::runtime_error("work failed");
}

Task<> failing(Workers& workers, Trace& trace) {
    try {
        co_await workers.run(throw_from_work);
    } catch (const std::runtime_error& error) {
        trace.emplace_back(error.what());
    }
    co_await workers.run([] {});
    trace.emplace_back("still works");
}

Task<> one_job(Workers& workers, std::atomic<int>& done) {
    co_await workers.run([&done] { ++done; });
}

Task<> many(Workers& workers, std::atomic<int>& done) {
    TaskGroup group;
    for (int i = 0; i < 200; ++i) {
        group.spawn("job", one_job(workers, done));
    }
    co_await group.wait();
}

/// Work that ends only after the waiter was asked to stop.
Task<> long_job(Workers& workers, std::latch& asked_to_stop, Trace& trace) {
    auto work = [&asked_to_stop] {
        asked_to_stop.wait();
    };
    co_await workers.run(work);
    trace.emplace_back("work ended");
    co_await workers.run([] {});
    trace.emplace_back("unreachable");
}

Task<> stop(TaskGroup& group, std::latch& asked_to_stop) {
    group.cancel();
    asked_to_stop.count_down();
    co_return;
}

Task<> stop_while_working(Workers& workers, std::latch& asked_to_stop, Trace& trace) {
    TaskGroup group;
    group.spawn("job", long_job(workers, asked_to_stop, trace));
    group.spawn("stop", stop(group, asked_to_stop));
    co_await group.wait();
    trace.emplace_back("group ended");
}

}  // namespace

TEST_CASE("work runs off the loop thread and its waiter resumes on it", "[runtime]") {
    Loop loop;
    const auto workers = make_worker_pool(2);
    std::thread::id ran_on;
    std::thread::id resumed_on;
    loop.run(run_on(*workers, ran_on, resumed_on));
    CHECK(ran_on != std::this_thread::get_id());
    CHECK(resumed_on == std::this_thread::get_id());
}

TEST_CASE("inline work runs on the loop thread", "[runtime]") {
    World world;
    const auto workers = make_inline_workers();
    std::thread::id ran_on;
    std::thread::id resumed_on;
    world.run(run_on(*workers, ran_on, resumed_on));
    CHECK(ran_on == std::this_thread::get_id());
}

TEST_CASE("what work throws is rethrown to its waiter and the pool lives on", "[runtime]") {
    Loop loop;
    Trace trace;
    const auto pool = make_worker_pool(1);
    loop.run(failing(*pool, trace));
    const auto inline_workers = make_inline_workers();
    loop.run(failing(*inline_workers, trace));
    CHECK(trace == Trace{"work failed", "still works", "work failed", "still works"});
}

TEST_CASE("more work than threads is all done", "[runtime]") {
    Loop loop;
    const auto workers = make_worker_pool(3);
    std::atomic<int> done = 0;
    loop.run(many(*workers, done));
    CHECK(done == 200);
}

TEST_CASE("cancelling never cuts an await on work short", "[runtime]") {
    Loop loop;
    const auto workers = make_worker_pool(1);
    std::latch asked_to_stop(1);
    Trace trace;
    loop.run(stop_while_working(*workers, asked_to_stop, trace));
    CHECK(trace == Trace{"work ended", "group ended"});
}
