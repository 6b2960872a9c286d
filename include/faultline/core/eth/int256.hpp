// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/u256.hpp>

#include <compare>
#include <cstdint>
#include <string>

namespace faultline::eth {

/// A signed integer of more than 64 bits, as the EVM holds it: two's complement in 256 bits.
struct I256 {
    U256 bits;

    static constexpr I256 from_i64(std::int64_t value) {
        const U256 low(static_cast<std::uint64_t>(value));
        if (value >= 0) {
            return {low};
        }
        U256 out = U256::max();
        out.limbs[0] = low.limbs[0];
        return {out};
    }

    constexpr bool operator==(const I256&) const = default;

    constexpr std::strong_ordering operator<=>(const I256& other) const {
        if (is_negative() != other.is_negative()) {
            return is_negative() ? std::strong_ordering::less : std::strong_ordering::greater;
        }
        return bits <=> other.bits;
    }

    [[nodiscard]] constexpr bool is_negative() const { return bits.bit(255); }

    /// The distance from zero; 2^255 for the lowest value.
    [[nodiscard]] constexpr U256 magnitude() const {
        return is_negative() ? wrapping_sub(U256(), bits) : bits;
    }

    /// Decimal digits, with '-' below zero.
    [[nodiscard]] std::string to_string() const {
        return (is_negative() ? "-" : "") + magnitude().to_string();
    }
};

}  // namespace faultline::eth
