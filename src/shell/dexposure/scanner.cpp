// SPDX-License-Identifier: Apache-2.0
#include "shell/dexposure/scanner.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/utf8.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <ios>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace faultline::dexposure {

namespace {

constexpr int kEnd = -1;
constexpr std::uint32_t kHighSurrogate = 0xd800;
constexpr std::uint32_t kLowSurrogate = 0xdc00;
constexpr std::uint32_t kAfterSurrogates = 0xe000;
constexpr std::uint32_t kBeyond16Bits = 0x10000;
constexpr unsigned char kFirstNoAscii = 0x80;

bool is_digit(int byte) {
    return byte >= '0' && byte <= '9';
}

/// Ends a run of ordinary bytes in a string.
bool is_special(char byte) {
    return byte == '"' || byte == '\\' || static_cast<unsigned char>(byte) < ' ' ||
           static_cast<unsigned char>(byte) >= kFirstNoAscii;
}

/// Of a character, as its first byte says; 0 when it begins none.
std::size_t utf8_length(unsigned char first) {
    if (first >= 0xc2 && first <= 0xdf) {
        return 2;
    }
    if (first >= 0xe0 && first <= 0xef) {
        return 3;
    }
    return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

void append_utf8(std::uint32_t point, std::string& out) {
    const auto put = [&out](std::uint32_t byte) {
        out.push_back(static_cast<char>(byte));
    };
    const auto tail = [point](unsigned shift) {
        return 0x80U | ((point >> shift) & 0x3fU);
    };
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xc0U | (point >> 6U));
        put(tail(0));
    } else if (point < kBeyond16Bits) {
        put(0xe0U | (point >> 12U));
        put(tail(6));
        put(tail(0));
    } else {
        put(0xf0U | (point >> 18U));
        put(tail(12));
        put(tail(6));
        put(tail(0));
    }
}

}  // namespace

Scanner::Scanner(std::istream& in, std::string_view name, std::size_t chunk_bytes)
    : in_(in), name_(name), buffer_(std::max<std::size_t>(1, chunk_bytes)) {}

int Scanner::peek() {
    if (at_ == end_ && !refill()) {
        return kEnd;
    }
    return static_cast<unsigned char>(buffer_[at_]);
}

bool Scanner::refill() {
    before_buffer_ += end_;
    at_ = 0;
    end_ = 0;
    if (error_ || in_.eof()) {
        return false;
    }
    in_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    end_ = static_cast<std::size_t>(in_.gcount());
    if (in_.bad() || (in_.fail() && !in_.eof())) {
        end_ = 0;
        error_ = Error(Code::kUnavailable, "read " + name_ + ": the system gave an error")
                     .advise("look at the disk it is on");
    }
    return end_ > 0;
}

void Scanner::skip_space() {
    for (int byte = peek(); byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r';
         byte = peek()) {
        ++at_;
        if (byte == '\n') {
            ++line_;
            line_start_ = before_buffer_ + at_;
        }
    }
    token_ = here();
}

bool Scanner::accept(char mark) {
    skip_space();
    if (peek() != mark) {
        return false;
    }
    ++at_;
    return !error_;
}

bool Scanner::expect(char mark) {
    return accept(mark) || fail(std::string("expected '") + mark + "', found " + found());
}

bool Scanner::string(std::string& out) {
    if (!accept('"')) {
        return fail("expected a string, found " + found());
    }
    out.clear();
    while (peek() != kEnd) {
        const char* const from = buffer_.data() + at_;
        const char* const last = buffer_.data() + end_;
        const char* const to = std::find_if(from, last, is_special);
        out.append(from, to);
        at_ += static_cast<std::size_t>(to - from);
        if (at_ == end_) {
            continue;
        }
        if (*to == '"') {
            ++at_;
            return true;
        }
        if (!character(out)) {
            return false;
        }
    }
    return fail("a string that does not end");
}

/// Of a string, one that is_special() but not its end.
bool Scanner::character(std::string& out) {
    const int first = peek();
    if (first == '\\') {
        ++at_;
        return escape(out);
    }
    if (first < kFirstNoAscii) {
        return fail_here("a control character in a string");
    }
    const Place begin = here();
    std::string bytes;
    const std::size_t length = utf8_length(static_cast<unsigned char>(first));
    for (; bytes.size() < length && peek() >= kFirstNoAscii; ++at_) {
        bytes.push_back(static_cast<char>(peek()));
    }
    const Utf8Run run = bytes.empty() ? Utf8Run{} : leading_utf8(bytes);
    if (!run.valid || run.size != length) {
        return fail_at(begin, "bytes in a string that are no UTF-8");
    }
    out += bytes;
    return true;
}

bool Scanner::string_or_null(std::optional<std::string>& out) {
    skip_space();
    if (peek() != 'n') {
        return string(out.emplace());
    }
    for (const char letter : std::string_view("null")) {
        if (peek() != letter) {
            return fail("expected a string or null");
        }
        ++at_;
    }
    out = std::nullopt;
    return true;
}

bool Scanner::escape(std::string& out) {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const int letter = peek();
    const std::size_t known =
        letter == kEnd ? std::string_view::npos : kLetters.find(static_cast<char>(letter));
    if (known != std::string_view::npos) {
        ++at_;
        out.push_back(kMeanings[known]);
        return true;
    }
    if (letter != 'u') {
        return fail_here("no escape that JSON knows");
    }
    ++at_;
    return unicode_escape(out);
}

bool Scanner::unicode_escape(std::string& out) {
    std::uint32_t point = 0;
    if (!hex4(point)) {
        return false;
    }
    if (point >= kLowSurrogate && point < kAfterSurrogates) {
        return fail_here("half of a surrogate pair");
    }
    if (point >= kHighSurrogate && point < kLowSurrogate) {
        std::uint32_t low = 0;
        for (const char letter : std::string_view("\\u")) {
            if (peek() != letter) {
                return fail_here("half of a surrogate pair");
            }
            ++at_;
        }
        if (!hex4(low)) {
            return false;
        }
        if (low < kLowSurrogate || low >= kAfterSurrogates) {
            return fail_here("half of a surrogate pair");
        }
        point = kBeyond16Bits + ((point - kHighSurrogate) << 10U) + (low - kLowSurrogate);
    }
    append_utf8(point, out);
    return true;
}

bool Scanner::hex4(std::uint32_t& out) {
    std::string text;
    for (int count = 0; count < 4 && peek() != kEnd; ++count) {
        text.push_back(static_cast<char>(peek()));
        ++at_;
    }
    const char* const end = text.data() + text.size();
    const auto [to, error] = std::from_chars(text.data(), end, out, 16);
    return (text.size() == 4 && to == end && error == std::errc{}) ||
           fail_here("expected four hexadecimal digits");
}

/// At least one digit, to digits_.
bool Scanner::digits() {
    if (!is_digit(peek())) {
        return false;
    }
    for (int byte = peek(); is_digit(byte); byte = peek()) {
        digits_.push_back(static_cast<char>(byte));
        ++at_;
    }
    return true;
}

bool Scanner::number(double& out) {
    skip_space();
    digits_.clear();
    const auto take = [this](char mark) {
        const bool comes = peek() == mark;
        if (comes) {
            digits_.push_back(mark);
            ++at_;
        }
        return comes;
    };
    take('-');
    bool right = take('0') || digits();
    if (right && take('.')) {
        right = digits();
    }
    if (right && (take('e') || take('E'))) {
        if (!take('-')) {
            take('+');
        }
        right = digits();
    }
    if (!right) {
        return fail("expected a number, found " + (digits_.empty() ? found() : digits_ + "..."));
    }
    const auto [to, error] = std::from_chars(digits_.data(), digits_.data() + digits_.size(), out);
    return (to == digits_.data() + digits_.size() && error == std::errc{}) ||
           fail("the number " + digits_ + " is out of range");
}

bool Scanner::end() {
    skip_space();
    return (peek() == kEnd && !error_) || fail("expected the end, found " + found());
}

std::string Scanner::found() {
    const int byte = peek();
    if (byte == kEnd) {
        return "the end of the file";
    }
    return byte > ' ' && byte < 0x7f ? std::string("'") + static_cast<char>(byte) + "'"
                                     : "the byte " + std::to_string(byte);
}

Place Scanner::here() const noexcept {
    return {.line = line_, .column = before_buffer_ + at_ - line_start_ + 1};
}

bool Scanner::fail_here(std::string what) {
    return fail_at(here(), std::move(what));
}

bool Scanner::fail(std::string what) {
    return fail_at(token_, std::move(what));
}

bool Scanner::fail_at(Place place, std::string what) {
    if (!error_) {
        error_ = Error(
            Code::kMalformed,
            name_ + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) + ": " +
                std::move(what)
        );
    }
    return false;
}

Error Scanner::error() const {
    FAULTLINE_ASSERT(error_.has_value());
    return *error_;
}

}  // namespace faultline::dexposure
