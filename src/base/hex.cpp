// SPDX-License-Identifier: Apache-2.0
#include "base/malformed.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace faultline {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::uint8_t kNotADigit = 0xff;

constexpr std::array<std::uint8_t, 256> kNibbles = [] {
    std::array<std::uint8_t, 256> table{};
    table.fill(kNotADigit);
    for (std::uint8_t i = 0; i < 10; ++i) {
        table[static_cast<std::size_t>('0') + i] = i;
    }
    for (std::uint8_t i = 0; i < 6; ++i) {
        table[static_cast<std::size_t>('a') + i] = static_cast<std::uint8_t>(10 + i);
        table[static_cast<std::size_t>('A') + i] = static_cast<std::uint8_t>(10 + i);
    }
    return table;
}();

std::uint8_t nibble(char c) {
    return kNibbles[static_cast<unsigned char>(c)];
}

bool has_prefix(std::string_view text) {
    return text.size() >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}

}  // namespace

std::string to_hex(BytesView bytes) {
    std::string out(2 + (2 * bytes.size()), '0');
    out[1] = 'x';
    std::size_t at = 2;
    for (const std::uint8_t byte : bytes) {
        out[at++] = kDigits[byte >> 4U];
        out[at++] = kDigits[byte & 0x0fU];
    }
    return out;
}

Result<void> bytes_from_hex_into(std::string_view text, std::span<std::uint8_t> out) {
    if (!has_prefix(text) || text.size() != 2 + (2 * out.size())) {
        return malformed("0x and " + std::to_string(2 * out.size()) + " hex digits", text);
    }
    std::uint8_t bad = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::uint8_t high = nibble(text[2 + (2 * i)]);
        const std::uint8_t low = nibble(text[3 + (2 * i)]);
        bad |= static_cast<std::uint8_t>((static_cast<unsigned>(high) | low) & 0xf0U);
        out[i] = static_cast<std::uint8_t>((static_cast<unsigned>(high) << 4U) | (low & 0x0fU));
    }
    if (bad != 0) {
        return malformed("hex digits", text);
    }
    return {};
}

Result<Bytes> bytes_from_hex(std::string_view text) {
    if (!has_prefix(text) || text.size() % 2 != 0) {
        return malformed("0x and an even number of hex digits", text);
    }
    Bytes out((text.size() - 2) / 2);
    FAULTLINE_TRY_VOID(bytes_from_hex_into(text, out));
    return out;
}

Result<std::uint64_t> quantity_from_hex(std::string_view text) {
    if (!has_prefix(text) || text.size() == 2) {
        return malformed("a hex number such as \"0x1a\"", text);
    }
    std::uint64_t value = 0;
    for (const char c : text.substr(2)) {
        const std::uint8_t digit = nibble(c);
        if (digit == kNotADigit || (value >> 60U) != 0) {
            return malformed("a hex number of at most 64 bits", text);
        }
        value = (value << 4U) | digit;
    }
    return value;
}

std::string quantity_hex(std::uint64_t value) {
    if (value == 0) {
        return "0x0";
    }
    std::string digits;
    for (; value != 0; value >>= 4U) {
        digits.insert(digits.begin(), kDigits[value & 0x0fU]);
    }
    return "0x" + digits;
}

template struct FixedBytes<20, AddressTag>;
template struct FixedBytes<32, HashTag>;

}  // namespace faultline
