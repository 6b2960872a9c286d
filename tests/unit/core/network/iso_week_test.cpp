// SPDX-License-Identifier: Apache-2.0
// Where the week of a moment begins: what a window of flows is unless told otherwise.
#include <faultline/base/time.hpp>
#include <faultline/core/network/iso_week.hpp>
#include <faultline/core/network/snapshot.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <string>

using namespace faultline;
using namespace faultline::network;

namespace {

constexpr std::uint64_t kDay = 86'400;

UnixSeconds at(const char* day, std::uint64_t seconds) {
    const auto parsed = Day::parse(day);
    REQUIRE(parsed);
    return {.value = (static_cast<std::uint64_t>(parsed->since_1970) * kDay) + seconds};
}

std::string monday_of(UnixSeconds moment) {
    const UnixSeconds begin = week_begin(moment);
    CHECK(begin.value % kDay == 0);
    return day_of(begin).text();
}

}  // namespace

TEST_CASE("a week begins on Monday at 00:00 UTC, and ends a second before the next") {
    CHECK(monday_of(at("2026-11-30", 0)) == "2026-11-30");
    CHECK(monday_of(at("2026-11-30", 1)) == "2026-11-30");
    CHECK(monday_of(at("2026-11-29", kDay - 1)) == "2026-11-23");
    CHECK(monday_of(at("2026-12-06", kDay - 1)) == "2026-11-30");
    CHECK(monday_of(at("2026-12-07", 0)) == "2026-12-07");
}

TEST_CASE("a week goes on over the end of a year, also of one with 53 weeks") {
    CHECK(monday_of(at("2025-01-01", 0)) == "2024-12-30");
    CHECK(monday_of(at("2024-12-31", kDay - 1)) == "2024-12-30");
    CHECK(monday_of(at("2020-12-31", 0)) == "2020-12-28");  // Week 53.
    CHECK(monday_of(at("2021-01-03", kDay - 1)) == "2020-12-28");
    CHECK(monday_of(at("2021-01-04", 0)) == "2021-01-04");
    CHECK(monday_of(at("2023-01-01", 0)) == "2022-12-26");
    CHECK(monday_of(at("2024-02-29", 5)) == "2024-02-26");
}

TEST_CASE("before the first Monday there is nothing but the beginning of time") {
    CHECK(week_begin({.value = 0}).value == 0);
    CHECK(week_begin({.value = (4 * kDay) - 1}).value == 0);
    CHECK(week_begin({.value = 4 * kDay}).value == 4 * kDay);
}
