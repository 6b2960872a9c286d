// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/limbs.hpp>
#include <faultline/base/u256.hpp>

#include <array>
#include <cstdint>
#include <optional>

namespace faultline {

/// A U256 below 2^128, where nearly every amount is: two registers instead of memory. It has the
/// names of U256's operations, so that a formula is written once for both. Here nullopt is also
/// where a result, or what leads to it, is not below 2^128; U256 says then what it is. What is
/// given is what U256 gives.
struct Narrow {
    U128 value = 0;

    constexpr Narrow() = default;

    /// Explicit, so that a small constant beside another is a U256.
    constexpr explicit Narrow(std::uint64_t small) : value(small) {}

    /// @pre wide.fits_u128()
    constexpr explicit Narrow(const U256& wide) : value(wide.low_u128()) {}

    static constexpr Narrow from_u128(U128 value) {
        Narrow out;
        out.value = value;
        return out;
    }

    /// Least significant first.
    static constexpr Narrow from_limbs(const std::array<std::uint64_t, 2>& limbs) {
        return from_u128((U128{limbs[1]} << 64U) | limbs[0]);
    }

    constexpr bool operator==(const Narrow&) const = default;

    [[nodiscard]] constexpr bool is_zero() const { return value == 0; }

    [[nodiscard]] constexpr U256 to_u256() const { return U256::from_u128(value); }
};

constexpr std::optional<Narrow> checked_add(const Narrow& a, const Narrow& b) {
    const U128 sum = a.value + b.value;
    if (sum < a.value) [[unlikely]] {
        return std::nullopt;
    }
    return Narrow::from_u128(sum);
}

constexpr std::optional<Narrow> checked_mul(const Narrow& a, const Narrow& b) {
    U128 product = 0;
    if (__builtin_mul_overflow(a.value, b.value, &product)) [[unlikely]] {
        return std::nullopt;
    }
    return Narrow::from_u128(product);
}

/// value / 2, truncated.
constexpr Narrow half(const Narrow& value) {
    return Narrow::from_u128(value.value >> 1U);
}

/// nullopt when it is larger.
constexpr std::optional<Narrow> narrowed(const U256& wide) {
    return wide.fits_u128() ? std::optional(Narrow(wide)) : std::nullopt;
}

}  // namespace faultline
