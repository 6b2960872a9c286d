// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/fork_join.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/second_thread.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <cstddef>
#include <latch>
#include <memory>
#include <sched.h>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace faultline::runtime {
namespace {

std::string thrown(ForkJoin& fork_join, bool here, bool aside) {
    try {
        fork_join.both(
            [here] {
                if (here) {
                    throw std::runtime_error("here");
                }
            },
            [aside] {
                if (aside) {
                    throw std::runtime_error("aside");
                }
            }
        );
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "nothing";
}

Task<> sleep(Clock& clock, Duration pause) {
    co_await clock.sleep(pause);
}

}  // namespace

TEST_CASE("what goes aside runs at the same time, on a thread of its own") {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    REQUIRE(::sched_getaffinity(0, sizeof(allowed), &allowed) == 0);
    if (CPU_COUNT(&allowed) == 1) {
        WARN("this machine has one processor, on which nothing runs at the same time");
        return;
    }
    const auto second = make_second_thread();
    // Each waits for the other: one after the other would never end.
    std::latch met(2);
    std::thread::id first;
    std::thread::id other;
    second->both(
        [&] {
            met.arrive_and_wait();
            first = std::this_thread::get_id();
        },
        [&] {
            met.arrive_and_wait();
            other = std::this_thread::get_id();
        }
    );
    CHECK(first == std::this_thread::get_id());
    CHECK(other != first);
}

TEST_CASE("what is done aside is seen when both have ended") {
    const auto second = make_second_thread();
    std::vector<std::size_t> evens;
    std::vector<std::size_t> odds;
    constexpr std::size_t kTimes = 20'000;
    for (std::size_t i = 0; i < kTimes; ++i) {
        second->both([&] { evens.push_back(2 * i); }, [&] { odds.push_back((2 * i) + 1); });
        REQUIRE(evens.size() == i + 1);
        REQUIRE(odds.back() == (2 * i) + 1);
    }
}

TEST_CASE("a thread that was told of work takes it at once and after any pause") {
    using namespace std::chrono_literals;
    const auto second = make_second_thread();
    std::vector<int> done;
    int next = 0;
    // Awake, about to fall asleep, and asleep.
    for (const auto pause : {0ms, 1ms, 2ms, 3ms, 12ms}) {
        for (int times = 0; times < 3; ++times) {
            second->soon();
            if (times == 1) {
                second->soon();
            }
            Loop loop;
            loop.run(sleep(loop.clock(), pause));
            second->both([] {}, [&] { done.push_back(next); });
            REQUIRE(done.back() == next++);
        }
    }
    second->soon();
}

TEST_CASE("where the process may use one processor, work is done in turn") {
    std::thread alone([] {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(static_cast<std::size_t>(::sched_getcpu()), &one);
        REQUIRE(::sched_setaffinity(0, sizeof(one), &one) == 0);
        const auto second = make_second_thread();
        std::thread::id other;
        second->soon();
        second->both([] {}, [&other] { other = std::this_thread::get_id(); });
        CHECK(other == std::this_thread::get_id());
    });
    alone.join();
}

TEST_CASE("what either throws reaches the caller after both have ended, and the thread goes on") {
    const auto second = make_second_thread();
    InTurn in_turn;
    CHECK(thrown(*second, false, false) == "nothing");
    CHECK(thrown(*second, true, false) == "here");
    CHECK(thrown(*second, false, true) == "aside");
    CHECK(thrown(*second, true, true) == "here");
    CHECK(thrown(*second, false, false) == "nothing");
    CHECK(thrown(in_turn, true, true) == "here");
    CHECK(thrown(in_turn, false, true) == "aside");
    bool ran = false;
    CHECK_THROWS(in_turn.both([] { throw std::runtime_error("here"); }, [&ran] { ran = true; }));
    CHECK(ran);
}

}  // namespace faultline::runtime
