// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace faultline::rules {

/// A time of the week, in UTC, in which a rule begins no alert. What still holds when it is over
/// fires then.
struct MuteWindow {
    static constexpr std::uint8_t kEveryDay = 0x7f;
    static constexpr std::uint32_t kMinutesOfDay = 24 * 60;

    std::uint8_t days = kEveryDay;   ///< Bit 0 is Monday: the days on which it begins.
    std::uint32_t from_minute = 0;   ///< Of the day.
    std::uint32_t until_minute = 0;  ///< Not included; at or before `from`: of the next day.

    bool operator==(const MuteWindow&) const = default;

    [[nodiscard]] bool covers(UnixSeconds moment) const;
    /// "22:00-06:00", "sat,sun 00:00-24:00"; kMalformed otherwise.
    static Result<MuteWindow> parse(std::string_view text);
    [[nodiscard]] std::string text() const;
};

}  // namespace faultline::rules
