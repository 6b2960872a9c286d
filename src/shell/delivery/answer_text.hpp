// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/shell/net/http.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace faultline::delivery {

/// "0.376" seconds, rounded up to the next millisecond; nullopt when it is no such number.
std::optional<Duration> seconds_in(std::string_view text);

/// A whole number; nullopt when it is none.
std::optional<std::uint64_t> number_in(std::string_view text);

/// The number of seconds that a JSON answer has under that name, at whatever depth.
std::optional<Duration> seconds_under(std::string_view body, std::string_view name);

/// Whether the words are in the answer, without regard to case.
bool says(std::string_view body, std::string_view words);

/// Whether the JSON answer has `"name": true`, at whatever depth.
bool is_true(std::string_view body, std::string_view name);

/// The wait that an answer asks for in its header or, as chat services do, in its body: the longer
/// one. Never zero where one is named.
std::optional<Duration> asked_wait(const net::HttpResponse& answer, UnixMillis wall_now);

}  // namespace faultline::delivery
