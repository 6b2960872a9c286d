// SPDX-License-Identifier: Apache-2.0
#include "shell/chain/range_size.hpp"

#include <faultline/base/error.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <optional>

using namespace faultline;
using namespace faultline::chain;
using namespace std::chrono_literals;

TEST_CASE("ranges double while answers are small and quick, up to the most", "[chain]") {
    RangeSize size(2000);
    CHECK(size.blocks() == 64);
    for (int i = 0; i < 10; ++i) {
        size.worked(size.blocks(), 10, 100ms);
    }
    CHECK(size.blocks() == 2000);
}

TEST_CASE("ranges halve when they fail, down to one block", "[chain]") {
    RangeSize size(2000);
    size.failed(64);
    CHECK(size.blocks() == 32);
    size.failed(5);
    CHECK(size.blocks() == 2);
    size.failed(2);
    size.failed(1);
    CHECK(size.blocks() == 1);
}

TEST_CASE("answers that are slow or full make ranges smaller before they fail", "[chain]") {
    RangeSize size(2000);
    size.worked(64, 20'000, 100ms);
    CHECK(size.blocks() == 32);
    size.worked(32, 10, 11s);
    CHECK(size.blocks() == 16);
    size.worked(16, 3'000, 100ms);
    CHECK(size.blocks() == 16);
}

TEST_CASE("a range cut short by the end of history says nothing about larger ones", "[chain]") {
    RangeSize size(2000);
    size.worked(3, 0, 1ms);
    CHECK(size.blocks() == 64);
}

TEST_CASE(
    "a suggested range is taken only when it is a smaller part of what was asked", "[chain]"
) {
    struct Case {
        std::optional<Suggestion> suggestion;
        std::uint64_t blocks;
    };

    const auto [suggestion, blocks] = GENERATE(
        Case{std::nullopt, 32},                           // Halved.
        Case{Suggestion{.first = 100, .last = 109}, 10},  // As told.
        Case{Suggestion{.first = 120, .last = 139}, 20},  // From its middle: only the width counts.
        Case{Suggestion{.first = 100, .last = 163}, 32},  // Unchanged.
        Case{Suggestion{.first = 100, .last = 500}, 32},  // Wider.
        Case{Suggestion{.first = 109, .last = 100}, 32},  // Inverted.
        Case{Suggestion{.first = 5, .last = 9}, 32}       // Elsewhere.
    );
    RangeSize size(2000);
    size.refused(100, 163, suggestion);
    CHECK(size.blocks() == blocks);
    // What was refused is not tried again at once.
    for (int i = 0; i < 8; ++i) {
        size.worked(blocks, 10, 1ms);
    }
    CHECK(size.blocks() == blocks);
    size.worked(blocks, 10, 1ms);
    CHECK(size.blocks() == 2 * blocks);
}

TEST_CASE("several refusals of one width count as one", "[chain]") {
    RangeSize size(2000);
    for (int i = 0; i < 10; ++i) {
        size.worked(size.blocks(), 10, 100ms);
    }
    for (int lane = 0; lane < 4; ++lane) {
        size.refused(1, 2000, std::nullopt);
    }
    CHECK(size.blocks() == 1000);
}
