// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/assert.hpp>
#include <faultline/base/limbs.hpp>
#include <faultline/base/u256.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace faultline {

/// A number that others are divided by, with its reciprocal worked out: for dividing many by the
/// same one. Quotients round down; what is left tells those who round otherwise.
class Divisor {
  public:
    /// Divides by 1.
    constexpr Divisor() : Divisor(U256(1)) {}

    /// @pre value != 0
    constexpr explicit Divisor(const U256& value) : value_(value) {
        const auto& limbs = value.limbs;
        if (value.fits_u64()) {
            FAULTLINE_ASSERT(limbs[0] != 0);
            shift_ = static_cast<unsigned>(std::countl_zero(limbs[0]));
            high_ = limbs[0] << shift_;
            reciprocal_ = limbs::reciprocal_2by1(high_);
        } else if (value.fits_u128()) {
            shift_ = static_cast<unsigned>(std::countl_zero(limbs[1]));
            high_ = (limbs[1] << shift_) | carried(limbs[0]);
            low_ = limbs[0] << shift_;
            reciprocal_ = limbs::reciprocal_3by2((U128{high_} << 64U) | low_);
        }
    }

    [[nodiscard]] constexpr const U256& value() const noexcept { return value_; }

    [[nodiscard]] constexpr DivMod divide(const U256& dividend) const {
        if (value_.fits_u64()) [[likely]] {
            return by_one(dividend);
        }
        return value_.fits_u128() ? by_two(dividend) : div_mod(dividend, value_);
    }

    /// Rounds down.
    [[nodiscard]] constexpr U256 floor(const U256& dividend) const {
        return divide(dividend).quotient;
    }

    /// Rounds up.
    [[nodiscard]] constexpr U256 ceil(const U256& dividend) const {
        const DivMod division = divide(dividend);
        // A quotient by 1 leaves nothing, so there is room.
        return wrapping_add(division.quotient, division.remainder.is_zero() ? 0 : 1);
    }

  private:
    /// The bits that a shifted limb gives to the next one.
    [[nodiscard]] constexpr std::uint64_t carried(std::uint64_t limb) const {
        return (limb >> 1U) >> (63U - shift_);
    }

    /// A limb of dividend << shift.
    [[nodiscard]] constexpr std::uint64_t shifted(const U256& dividend, std::size_t at) const {
        return (dividend.limbs[at] << shift_) | (at == 0 ? 0 : carried(dividend.limbs[at - 1]));
    }

    [[nodiscard]] constexpr DivMod by_one(const U256& dividend) const {
        DivMod out;
        const std::size_t top = dividend.fits_u64() ? 0 : dividend.fits_u128() ? 1 : 3;
        std::uint64_t rest = carried(dividend.limbs[top]);
        for (std::size_t at = top + 1; at-- > 0;) {
            out.quotient.limbs[at] =
                limbs::divide_2by1(rest, shifted(dividend, at), high_, reciprocal_);
        }
        out.remainder.limbs[0] = rest >> shift_;
        return out;
    }

    [[nodiscard]] constexpr DivMod by_two(const U256& dividend) const {
        const U128 divisor = (U128{high_} << 64U) | low_;
        DivMod out;
        const std::size_t top = dividend.fits_u128() ? 1 : 3;
        U128 rest = (U128{carried(dividend.limbs[top])} << 64U) | shifted(dividend, top);
        for (std::size_t at = top; at-- > 0;) {
            out.quotient.limbs[at] =
                limbs::divide_3by2(rest, shifted(dividend, at), divisor, reciprocal_);
        }
        out.remainder = U256::from_u128(rest >> shift_);
        return out;
    }

    U256 value_;
    unsigned shift_ = 0;
    std::uint64_t high_ = 0;  ///< The divisor, its top bit set, of up to two limbs.
    std::uint64_t low_ = 0;
    std::uint64_t reciprocal_ = 0;
};

}  // namespace faultline
