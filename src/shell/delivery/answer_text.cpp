// SPDX-License-Identifier: Apache-2.0
#include "answer_text.hpp"

#include <faultline/base/time.hpp>
#include <faultline/shell/net/http.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace faultline::delivery {
namespace {

/// No service is waited for longer (give_up_after).
constexpr std::uint64_t kMostSeconds = 365ULL * 24 * 3600;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::size_t digits_of(std::string_view text) {
    const auto* end = std::ranges::find_if_not(text, is_digit);
    return static_cast<std::size_t>(end - text.begin());
}

/// Milliseconds of the digits behind the point; what is less than one counts as one.
std::int64_t millis_of_fraction(std::string_view digits) {
    constexpr std::size_t kPlaces = 3;
    std::int64_t millis = 0;
    for (std::size_t i = 0; i < kPlaces; ++i) {
        millis = millis * 10 + (i < digits.size() ? digits[i] - '0' : 0);
    }
    const bool more =
        digits.size() > kPlaces && digits.find_first_not_of('0', kPlaces) != std::string_view::npos;
    return millis + (more ? 1 : 0);
}

std::string_view without_blanks(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

/// What follows `"name":`.
std::string_view value_under(std::string_view body, std::string_view name) {
    const std::string quoted = "\"" + std::string(name) + "\"";
    for (std::size_t at = body.find(quoted); at != std::string_view::npos;
         at = body.find(quoted, at + 1)) {
        const std::string_view rest = without_blanks(body.substr(at + quoted.size()));
        if (rest.starts_with(':')) {
            return without_blanks(rest.substr(1));
        }
    }
    return {};
}

}  // namespace

std::optional<std::uint64_t> number_in(std::string_view text) {
    std::uint64_t out = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (fault != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return out;
}

std::optional<Duration> seconds_in(std::string_view text) {
    const std::string_view whole = text.substr(0, digits_of(text));
    std::string_view rest = text.substr(whole.size());
    std::string_view fraction;
    if (rest.starts_with('.')) {
        rest.remove_prefix(1);
        fraction = rest.substr(0, digits_of(rest));
        rest.remove_prefix(fraction.size());
    }
    if (whole.empty() || !rest.empty()) {
        return std::nullopt;
    }
    // Too long for the type is longer than anybody waits.
    const std::uint64_t seconds = std::min(number_in(whole).value_or(kMostSeconds), kMostSeconds);
    return std::chrono::seconds(seconds) + std::chrono::milliseconds(millis_of_fraction(fraction));
}

std::optional<Duration> seconds_under(std::string_view body, std::string_view name) {
    const std::string_view value = value_under(body, name);
    const auto* end =
        std::ranges::find_if_not(value, [](char c) { return is_digit(c) || c == '.'; });
    const auto size = static_cast<std::size_t>(end - value.begin());
    auto out = seconds_in(value.substr(0, size));
    // "3.76e-1": a number, written as nobody was seen to write it.
    if (out && size < value.size() && lower(value[size]) == 'e') {
        out = std::chrono::seconds(1);
    }
    return out;
}

bool says(std::string_view body, std::string_view words) {
    return !std::ranges::search(body, words, {}, lower, lower).empty();
}

bool is_true(std::string_view body, std::string_view name) {
    return value_under(body, name).starts_with("true");
}

std::optional<Duration> asked_wait(const net::HttpResponse& answer, UnixMillis wall_now) {
    const Duration header = std::chrono::milliseconds(answer.retry_after_ms(wall_now));
    const Duration body = seconds_under(answer.body, "retry_after").value_or(Duration::zero());
    const Duration wait =
        std::min<Duration>(std::max(header, body), std::chrono::seconds(kMostSeconds));
    return wait > Duration::zero() ? std::optional(wait) : std::nullopt;
}

}  // namespace faultline::delivery
