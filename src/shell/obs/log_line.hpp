// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/shell/obs/log.hpp>

#include <span>
#include <string>
#include <string_view>

namespace faultline::obs {

/// One event as it is about to be written.
struct Entry {
    UnixMillis at;
    Level level = Level::kInfo;
    std::string_view event;
    std::string_view text;
    std::span<const Field> fields;
};

/// "2026-11-21T02:03:04.123Z" for any time from 1970 on.
std::string utc_text(UnixMillis at);

/// For people: time, level, event, text, key=value. Values with spaces or quotes are quoted;
/// control characters are escaped everywhere, so one event is always one line. No newline at the
/// end.
std::string text_line(const Entry& entry, bool colour);

/// One JSON object: time, level, event, text, fields (an object of strings). Bytes that are not
/// UTF-8 become U+FFFD, so the line is always valid JSON. No newline at the end.
std::string json_line(const Entry& entry);

}  // namespace faultline::obs
