// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/rules/mute_window.hpp>

#include <catch2/catch.hpp>

#include <cstdint>

using faultline::UnixSeconds;
using faultline::rules::MuteWindow;

namespace {

/// 2026-11-30, a Monday, at that time.
UnixSeconds monday(std::uint64_t hour, std::uint64_t minute) {
    return {1'795'996'800 + (hour * 3600) + (minute * 60)};
}

UnixSeconds days_later(UnixSeconds moment, std::uint64_t days) {
    return {moment.value + (days * 86'400)};
}

}  // namespace

TEST_CASE("a mute window covers its time of the week", "[rules]") {
    const MuteWindow night = *MuteWindow::parse("22:00-06:00");
    CHECK(night.covers(monday(22, 0)));
    CHECK(night.covers(monday(5, 59)));
    CHECK_FALSE(night.covers(monday(6, 0)));
    CHECK_FALSE(night.covers(monday(21, 59)));

    const MuteWindow weekend = *MuteWindow::parse("sat,sun 00:00-24:00");
    CHECK_FALSE(weekend.covers(monday(12, 0)));
    CHECK_FALSE(weekend.covers(days_later(monday(23, 59), 4)));
    CHECK(weekend.covers(days_later(monday(0, 0), 5)));
    CHECK(weekend.covers(days_later(monday(23, 59), 6)));
    CHECK_FALSE(weekend.covers(days_later(monday(0, 0), 7)));

    // It begins on Sunday and ends on Monday.
    const MuteWindow over = *MuteWindow::parse("sun 20:00-08:00");
    CHECK(over.covers(monday(7, 59)));
    CHECK_FALSE(over.covers(monday(8, 0)));
    CHECK_FALSE(over.covers(days_later(monday(7, 59), 1)));
}

TEST_CASE("a mute window is read and written", "[rules]") {
    for (const char* text : {"22:00-06:00", "sat,sun 00:00-24:00", "mon 09:30-09:31"}) {
        CHECK(MuteWindow::parse(text)->text() == text);
    }
    for (const char* bad :
         {"",
          "22:00",
          "22:00-",
          "24:00-06:00",
          "9:00-10:00",
          "22:00-22:00",
          "sam 01:00-02:00",
          " 01:00-02:00",
          "01:60-02:00",
          "01:00-24:01"}) {
        INFO(bad);
        CHECK_FALSE(MuteWindow::parse(bad));
    }
}
