// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

/// Arithmetic on 64-bit limbs, least significant first: what U256 is made of.
/// Division never uses the hardware's: it multiplies with a reciprocal, three to six times faster.
/// Source: Möller and Granlund, "Improved division by invariant integers", IEEE Trans. Comput. 60
/// (2011); the algorithm numbers below are theirs.
namespace faultline {

__extension__ using U128 = unsigned __int128;

}  // namespace faultline

namespace faultline::limbs {

/// a + b + carry; carry becomes 0 or 1.
constexpr std::uint64_t add_carry(std::uint64_t a, std::uint64_t b, std::uint64_t& carry) {
    const U128 sum = U128{a} + b + carry;
    carry = static_cast<std::uint64_t>(sum >> 64U);
    return static_cast<std::uint64_t>(sum);
}

/// a - b - borrow; borrow becomes 0 or 1.
constexpr std::uint64_t sub_borrow(std::uint64_t a, std::uint64_t b, std::uint64_t& borrow) {
    const U128 difference = U128{a} - b - borrow;
    borrow = static_cast<std::uint64_t>(difference >> 64U) & 1U;
    return static_cast<std::uint64_t>(difference);
}

/// The whole product: N + M limbs never overflow.
template <std::size_t N, std::size_t M>
constexpr std::array<std::uint64_t, N + M> product(
    const std::array<std::uint64_t, N>& a, const std::array<std::uint64_t, M>& b
) {
    std::array<std::uint64_t, N + M> out{};
    for (std::size_t i = 0; i < N; ++i) {
        std::uint64_t carry = 0;
        for (std::size_t j = 0; j < M; ++j) {
            const U128 term = (U128{a[i]} * b[j]) + out[i + j] + carry;
            out[i + j] = static_cast<std::uint64_t>(term);
            carry = static_cast<std::uint64_t>(term >> 64U);
        }
        out[i + M] = carry;
    }
    return out;
}

/// floor((2^128 - 1) / divisor) - 2^64 (algorithm 2). @pre the top bit of divisor is set
constexpr std::uint64_t reciprocal_2by1(std::uint64_t divisor) {
    constexpr auto kSeeds = [] {
        std::array<std::uint16_t, 256> table{};
        for (std::uint32_t i = 0; i < table.size(); ++i) {
            table[i] = static_cast<std::uint16_t>(((1U << 19U) - (3U << 8U)) / (i + 256U));
        }
        return table;
    }();
    const std::uint64_t low_bit = divisor & 1U;
    const std::uint64_t top_40 = (divisor >> 24U) + 1;
    const std::uint64_t top_63 = (divisor >> 1U) + low_bit;
    const std::uint64_t v0 = kSeeds[(divisor >> 55U) - 256U];
    const std::uint64_t v1 = (v0 << 11U) - ((v0 * v0 * top_40) >> 40U) - 1;
    const std::uint64_t v2 =
        (v1 << 13U) + ((v1 * ((std::uint64_t{1} << 60U) - (v1 * top_40))) >> 47U);
    const std::uint64_t e = ((v2 >> 1U) & (std::uint64_t{0} - low_bit)) - (v2 * top_63);
    const std::uint64_t v3 = (v2 << 31U) + static_cast<std::uint64_t>((U128{v2} * e) >> 65U);
    return v3 - static_cast<std::uint64_t>(((U128{v3} * divisor) + divisor) >> 64U) - divisor;
}

/// (high, low) / divisor; high becomes the remainder (algorithm 4).
/// @pre high < divisor, the top bit of divisor is set, reciprocal is its reciprocal_2by1
constexpr std::uint64_t divide_2by1(
    std::uint64_t& high, std::uint64_t low, std::uint64_t divisor, std::uint64_t reciprocal
) {
    const U128 estimate = (U128{reciprocal} * high) + ((U128{high} << 64U) | low);
    std::uint64_t quotient = static_cast<std::uint64_t>(estimate >> 64U) + 1;
    std::uint64_t remainder = low - (quotient * divisor);
    if (remainder > static_cast<std::uint64_t>(estimate)) {
        --quotient;
        remainder += divisor;
    }
    if (remainder >= divisor) [[unlikely]] {
        ++quotient;
        remainder -= divisor;
    }
    high = remainder;
    return quotient;
}

/// floor((2^192 - 1) / divisor) - 2^64 (algorithm 6). @pre the top bit of divisor is set
constexpr std::uint64_t reciprocal_3by2(U128 divisor) {
    const auto high = static_cast<std::uint64_t>(divisor >> 64U);
    const auto low = static_cast<std::uint64_t>(divisor);
    std::uint64_t v = reciprocal_2by1(high);
    std::uint64_t p = (high * v) + low;
    if (p < low) {
        --v;
        if (p >= high) {
            --v;
            p -= high;
        }
        p -= high;
    }
    const U128 t = U128{v} * low;
    p += static_cast<std::uint64_t>(t >> 64U);
    if (p < static_cast<std::uint64_t>(t >> 64U)) {
        --v;
        if (((U128{p} << 64U) | static_cast<std::uint64_t>(t)) >= divisor) {
            --v;
        }
    }
    return v;
}

/// (high, low) / divisor; high becomes the remainder (algorithm 5).
/// @pre high < divisor, the top bit of divisor is set, reciprocal is its reciprocal_3by2
constexpr std::uint64_t divide_3by2(
    U128& high, std::uint64_t low, U128 divisor, std::uint64_t reciprocal
) {
    const auto divisor_high = static_cast<std::uint64_t>(divisor >> 64U);
    const auto divisor_low = static_cast<std::uint64_t>(divisor);
    const U128 estimate = (U128{reciprocal} * static_cast<std::uint64_t>(high >> 64U)) + high;
    auto quotient = static_cast<std::uint64_t>(estimate >> 64U);
    const std::uint64_t partial = static_cast<std::uint64_t>(high) - (quotient * divisor_high);
    U128 remainder = ((U128{partial} << 64U) | low) - (U128{divisor_low} * quotient) - divisor;
    ++quotient;
    if (static_cast<std::uint64_t>(remainder >> 64U) >= static_cast<std::uint64_t>(estimate)) {
        --quotient;
        remainder += divisor;
    }
    if (remainder >= divisor) [[unlikely]] {
        ++quotient;
        remainder -= divisor;
    }
    high = remainder;
    return quotient;
}

}  // namespace faultline::limbs
