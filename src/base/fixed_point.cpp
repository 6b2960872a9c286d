// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/divisor.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>

#include <optional>

namespace faultline {
namespace {

/// (a * b + addend) / divisor where the numerator must fit 256 bits.
std::optional<U256> scaled_quotient(
    const U256& a, const U256& b, const U256& addend, const U256& divisor
) {
    const auto product = checked_mul(a, b);
    const auto numerator = product ? checked_add(*product, addend) : std::nullopt;
    if (!numerator || divisor.is_zero()) {
        return std::nullopt;
    }
    return div_mod(*numerator, divisor).quotient;
}

/// a * b / divisor, up, where the product must fit 256 bits.
std::optional<U256> scaled_quotient_ceil(const U256& a, const U256& b, const U256& divisor) {
    const auto numerator = checked_mul(a, b);
    if (!numerator || divisor.is_zero()) {
        return std::nullopt;
    }
    const DivMod division = div_mod(*numerator, divisor);
    return wrapping_add(division.quotient, division.remainder.is_zero() ? 0 : 1);
}

}  // namespace

std::optional<U256> ray_div_half_up(const U256& a, const U256& b) {
    return scaled_quotient(a, ray(), half(b), b);
}

std::optional<U256> ray_div_floor(const U256& a, const U256& b) {
    return scaled_quotient(a, ray(), 0, b);
}

std::optional<U256> ray_div_ceil(const U256& a, const U256& b) {
    return scaled_quotient_ceil(a, ray(), b);
}

std::optional<U256> wad_div_half_up(const U256& a, const U256& b) {
    return scaled_quotient(a, wad(), half(b), b);
}

std::optional<U256> percent_mul_half_up(const U256& a, const U256& bps) {
    const auto product = checked_mul(a, bps);
    const auto raised = product ? checked_add(*product, kBpsPerOne / 2) : std::nullopt;
    return raised ? std::optional(kPercentOne.floor(*raised)) : std::nullopt;
}

std::optional<U256> percent_mul_floor(const U256& a, const U256& bps) {
    const auto product = checked_mul(a, bps);
    return product ? std::optional(kPercentOne.floor(*product)) : std::nullopt;
}

std::optional<U256> percent_mul_ceil(const U256& a, const U256& bps) {
    const auto product = checked_mul(a, bps);
    return product ? std::optional(kPercentOne.ceil(*product)) : std::nullopt;
}

std::optional<U256> percent_div_half_up(const U256& a, const U256& bps) {
    return scaled_quotient(a, kBpsPerOne, half(bps), bps);
}

std::optional<U256> percent_div_floor(const U256& a, const U256& bps) {
    return scaled_quotient(a, kBpsPerOne, 0, bps);
}

std::optional<U256> percent_div_ceil(const U256& a, const U256& bps) {
    return scaled_quotient_ceil(a, kBpsPerOne, bps);
}

}  // namespace faultline
