// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/time.hpp>
#include <faultline/shell/obs/log.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <shell/obs/log_line.hpp>
#include <string>
#include <string_view>

namespace faultline::obs {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct LevelStyle {
    std::string_view name;
    std::string_view padded;
    std::string_view colour;
};

LevelStyle style(Level level) {
    switch (level) {
        case Level::kDebug:
            return {.name = "debug", .padded = "DEBUG", .colour = "\x1b[2m"};
        case Level::kInfo:
            return {.name = "info", .padded = "INFO ", .colour = "\x1b[32m"};
        case Level::kWarn:
            return {.name = "warn", .padded = "WARN ", .colour = "\x1b[33m"};
        case Level::kError:
            return {.name = "error", .padded = "ERROR", .colour = "\x1b[31m"};
    }
    return {.name = "unknown", .padded = "?????", .colour = ""};
}

unsigned byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

/// What a UTF-8 sequence that begins with a byte must look like: its length, 0 for a byte that
/// begins none, and the range of the second byte, which is what keeps out overlong forms,
/// surrogates and values beyond U+10FFFF (Unicode 15, table 3-7).
struct Utf8Form {
    std::size_t length = 0;
    unsigned second_least = 0x80;
    unsigned second_most = 0xBF;
};

Utf8Form utf8_form(unsigned lead) {
    if (lead < 0x80) {
        return {.length = 1};
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        return {.length = 2};
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        return {
            .length = 3,
            .second_least = lead == 0xE0 ? 0xA0U : 0x80U,
            .second_most = lead == 0xED ? 0x9FU : 0xBFU
        };
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        return {
            .length = 4,
            .second_least = lead == 0xF0 ? 0x90U : 0x80U,
            .second_most = lead == 0xF4 ? 0x8FU : 0xBFU
        };
    }
    return {};
}

/// Length of the UTF-8 sequence at the front of `text`, or 0 when it is not one.
std::size_t utf8_length(std::string_view text) {
    const Utf8Form form = utf8_form(byte_at(text, 0));
    if (text.size() < form.length) {
        return 0;
    }
    for (std::size_t i = 1; i < form.length; ++i) {
        const unsigned least = i == 1 ? form.second_least : 0x80U;
        const unsigned most = i == 1 ? form.second_most : 0xBFU;
        if (byte_at(text, i) < least || byte_at(text, i) > most) {
            return 0;
        }
    }
    return form.length;
}

void append_control(std::string& out, unsigned char c) {
    switch (c) {
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default: {
            std::array<char, 8> buffer{};
            static_cast<void>(
                std::snprintf(buffer.data(), buffer.size(), "\\u%04x", static_cast<unsigned int>(c))
            );
            out += buffer.data();
        }
    }
}

/// Escapes control characters and repairs UTF-8; with `quotes` also escapes " and backslash.
void append_escaped(std::string& out, std::string_view text, bool quotes) {
    while (!text.empty()) {
        const auto c = static_cast<unsigned char>(text[0]);
        const std::size_t length = utf8_length(text);
        if (c < 0x20 || c == 0x7F) {
            append_control(out, c);
        } else if (quotes && (c == '"' || c == '\\')) {
            out += '\\';
            out += static_cast<char>(c);
        } else if (length == 0) {
            out += kReplacement;
        } else {
            out += text.substr(0, length);
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
}

void append_value(std::string& out, std::string_view value) {
    if (!value.empty() && value.find_first_of(" =\"\t\r\n") == std::string_view::npos) {
        append_escaped(out, value, false);
        return;
    }
    out += '"';
    append_escaped(out, value, true);
    out += '"';
}

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    append_escaped(out, text, true);
    out += '"';
}

}  // namespace

std::string utc_text(UnixMillis at) {
    using namespace std::chrono;
    const sys_time<milliseconds> time{milliseconds{at.value}};
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{time - day};
    std::array<char, 40> buffer{};
    static_cast<void>(std::snprintf(
        buffer.data(),
        buffer.size(),
        "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()),
        static_cast<int>(clock.subseconds().count())
    ));
    return buffer.data();
}

std::string text_line(const Entry& entry, bool colour) {
    const LevelStyle look = style(entry.level);
    std::string out = utc_text(entry.at);
    out += ' ';
    if (colour) {
        out += look.colour;
    }
    out += look.padded;
    if (colour) {
        out += "\x1b[0m";
    }
    out += ' ';
    append_escaped(out, entry.event, false);
    out += "  ";
    append_escaped(out, entry.text, false);
    for (const Field& field : entry.fields) {
        out += ' ';
        append_escaped(out, field.key, false);
        out += '=';
        append_value(out, field.value);
    }
    return out;
}

std::string json_line(const Entry& entry) {
    std::string out = R"({"time":")" + utc_text(entry.at) + R"(","level":")";
    out += style(entry.level).name;
    out += R"(","event":)";
    append_json_string(out, entry.event);
    out += R"(,"text":)";
    append_json_string(out, entry.text);
    out += R"(,"fields":{)";
    bool first = true;
    for (const Field& field : entry.fields) {
        if (!first) {
            out += ',';
        }
        first = false;
        append_json_string(out, field.key);
        out += ':';
        append_json_string(out, field.value);
    }
    out += "}}";
    return out;
}

}  // namespace faultline::obs
