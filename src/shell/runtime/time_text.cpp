// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/time.hpp>
#include <faultline/shell/runtime/time_text.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace faultline::runtime {
namespace {

std::string padded(std::int64_t number, std::size_t digits) {
    const std::string text = std::to_string(number);
    return std::string(digits - std::min(digits, text.size()), '0') + text;
}

}  // namespace

std::string iso_time(UnixSeconds at) {
    constexpr std::uint64_t kLastSecondOf9999 = 253'402'300'799;
    const std::chrono::sys_seconds moment{std::chrono::seconds(std::min(at.value, kLastSecondOf9999)
    )};
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(moment - day);
    return padded(static_cast<int>(date.year()), 4) + "-" +
           padded(static_cast<unsigned>(date.month()), 2) + "-" +
           padded(static_cast<unsigned>(date.day()), 2) + "T" + padded(time.hours().count(), 2) +
           ":" + padded(time.minutes().count(), 2) + ":" + padded(time.seconds().count(), 2) + "Z";
}

std::string iso_time(UnixMillis at) {
    constexpr std::int64_t kMillis = 1000;
    return iso_time(
        UnixSeconds{static_cast<std::uint64_t>(std::max<std::int64_t>(at.value, 0) / kMillis)}
    );
}

}  // namespace faultline::runtime
