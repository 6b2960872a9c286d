// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/base/utf8.hpp>

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
        if (static_cast<std::uint8_t>(text[0]) <= kLastAscii) {
            append_ascii(out_, text[0]);
            text.remove_prefix(1);
            continue;
        }
        const Utf8Run run = leading_utf8(text);
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

JsonWriter& JsonWriter::decimal(std::string_view digits) {
    const std::size_t point = digits.find('.');
    FAULTLINE_ASSERT(!digits.empty() && point != 0 && point != digits.size() - 1);
    FAULTLINE_ASSERT(digits.find_first_not_of("0123456789") == point);
    FAULTLINE_ASSERT(
        point == std::string_view::npos ||
        digits.find_first_not_of("0123456789", point + 1) == std::string_view::npos
    );
    before_value();
    out_ += digits;
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
