// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// Keccak-256 as Ethereum uses it: the original padding (0x01), not SHA-3's. constexpr, so that
/// topics and selectors cost nothing at run time. Source: keccak.team, "Keccak specifications
/// summary".
namespace faultline::eth {

namespace detail {

using KeccakState = std::array<std::uint64_t, 25>;

inline constexpr std::array<std::uint64_t, 24> kKeccakRounds{
    0x0000000000000001ULL, 0x0000000000008082ULL, 0x800000000000808aULL, 0x8000000080008000ULL,
    0x000000000000808bULL, 0x0000000080000001ULL, 0x8000000080008081ULL, 0x8000000000008009ULL,
    0x000000000000008aULL, 0x0000000000000088ULL, 0x0000000080008009ULL, 0x000000008000000aULL,
    0x000000008000808bULL, 0x800000000000008bULL, 0x8000000000008089ULL, 0x8000000000008003ULL,
    0x8000000000008002ULL, 0x8000000000000080ULL, 0x000000000000800aULL, 0x800000008000000aULL,
    0x8000000080008081ULL, 0x8000000000008080ULL, 0x0000000080000001ULL, 0x8000000080008008ULL,
};

/// Rho and pi move each lane along one cycle, which starts at lane 1: the lane of each step, and
/// how far what arrives there was rotated.
inline constexpr std::array<std::uint8_t, 24> kKeccakLanes{
    10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1
};
inline constexpr std::array<std::uint8_t, 24> kKeccakRotations{
    1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44
};

constexpr std::uint64_t rotate(std::uint64_t value, unsigned by) {
    return (value << by) | (value >> (64U - by));
}

/// Keccak-f[1600]. Works on plain arrays: at compile time each call of an operator[] counts.
constexpr void permute(KeccakState& state) {
    std::uint64_t* const a = state.data();
    for (const std::uint64_t round : kKeccakRounds) {
        std::uint64_t column[5]{};
        for (std::size_t x = 0; x < 5; ++x) {
            column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
        }
        for (std::size_t x = 0; x < 5; ++x) {
            const std::uint64_t mixed = column[(x + 4) % 5] ^ rotate(column[(x + 1) % 5], 1);
            for (std::size_t y = 0; y < 25; y += 5) {
                a[y + x] ^= mixed;
            }
        }
        std::uint64_t b[25]{a[0]};
        std::size_t from = 1;
        // Without it clang 19 keeps the loop at -O2, and the rotations cost twice as much.
#pragma clang loop unroll(full)
        for (std::size_t i = 0; i < kKeccakLanes.size(); ++i) {
            b[kKeccakLanes[i]] = rotate(a[from], kKeccakRotations[i]);
            from = kKeccakLanes[i];
        }
        for (std::size_t y = 0; y < 25; y += 5) {
            for (std::size_t x = 0; x < 5; ++x) {
                a[y + x] = b[y + x] ^ (~b[y + ((x + 1) % 5)] & b[y + ((x + 2) % 5)]);
            }
        }
        a[0] ^= round;
    }
}

/// Eight bytes as a lane, the first byte lowest. @pre at + 8 <= input.size()
template <class Input>
constexpr std::uint64_t lane(const Input& input, std::size_t at) {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        out |= std::uint64_t{static_cast<std::uint8_t>(input[at + i])} << (8 * i);
    }
    return out;
}

/// Sponge over bytes or characters.
template <class Input>
constexpr Hash32 keccak256_of(const Input& input) {
    constexpr std::size_t kRate = 136;
    KeccakState state{};
    std::size_t at = 0;
    for (; input.size() - at >= kRate; at += kRate) {
        for (std::size_t i = 0; i < kRate / 8; ++i) {
            state[i] ^= lane(input, at + (8 * i));
        }
        permute(state);
    }
    std::array<std::uint8_t, kRate> last{};
    for (std::size_t i = 0; at + i < input.size(); ++i) {
        last[i] = static_cast<std::uint8_t>(input[at + i]);
    }
    last[input.size() - at] = 0x01;
    last[kRate - 1] |= 0x80;
    for (std::size_t i = 0; i < kRate / 8; ++i) {
        state[i] ^= lane(last, 8 * i);
    }
    permute(state);
    Hash32 digest;
    for (std::size_t i = 0; i < digest.bytes.size(); ++i) {
        digest.bytes[i] = static_cast<std::uint8_t>(state[i / 8] >> (8 * (i % 8)));
    }
    return digest;
}

}  // namespace detail

/// The digest of bytes, at run time: about half a microsecond per started 136 bytes.
Hash32 keccak256(BytesView input);
/// The digest of a text's characters, at run time.
Hash32 keccak256(std::string_view input);

/// The digest of a text's characters, at compile time: topics and selectors.
consteval Hash32 keccak256_literal(std::string_view text) {
    return detail::keccak256_of(text);
}

}  // namespace faultline::eth
