// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/net/http.hpp>

#include <algorithm>
#include <optional>
#include <shell/net/http_date.hpp>
#include <shell/net/http_text.hpp>

namespace faultline::net {

namespace {

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// "1", "1.5", "0.0001" (which is 1: never earlier than asked); nullopt when it is no such number.
std::optional<std::int64_t> seconds_as_ms(std::string_view text) {
    constexpr std::int64_t kMost = 1'000LL * 365 * 24 * 3'600 * 1'000;  // A thousand years.
    std::int64_t millis = 0;
    std::int64_t unit = 1'000;  // What the next digit after the point is worth, times ten.
    bool fraction = false;
    bool below_a_milli = false;
    for (const char c : text) {
        if (c == '.' && !fraction) {
            fraction = true;
        } else if (c < '0' || c > '9') {
            return std::nullopt;
        } else if (!fraction) {
            millis = std::min(kMost, millis * 10 + std::int64_t{c - '0'} * 1'000);
        } else {
            unit /= 10;
            millis += (c - '0') * unit;
            below_a_milli = below_a_milli || (unit == 0 && c != '0');
        }
    }
    if (text.empty() || text.starts_with('.')) {
        return std::nullopt;
    }
    return millis + (below_a_milli ? 1 : 0);
}

}  // namespace

std::string_view HttpResponse::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (same_header_name(key, name)) {
            return value;
        }
    }
    return {};
}

std::int64_t HttpResponse::retry_after_ms(UnixMillis wall_now) const {
    const std::string_view text = trimmed(header("Retry-After"));
    if (const auto millis = seconds_as_ms(text)) {
        return *millis;
    }
    if (const auto at = parse_http_date(text)) {
        return std::max<std::int64_t>(0, at->value - wall_now.value);
    }
    return 0;
}

}  // namespace faultline::net
