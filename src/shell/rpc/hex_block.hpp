// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace faultline::rpc {

/// Hex digits that are decoded at once.
inline constexpr std::size_t kHexBlock = 16;

/// Decodes 16 characters at `text` into 8 bytes at `out`. Returns how many of them, from the first,
/// are hex digits; bytes beyond those are garbage.
inline std::size_t decode_hex_block(const char* text, std::uint8_t* out) noexcept {
#if defined(__SSE2__)
    __m128i chars;
    std::memcpy(&chars, text, sizeof(chars));
    const __m128i digit = _mm_sub_epi8(chars, _mm_set1_epi8('0'));
    const __m128i letter =
        _mm_sub_epi8(_mm_or_si128(chars, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
    const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
    const __m128i is_letter = _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(5)), letter);
    const __m128i nibbles = _mm_or_si128(
        _mm_and_si128(is_digit, digit),
        _mm_and_si128(is_letter, _mm_add_epi8(letter, _mm_set1_epi8(10)))
    );
    // Of each pair the first character, in the low byte, is the high nibble.
    const __m128i pairs = _mm_and_si128(
        _mm_or_si128(_mm_slli_epi16(nibbles, 4), _mm_srli_epi16(nibbles, 8)), _mm_set1_epi16(0xff)
    );
    const __m128i packed = _mm_packus_epi16(pairs, pairs);
    std::memcpy(out, &packed, kHexBlock / 2);
    const auto valid = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(is_digit, is_letter)));
    return static_cast<std::size_t>(std::countr_one(valid));
#else
    const auto nibble = [](char c) -> unsigned {
        const char lower = static_cast<char>(c | 0x20);
        return c >= '0' && c <= '9'           ? static_cast<unsigned>(c - '0')
               : lower >= 'a' && lower <= 'f' ? static_cast<unsigned>(lower - 'a' + 10)
                                              : 0x10U;
    };
    std::size_t good = kHexBlock;
    for (std::size_t i = 0; i < kHexBlock; ++i) {
        const unsigned value = nibble(text[i]);
        if (value > 0xf) {
            good = i;
            break;
        }
        const unsigned high = i % 2 == 0 ? 0U : out[i / 2];
        out[i / 2] = static_cast<std::uint8_t>((high << 4U) | value);
    }
    return good;
#endif
}

}  // namespace faultline::rpc
