// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/fork_join.hpp>
#include <faultline/shell/runtime/second_thread.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <latch>
#include <memory>
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

}  // namespace

TEST_CASE("what goes aside runs at the same time, on a thread of its own") {
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
