// SPDX-License-Identifier: Apache-2.0
#include "shell/chain/range_size.hpp"

#include <catch2/catch.hpp>

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
