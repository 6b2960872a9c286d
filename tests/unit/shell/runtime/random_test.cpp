// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/runtime/backoff.hpp>
#include <faultline/shell/runtime/random.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <chrono>
#include <limits>

using namespace faultline;
using namespace faultline::runtime;
using namespace std::chrono_literals;

TEST_CASE("a seed gives the sequence of splitmix64 and xoshiro256**", "[runtime]") {
    // As the C code of the authors (prng.di.unimi.it) gives it, seeded by splitmix64 from 0.
    Random random(0);
    CHECK(random.next() == 0x99ec5f36cb75f2b4ULL);
    CHECK(random.next() == 0xbf6e1f784956452aULL);
    CHECK(random.next() == 0x1a5f849d4933e6e0ULL);
    CHECK(Random(1).next() != Random(2).next());
}

TEST_CASE("below is uniform and never reaches its bound", "[runtime]") {
    Random random(7);
    std::array<int, 10> counts{};
    for (int i = 0; i < 100'000; ++i) {
        ++counts.at(random.below(10));
    }
    for (const int count : counts) {
        CHECK(count > 9'600);
        CHECK(count < 10'400);
    }
    CHECK(random.below(1) == 0);
}

TEST_CASE("between includes both ends, even the whole range", "[runtime]") {
    Random random(7);
    bool low = false;
    bool high = false;
    for (int i = 0; i < 100; ++i) {
        const auto value = random.between(3, 5);
        CHECK(value >= 3);
        CHECK(value <= 5);
        low = low || value == 3;
        high = high || value == 5;
    }
    CHECK(low);
    CHECK(high);
    CHECK(random.between(9, 9) == 9);
    (void)random.between(0, std::numeric_limits<std::uint64_t>::max());
}

TEST_CASE("chance is never at 0, always at 1, and about half at a half", "[runtime]") {
    Random random(11);
    int hits = 0;
    for (int i = 0; i < 10'000; ++i) {
        CHECK_FALSE(random.chance(0.0));
        CHECK(random.chance(1.0));
        hits += random.chance(0.5) ? 1 : 0;
    }
    CHECK(hits > 4'800);
    CHECK(hits < 5'200);
}

TEST_CASE("backoff doubles to its longest step, jittered over the upper half", "[runtime]") {
    Random random(3);
    Backoff backoff({.first = 100ms, .longest = 1s});
    for (const Duration step : {100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms}) {
        const Duration wait = backoff.next(random);
        CHECK(wait >= step / 2);
        CHECK(wait <= step);
    }
    backoff.reset();
    CHECK(backoff.next(random) <= 100ms);
}

TEST_CASE("backoff waits at least as long as the other side asks", "[runtime]") {
    Random random(3);
    Backoff backoff({.first = 100ms, .longest = 1s});
    CHECK(backoff.next(random, 5s) == 5s);
    CHECK(backoff.next(random, 1ms) >= 100ms);
}
