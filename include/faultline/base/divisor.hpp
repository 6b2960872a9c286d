// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/assert.hpp>
#include <faultline/base/limbs.hpp>
#include <faultline/base/narrow.hpp>
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
    constexpr Divisor() = default;

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

    /// The same of smaller numbers.
    [[nodiscard]] constexpr Narrow floor(const Narrow& dividend) const {
        return divide(dividend).quotient;
    }

    [[nodiscard]] constexpr Narrow ceil(const Narrow& dividend) const {
        const NarrowDivMod division = divide(dividend);
        return Narrow::from_u128(
            division.quotient.value + (division.remainder.is_zero() ? 0U : 1U)
        );
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

    /// Inlined by request: where one of these is called, several are, one after the other.
    struct NarrowDivMod {
        Narrow quotient;
        Narrow remainder;
    };

    [[nodiscard, gnu::always_inline]] constexpr NarrowDivMod divide(const Narrow& dividend) const {
        if (!value_.fits_u64()) [[unlikely]] {
            const DivMod wide = divide(dividend.to_u256());
            return {.quotient = Narrow(wide.quotient), .remainder = Narrow(wide.remainder)};
        }
        const auto low = static_cast<std::uint64_t>(dividend.value);
        const auto high = static_cast<std::uint64_t>(dividend.value >> 64U);
        std::uint64_t rest = 0;
        std::uint64_t upper = 0;
        if (high == 0) {
            rest = carried(low);
        } else {
            rest = carried(high);
            upper = limbs::divide_2by1(rest, (high << shift_) | carried(low), high_, reciprocal_);
        }
        const std::uint64_t lower = limbs::divide_2by1(rest, low << shift_, high_, reciprocal_);
        return {
            .quotient = Narrow::from_limbs({lower, upper}), .remainder = Narrow(rest >> shift_)
        };
    }

    U256 value_ = 1;
    unsigned shift_ = 63;
    std::uint64_t high_ = std::uint64_t{1} << 63U;  ///< Of the divisor's, its top bit set, at most
    std::uint64_t low_ = 0;                         ///< two limbs.
    std::uint64_t reciprocal_ = ~std::uint64_t{0};
};

}  // namespace faultline
