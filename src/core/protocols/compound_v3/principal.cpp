// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v3/principal.hpp"

#include <faultline/base/limbs.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/sheet.hpp>

#include <cstdint>
#include <optional>

namespace faultline::compound_v3 {
namespace {

constexpr unsigned kPrincipalBits = 104;
/// Of an int104, without its sign.
constexpr U128 kMostPrincipal = (U128{1} << (kPrincipalBits - 1)) - 1;

std::optional<Principal> signed_principal(const U256& magnitude, bool debt) {
    if (!magnitude.fits_u128() || magnitude.low_u128() > kMostPrincipal + (debt ? 1 : 0)) {
        return std::nullopt;
    }
    const auto value = static_cast<I128>(magnitude.low_u128());
    return Principal{debt ? -value : value};
}

/// Fits: a principal has 103 bits and an index 64.
U256 worth(const U256& principal, std::uint64_t index) {
    return div_mod(wrapping_mul(principal, U256(index)), U256(kBaseIndexScale)).quotient;
}

}  // namespace

std::optional<Principal> Principal::from_u256(const U256& number) {
    return signed_principal(half(number), number.bit(0));
}

std::optional<Principal> Principal::from_word(const U256& word) {
    constexpr unsigned kSignBit = 255;
    const bool debt = word.bit(kSignBit);
    return signed_principal(debt ? wrapping_sub(U256(), word) : word, debt);
}

U256 Principal::to_word() const {
    return is_debt() ? wrapping_sub(U256(), debt()) : supply();
}

U256 supply_worth(const U256& principal, std::uint64_t supply_index) {
    return worth(principal, supply_index);
}

U256 debt_worth(const U256& principal, std::uint64_t borrow_index) {
    return worth(principal, borrow_index);
}

I128 present_value(const Principal& principal, const Indices& indices) {
    return principal.is_debt()
               ? -static_cast<I128>(worth(principal.debt(), indices.borrow).low_u128())
               : static_cast<I128>(worth(principal.supply(), indices.supply).low_u128());
}

std::optional<Principal> principal_value(I128 present, const Indices& indices) {
    const bool debt = present < 0;
    const U256 magnitude = U256::from_u128(static_cast<U128>(debt ? -present : present));
    const auto principal =
        debt ? mul_div_ceil(magnitude, U256(kBaseIndexScale), U256(indices.borrow))
             : mul_div_floor(magnitude, U256(kBaseIndexScale), U256(indices.supply));
    return principal ? signed_principal(*principal, debt) : std::nullopt;
}

std::optional<Principal> supply_logged(const U256& present, std::uint64_t supply_index) {
    const auto principal = mul_div_ceil(present, U256(kBaseIndexScale), U256(supply_index));
    return principal ? signed_principal(*principal, false) : std::nullopt;
}

std::optional<I128> amount_of(const U256& logged) {
    return logged.bit_width() > kAmountBits ? std::nullopt
                                            : std::optional(static_cast<I128>(logged.low_u128()));
}

protocol::Signed signed_of(I128 value) {
    return {
        .negative = value < 0,
        .magnitude = U256::from_u128(static_cast<U128>(value < 0 ? -value : value)),
    };
}

}  // namespace faultline::compound_v3
