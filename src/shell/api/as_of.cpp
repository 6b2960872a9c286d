// SPDX-License-Identifier: Apache-2.0
#include "target.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/api/as_of.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

namespace faultline::api {
namespace {

std::optional<unsigned> digits(std::string_view text) {
    unsigned value = 0;
    const auto [rest, failure] = std::from_chars(text.begin(), text.end(), value);
    return failure == std::errc{} && rest == text.end() ? std::optional(value) : std::nullopt;
}

/// "2026-11-30T09:00:00Z"
std::optional<UnixSeconds> moment(std::string_view text) {
    constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:ddZ";
    const bool shaped = std::ranges::equal(text, kShape, [](char c, char shape) {
        return shape == 'd' ? c >= '0' && c <= '9' : c == shape;
    });
    if (!shaped) {
        return std::nullopt;
    }
    const auto number = [&text](std::size_t at, std::size_t size) {
        return digits(text.substr(at, size)).value_or(0);
    };
    const std::chrono::year_month_day day{
        std::chrono::year(static_cast<int>(number(0, 4))),
        std::chrono::month(number(5, 2)),
        std::chrono::day(number(8, 2))
    };
    const unsigned hour = number(11, 2);
    const unsigned minute = number(14, 2);
    const unsigned second = number(17, 2);
    if (!day.ok() || day.year() < std::chrono::year(1970) || hour > 23 || minute > 59 ||
        second > 59) {
        return std::nullopt;
    }
    const auto at = std::chrono::sys_days(day).time_since_epoch() + std::chrono::hours(hour) +
                    std::chrono::minutes(minute) + std::chrono::seconds(second);
    return UnixSeconds{static_cast<std::uint64_t>(std::chrono::seconds(at).count())};
}

}  // namespace

Result<AsOf> parse_as_of(std::string_view text) {
    eth::BlockNum number = 0;
    const auto [rest, failure] = std::from_chars(text.begin(), text.end(), number);
    if (failure == std::errc{} && rest == text.end()) {
        return AsOf(number);
    }
    if (const auto time = moment(text)) {
        return AsOf(*time);
    }
    return Error(Code::kInvalid, quoted(text) + " is no block and no time")
        .advise("Give a block number, or a time such as 2026-11-30T09:00:00Z");
}

}  // namespace faultline::api
