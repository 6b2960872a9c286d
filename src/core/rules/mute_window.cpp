// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/rules/mute_window.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace faultline::rules {
namespace {

constexpr std::array<std::string_view, 7> kDays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::uint32_t kMinutesOfHour = 60;
constexpr std::uint64_t kSecondsOfMinute = 60;

/// The minute of the day of "07:30".
std::optional<std::uint32_t> minute_of(std::string_view text) {
    constexpr std::size_t kLength = 5;
    constexpr std::size_t kColon = 2;
    if (text.size() != kLength || text[kColon] != ':') {
        return std::nullopt;
    }
    std::uint32_t digits = 0;
    for (const std::size_t i : {0U, 1U, 3U, 4U}) {
        if (text[i] < '0' || text[i] > '9') {
            return std::nullopt;
        }
        digits = (digits * 10) + static_cast<std::uint32_t>(text[i] - '0');
    }
    const std::uint32_t hour = digits / 100;
    const std::uint32_t minute = digits % 100;
    const std::uint32_t all = (hour * kMinutesOfHour) + minute;
    return minute < kMinutesOfHour && all <= MuteWindow::kMinutesOfDay ? std::optional(all)
                                                                       : std::nullopt;
}

std::optional<std::uint8_t> days_of(std::string_view text) {
    std::uint8_t days = 0;
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        const std::string_view day = text.substr(0, comma);
        std::size_t place = 0;
        while (place < kDays.size() && kDays.at(place) != day) {
            ++place;
        }
        if (place == kDays.size()) {
            return std::nullopt;
        }
        days = static_cast<std::uint8_t>(days | (1U << place));
        text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    }
    return days;
}

std::string clock_text(std::uint32_t minute) {
    const auto two = [](std::uint32_t value) {
        return (value < 10 ? "0" : "") + std::to_string(value);
    };
    return two(minute / kMinutesOfHour) + ":" + two(minute % kMinutesOfHour);
}

}  // namespace

bool MuteWindow::covers(UnixSeconds moment) const {
    constexpr std::uint64_t kDaysOfWeek = 7;
    constexpr std::uint64_t kThursday = 3;  // 1970-01-01
    const std::uint64_t minutes = moment.value / kSecondsOfMinute;
    const auto minute = static_cast<std::uint32_t>(minutes % kMinutesOfDay);
    const std::uint64_t day = ((minutes / kMinutesOfDay) + kThursday) % kDaysOfWeek;
    const auto begins_on = [this](std::uint64_t which) {
        return ((days >> which) & 1U) != 0;
    };
    if (from_minute < until_minute) {
        return begins_on(day) && minute >= from_minute && minute < until_minute;
    }
    const std::uint64_t yesterday = (day + kDaysOfWeek - 1) % kDaysOfWeek;
    return (begins_on(day) && minute >= from_minute) ||
           (begins_on(yesterday) && minute < until_minute);
}

Result<MuteWindow> MuteWindow::parse(std::string_view text) {
    const Error bad(
        Code::kMalformed, "is no time of the week; write it as 22:00-06:00 or sat,sun 00:00-24:00"
    );
    MuteWindow out;
    std::string_view clock = text;
    if (const std::size_t space = text.find(' '); space != std::string_view::npos) {
        const auto days = days_of(text.substr(0, space));
        if (!days || *days == 0) {
            return bad;
        }
        out.days = *days;
        clock = text.substr(space + 1);
    }
    const std::size_t dash = clock.find('-');
    if (dash == std::string_view::npos) {
        return bad;
    }
    const auto from = minute_of(clock.substr(0, dash));
    const auto until = minute_of(clock.substr(dash + 1));
    if (!from || !until || *from == kMinutesOfDay || *from == *until) {
        return bad;
    }
    out.from_minute = *from;
    out.until_minute = *until;
    return out;
}

std::string MuteWindow::text() const {
    std::string out;
    if (days != kEveryDay) {
        for (std::size_t i = 0; i < kDays.size(); ++i) {
            if (((days >> i) & 1U) != 0) {
                out += (out.empty() ? "" : ",") + std::string(kDays.at(i));
            }
        }
        out += ' ';
    }
    return out + clock_text(from_minute) + "-" + clock_text(until_minute);
}

}  // namespace faultline::rules
