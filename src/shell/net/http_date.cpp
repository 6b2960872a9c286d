// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <shell/net/http_date.hpp>
#include <vector>

namespace faultline::net {

namespace {

constexpr std::array<std::string_view, 12> kMonths{
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
};

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(separators), text.size());
        if (end > 0) {
            parts.push_back(text.substr(0, end));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size() || value < 0) {
        return std::nullopt;
    }
    return value;
}

std::optional<std::chrono::seconds> time_of_day(std::string_view text) {
    const auto parts = split(text, ":");
    if (parts.size() != 3) {
        return std::nullopt;
    }
    const auto hour = number(parts[0]);
    const auto minute = number(parts[1]);
    const auto second = number(parts[2]);
    if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) {
        return std::nullopt;
    }
    return std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
           std::chrono::seconds(*second);
}

/// What was found so far; the formats differ in order and separators only.
struct Parts {
    std::optional<int> day;
    std::optional<unsigned> month;
    std::optional<int> year;
    std::optional<std::chrono::seconds> time;
};

}  // namespace

std::optional<UnixMillis> parse_http_date(std::string_view text) {
    Parts found;
    for (const auto part : split(text, " ,-")) {
        const auto* month = std::ranges::find(kMonths, part);
        if (month != kMonths.end()) {
            found.month = static_cast<unsigned>(month - kMonths.begin()) + 1;
        } else if (part.contains(':')) {
            found.time = time_of_day(part);
        } else if (const auto value = number(part)) {
            (found.day ? found.year : found.day) = value;
        }
    }
    if (!found.day || !found.month || !found.year || !found.time) {
        return std::nullopt;
    }
    // RFC 850 years have two digits; none of its servers predates 1970.
    const int century = *found.year >= 100 ? 0 : (*found.year < 70 ? 2000 : 1900);
    const std::chrono::year_month_day date(
        std::chrono::year(*found.year + century),
        std::chrono::month(*found.month),
        std::chrono::day(static_cast<unsigned>(*found.day))
    );
    if (!date.ok()) {
        return std::nullopt;
    }
    const std::chrono::milliseconds since_epoch =
        std::chrono::sys_days(date).time_since_epoch() + *found.time;
    return UnixMillis{since_epoch.count()};
}

}  // namespace faultline::net
