// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/time.hpp>
#include <faultline/shell/runtime/time_text.hpp>

#include <catch2/catch.hpp>

#include <cstdint>

namespace faultline::runtime {

TEST_CASE("a moment is written as RFC 3339 has it, whatever it is", "[time]") {
    CHECK(iso_time(UnixSeconds{1'698'969'600}) == "2023-11-03T00:00:00Z");
    CHECK(iso_time(UnixSeconds{0}) == "1970-01-01T00:00:00Z");
    CHECK(iso_time(UnixSeconds{UINT64_MAX}) == "9999-12-31T23:59:59Z");
    CHECK(iso_time(UnixMillis{1'698'969'600'999}) == "2023-11-03T00:00:00Z");
    CHECK(iso_time(UnixMillis{-1}) == "1970-01-01T00:00:00Z");
    CHECK(iso_time(UnixMillis{INT64_MAX}) == "9999-12-31T23:59:59Z");
}

}  // namespace faultline::runtime
