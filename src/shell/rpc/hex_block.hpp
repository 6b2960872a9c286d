// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace faultline::rpc {

/// Hex digits that are decoded at once.
inline constexpr std::size_t kHexBlock = 16;

/// Decodes 16 characters at `text` into 8 bytes at `out`. Returns how many of them, from the first,
/// are hex digits; bytes beyond those are garbage.
inline std::size_t decode_hex_block(const char* text, std::uint8_t* out) noexcept {
    static_assert(std::endian::native == std::endian::little);
    // The compiler's vectors: SSE2, NEON or plain code, whatever the machine has.
    using Chars [[gnu::vector_size(16)]] = std::uint8_t;
    using Pairs [[gnu::vector_size(16)]] = std::uint16_t;
    using Bytes8 [[gnu::vector_size(8)]] = std::uint8_t;
    Chars chars;
    std::memcpy(&chars, text, sizeof(chars));
    const Chars digit = chars - '0';
    const Chars letter = (chars | 0x20) - 'a';
    const auto is_digit = std::bit_cast<Chars>(digit <= 9);
    const auto is_letter = std::bit_cast<Chars>(letter <= 5);
    const Chars nibbles = (is_digit & digit) | (is_letter & (letter + 10));
    // Of each pair the first character, in the low byte, is the high nibble.
    const auto wide = std::bit_cast<Pairs>(nibbles);
    const Bytes8 packed = __builtin_convertvector((wide << 4) | (wide >> 8), Bytes8);
    std::memcpy(out, &packed, sizeof(packed));
    const Chars good = is_digit | is_letter;
    std::uint64_t halves[2];
    std::memcpy(halves, &good, sizeof(halves));
    const auto first = static_cast<std::size_t>(std::countr_one(halves[0]));
    const auto second = static_cast<std::size_t>(std::countr_one(halves[1]));
    return (first < 64 ? first : 64 + second) / 8;
}

}  // namespace faultline::rpc
