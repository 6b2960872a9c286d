// SPDX-License-Identifier: Apache-2.0
// A reproduction is worth what its report notices.
#include "reproduction/report.hpp"

#include <catch2/catch.hpp>

#include <limits>

namespace reproduction {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST_CASE("a report passes when every figure does") {
    Report report(false);
    CHECK(report.finish());
    report.group("a");
    report.figure("equal", 1, 1, 0);
    report.figure("near", 1, 1.25, 0.25);
    report.printed("as printed", "0.53", 0.534);
    report.text("said", "2020-03-23", "2020-03-23");
    CHECK(report.finish());
}

TEST_CASE("one figure that misses is a report that fails, whatever came after it") {
    const auto fails = [](auto add) {
        Report report(false);
        report.group("a");
        report.figure("equal", 1, 1, 0);
        add(report);
        report.group("b");
        report.figure("equal", 2, 2, 0);
        return !report.finish();
    };
    CHECK(fails([](Report& to) { to.figure("far", 1, 1.26, 0.25); }));
    CHECK(fails([](Report& to) { to.figure("not a number", 1, kNan, 1e9); }));
    CHECK(fails([](Report& to) { to.figure("nothing to compare with", kNan, 1, 1e9); }));
    CHECK(fails([](Report& to) { to.printed("not as printed", "0.53", 0.536); }));
    CHECK(fails([](Report& to) { to.printed("nothing printed", "", 0.5); }));
    CHECK(fails([](Report& to) { to.text("other words", "a", "b"); }));
}

}  // namespace
}  // namespace reproduction
