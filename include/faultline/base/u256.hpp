// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/limbs.hpp>

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace faultline {

/// Unsigned 256-bit integer, as the EVM's uint256. Four 64-bit limbs, least significant first.
///
/// There is no operator+ or operator*: every operation says what it does on overflow, either
/// checked (`std::optional`, as Solidity 0.8 reverts) or wrapping (`wrapping_*`).
struct U256 {
    std::array<std::uint64_t, 4> limbs{};

    constexpr U256() = default;

    /// Implicit: a small constant is a U256 like any other.
    constexpr U256(std::uint64_t value)  // NOLINT(google-explicit-constructor)
        : limbs{value, 0, 0, 0} {}

    static constexpr U256 from_u128(U128 value) {
        U256 out;
        out.limbs[0] = static_cast<std::uint64_t>(value);
        out.limbs[1] = static_cast<std::uint64_t>(value >> 64);
        return out;
    }

    static constexpr U256 max() {
        U256 out;
        out.limbs.fill(~std::uint64_t{0});
        return out;
    }

    constexpr bool operator==(const U256&) const = default;

    constexpr std::strong_ordering operator<=>(const U256& other) const {
        for (std::size_t i = 4; i-- > 0;) {
            if (limbs[i] != other.limbs[i]) {
                return limbs[i] <=> other.limbs[i];
            }
        }
        return std::strong_ordering::equal;
    }

    [[nodiscard]] constexpr bool is_zero() const {
        return (limbs[0] | limbs[1] | limbs[2] | limbs[3]) == 0;
    }

    [[nodiscard]] constexpr bool fits_u64() const { return (limbs[1] | limbs[2] | limbs[3]) == 0; }

    [[nodiscard]] constexpr bool fits_u128() const { return (limbs[2] | limbs[3]) == 0; }

    /// The low 64 bits; call fits_u64() first when more would be an error.
    [[nodiscard]] constexpr std::uint64_t low_u64() const { return limbs[0]; }

    [[nodiscard]] constexpr U128 low_u128() const { return (U128{limbs[1]} << 64) | limbs[0]; }

    [[nodiscard]] constexpr bool bit(unsigned index) const {
        return ((limbs[index / 64] >> (index % 64)) & 1) != 0;
    }

    constexpr void set_bit(unsigned index, bool on) {
        const std::uint64_t mask = std::uint64_t{1} << (index % 64);
        limbs[index / 64] = on ? (limbs[index / 64] | mask) : (limbs[index / 64] & ~mask);
    }

    /// Number of bits needed: 0 for 0, 256 for values with the top bit set.
    [[nodiscard]] constexpr unsigned bit_width() const {
        for (std::size_t i = 4; i-- > 0;) {
            if (limbs[i] != 0) {
                return static_cast<unsigned>(64 * i) +
                       static_cast<unsigned>(std::bit_width(limbs[i]));
            }
        }
        return 0;
    }

    /// 32 big-endian bytes, as in ABI words.
    [[nodiscard]] std::array<std::uint8_t, 32> to_be_bytes() const;
    /// Up to 32 big-endian bytes. @pre bytes.size() <= 32
    static U256 from_be_bytes(BytesView bytes);

    /// Decimal digits.
    [[nodiscard]] std::string to_string() const;
    /// Decimal digits only; kMalformed otherwise or beyond 2^256-1.
    static Result<U256> from_decimal(std::string_view text);
    /// 0x-prefixed hex of any length whose value fits; kMalformed otherwise.
    static Result<U256> from_hex(std::string_view text);
    /// 0x-prefixed hex without leading zeros.
    [[nodiscard]] std::string hex() const;
};

/// Modulo 2^256.
constexpr U256 wrapping_add(const U256& a, const U256& b) {
    U256 out;
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        out.limbs[i] = limbs::add_carry(a.limbs[i], b.limbs[i], carry);
    }
    return out;
}

constexpr U256 wrapping_sub(const U256& a, const U256& b) {
    U256 out;
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        out.limbs[i] = limbs::sub_borrow(a.limbs[i], b.limbs[i], borrow);
    }
    return out;
}

constexpr U256 wrapping_mul(const U256& a, const U256& b) {
    U256 out;
    for (std::size_t i = 0; i < 4; ++i) {
        std::uint64_t carry = 0;
        for (std::size_t j = 0; i + j < 4; ++j) {
            const U128 term = (U128{a.limbs[i]} * b.limbs[j]) + out.limbs[i + j] + carry;
            out.limbs[i + j] = static_cast<std::uint64_t>(term);
            carry = static_cast<std::uint64_t>(term >> 64U);
        }
    }
    return out;
}

/// Checked arithmetic: nullopt where Solidity 0.8 reverts.
constexpr std::optional<U256> checked_add(const U256& a, const U256& b) {
    U256 out;
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        out.limbs[i] = limbs::add_carry(a.limbs[i], b.limbs[i], carry);
    }
    if (carry != 0) {
        return std::nullopt;
    }
    return out;
}

constexpr std::optional<U256> checked_sub(const U256& a, const U256& b) {
    U256 out;
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        out.limbs[i] = limbs::sub_borrow(a.limbs[i], b.limbs[i], borrow);
    }
    if (borrow != 0) {
        return std::nullopt;
    }
    return out;
}

/// The product of two numbers below 2^128: it always fits.
constexpr U256 mul_u128(U128 a, U128 b) {
    const U256 left = U256::from_u128(a);
    const U256 right = U256::from_u128(b);
    U256 out;
    out.limbs =
        limbs::product<2, 2>({left.limbs[0], left.limbs[1]}, {right.limbs[0], right.limbs[1]});
    return out;
}

constexpr std::optional<U256> checked_mul(const U256& a, const U256& b) {
    if (a.fits_u128() && b.fits_u128()) [[likely]] {
        return mul_u128(a.low_u128(), b.low_u128());
    }
    const auto wide = limbs::product(a.limbs, b.limbs);
    if ((wide[4] | wide[5] | wide[6] | wide[7]) != 0) {
        return std::nullopt;
    }
    U256 out;
    out.limbs = {wide[0], wide[1], wide[2], wide[3]};
    return out;
}

/// value / 2, truncated.
constexpr U256 half(const U256& value) {
    U256 out;
    for (std::size_t i = 0; i < 4; ++i) {
        out.limbs[i] = (value.limbs[i] >> 1U) | (i < 3 ? value.limbs[i + 1] << 63U : 0);
    }
    return out;
}

/// Quotient and remainder.
struct DivMod {
    U256 quotient;
    U256 remainder;
};

/// Dividing many by the same is faster with a Divisor (divisor.hpp). @pre divisor != 0
DivMod div_mod(const U256& dividend, const U256& divisor);

/// a * b / c with the 512-bit product, the direction of rounding in the name.
/// nullopt when c is 0 or the result needs more than 256 bits, and only then: a contract that
/// multiplies in 256 bits reverts earlier. For those use checked_mul, or fixed_point.hpp.
std::optional<U256> mul_div_floor(const U256& a, const U256& b, const U256& c);
std::optional<U256> mul_div_ceil(const U256& a, const U256& b, const U256& c);
/// (a * b + c / 2) / c, the c / 2 truncated, as Solidity's WadRayMath does.
std::optional<U256> mul_div_half_up(const U256& a, const U256& b, const U256& c);

/// 10^n. @pre n <= 77
U256 pow10(unsigned n);

/// Hash for unordered containers, good in its low bits too.
struct U256Hash {
    std::size_t operator()(const U256& value) const noexcept {
        std::uint64_t hash = 0;
        for (const std::uint64_t limb : value.limbs) {
            hash = (hash ^ limb) * 0x9e3779b97f4a7c15ULL;
            hash ^= hash >> 32U;
        }
        return static_cast<std::size_t>(hash);
    }
};

}  // namespace faultline
