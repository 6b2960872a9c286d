// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/utf8.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace faultline {
namespace {

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

}  // namespace

Utf8Run leading_utf8(std::string_view text) {
    constexpr std::uint8_t kLastAscii = 0x7f;
    const std::uint8_t first = byte_at(text, 0);
    if (first <= kLastAscii) {
        return {.size = 1, .valid = true};
    }
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

bool steers(std::string_view character) {
    constexpr char kDelete = 0x7f;
    if (character.size() == 1) {
        const char c = character.front();
        return c < ' ' || c == kDelete;
    }
    // As bytes; in this order each is below the next.
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kSteer = {{
        {"\xc2\x80", "\xc2\x9f"},          // C1
        {"\xd8\x9c", "\xd8\x9c"},          // U+061C
        {"\xe2\x80\x8e", "\xe2\x80\x8f"},  // U+200E, U+200F
        {"\xe2\x80\xa8", "\xe2\x80\xae"},  // U+2028 to U+202E
        {"\xe2\x81\xa6", "\xe2\x81\xa9"},  // U+2066 to U+2069
    }};
    return std::ranges::any_of(kSteer, [character](const auto& range) {
        return character.size() == range.first.size() && character >= range.first &&
               character <= range.second;
    });
}

std::string one_line(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const Utf8Run run = leading_utf8(text);
        const std::string_view character = text.substr(0, run.size);
        out += !run.valid ? kReplacement : steers(character) ? " " : character;
        text.remove_prefix(run.size);
    }
    return out;
}

}  // namespace faultline
