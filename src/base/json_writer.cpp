// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/json_writer.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace faultline {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

/// A run of bytes at the start of a text: a character, or a maximal part of none.
struct Run {
    std::size_t size;
    bool valid;
};

/// Which lead bytes begin how many bytes, and what the second may be. Unicode 15, table 3-7.
struct Lead {
    std::uint8_t first;
    std::uint8_t last;
    std::uint8_t second_first;
    std::uint8_t second_last;
    std::size_t size;
};

/// Two ranges as two bytes each: 0xc2df is c2..df.
constexpr Lead lead(std::uint16_t first, std::uint16_t second, std::size_t size) {
    constexpr unsigned kByte = 8;
    return {
        .first = static_cast<std::uint8_t>(first >> kByte),
        .last = static_cast<std::uint8_t>(first),
        .second_first = static_cast<std::uint8_t>(second >> kByte),
        .second_last = static_cast<std::uint8_t>(second),
        .size = size,
    };
}

constexpr std::array kLeads = {
    lead(0xc2df, 0x80bf, 2),
    lead(0xe0e0, 0xa0bf, 3),
    lead(0xe1ec, 0x80bf, 3),
    lead(0xeded, 0x809f, 3),
    lead(0xeeef, 0x80bf, 3),
    lead(0xf0f0, 0x90bf, 4),
    lead(0xf1f3, 0x80bf, 4),
    lead(0xf4f4, 0x808f, 4),
};

std::uint8_t byte_at(std::string_view text, std::size_t index) {
    return static_cast<std::uint8_t>(text[index]);
}

bool between(std::uint8_t byte, std::uint8_t first, std::uint8_t last) {
    return byte >= first && byte <= last;
}

/// @pre text is not empty and begins with a byte above 0x7f
Run leading_run(std::string_view text) {
    const std::uint8_t first = byte_at(text, 0);
    const auto* found = std::ranges::find_if(kLeads, [first](const Lead& candidate) {
        return between(first, candidate.first, candidate.last);
    });
    if (found == kLeads.end() || text.size() < 2 ||
        !between(byte_at(text, 1), found->second_first, found->second_last)) {
        return {.size = 1, .valid = false};
    }
    constexpr std::uint8_t kFirstTrail = 0x80;
    constexpr std::uint8_t kLastTrail = 0xbf;
    for (std::size_t i = 2; i < found->size; ++i) {
        if (i >= text.size() || !between(byte_at(text, i), kFirstTrail, kLastTrail)) {
            return {.size = i, .valid = false};
        }
    }
    return {.size = found->size, .valid = true};
}

void append_ascii(std::string& out, char c) {
    constexpr std::string_view kHex = "0123456789abcdef";
    constexpr std::string_view kShort = "\b\f\n\r\t\"\\";
    constexpr std::string_view kLetter = "bfnrt\"\\";
    if (const std::size_t at = kShort.find(c); at != std::string_view::npos) {
        out += '\\';
        out += kLetter[at];
        return;
    }
    const auto byte = static_cast<std::uint8_t>(c);
    if (byte < ' ') {
        out += "\\u00";
        out += kHex[byte >> 4U];
        out += kHex[byte & 0xfU];
        return;
    }
    out += c;
}

}  // namespace

void JsonWriter::quote(std::string_view text) {
    constexpr std::uint8_t kLastAscii = 0x7f;
    out_ += '"';
    while (!text.empty()) {
        if (byte_at(text, 0) <= kLastAscii) {
            append_ascii(out_, text[0]);
            text.remove_prefix(1);
            continue;
        }
        const Run run = leading_run(text);
        out_ += run.valid ? text.substr(0, run.size) : kReplacement;
        text.remove_prefix(run.size);
    }
    out_ += '"';
}

void JsonWriter::before_value() {
    if (levels_.empty()) {
        FAULTLINE_ASSERT(out_.empty());
        return;
    }
    Level& level = levels_.back();
    FAULTLINE_ASSERT(level.named == level.object);
    if (!level.object && !level.empty) {
        out_ += ',';
    }
    level.empty = false;
    level.named = false;
}

JsonWriter& JsonWriter::open(char bracket, bool object) {
    before_value();
    out_ += bracket;
    levels_.push_back({.object = object});
    return *this;
}

JsonWriter& JsonWriter::close(char bracket, bool object) {
    FAULTLINE_ASSERT(!levels_.empty());
    FAULTLINE_ASSERT(levels_.back().object == object && !levels_.back().named);
    out_ += bracket;
    levels_.pop_back();
    return *this;
}

JsonWriter& JsonWriter::begin_object() {
    return open('{', true);
}

JsonWriter& JsonWriter::end_object() {
    return close('}', true);
}

JsonWriter& JsonWriter::begin_array() {
    return open('[', false);
}

JsonWriter& JsonWriter::end_array() {
    return close(']', false);
}

JsonWriter& JsonWriter::key(std::string_view name) {
    FAULTLINE_ASSERT(!levels_.empty());
    Level& level = levels_.back();
    FAULTLINE_ASSERT(level.object && !level.named);
    if (!level.empty) {
        out_ += ',';
    }
    quote(name);
    out_ += ':';
    level.named = true;
    return *this;
}

JsonWriter& JsonWriter::string(std::string_view text) {
    before_value();
    quote(text);
    return *this;
}

JsonWriter& JsonWriter::number(std::uint64_t value) {
    before_value();
    out_ += std::to_string(value);
    return *this;
}

JsonWriter& JsonWriter::real(double value) {
    FAULTLINE_ASSERT(std::isfinite(value));
    before_value();
    std::array<char, 32> text{};  // the longest is -2.2250738585072014e-308
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
    FAULTLINE_ASSERT(error == std::errc{});
    out_.append(text.data(), end);
    return *this;
}

JsonWriter& JsonWriter::boolean(bool value) {
    before_value();
    out_ += value ? "true" : "false";
    return *this;
}

JsonWriter& JsonWriter::null() {
    before_value();
    out_ += "null";
    return *this;
}

std::string JsonWriter::take() {
    FAULTLINE_ASSERT(levels_.empty() && !out_.empty());
    return std::exchange(out_, {});
}

}  // namespace faultline
