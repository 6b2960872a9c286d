// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/divisor.hpp>
#include <faultline/base/limbs.hpp>
#include <faultline/base/narrow.hpp>
#include <faultline/base/u256.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

/// Fixed-point arithmetic in the units of lending contracts: wad = 1e18, ray = 1e27, and basis
/// points (1e4). Every name says which way it rounds. nullopt is where the contract reverts: when
/// the product, with the half added for half_up, does not fit 256 bits (even if the quotient
/// would), or on division by zero.
/// Source: aave-v3-origin WadRayMath.sol, PercentageMath.sol (fd1fbd91).
namespace faultline {

/// 1e18
constexpr U256 wad() {
    return 1'000'000'000'000'000'000ULL;
}

/// 1e27
constexpr U256 ray() {
    return U256::from_u128(U128{1'000'000'000'000'000'000ULL} * 1'000'000'000ULL);
}

/// One hundred percent.
inline constexpr std::uint64_t kBpsPerOne = 10'000;
inline constexpr Divisor kPercentOne{U256(kBpsPerOne)};

namespace detail {

constexpr U256 kHalfRay = U256::from_u128(ray().low_u128() / 2);

/// floor(value / ray) and whether something was left.
struct RayQuotient {
    U256 floor;
    bool exact = false;
};

/// ray = 2^26 * (2 * 5^27), so this is a shift and a division by one 64-bit constant whose top bit
/// is set, as the reciprocal wants it.
constexpr RayQuotient divide_by_ray(const U256& value) {
    constexpr std::uint64_t kDivisor = 7'450'580'596'923'828'125ULL * 2;
    constexpr std::uint64_t kReciprocal = limbs::reciprocal_2by1(kDivisor);
    const auto& v = value.limbs;
    std::uint64_t remainder = v[3] >> 26U;  // Below the divisor: the top quotient limb is 0.
    RayQuotient out;
    const std::uint64_t third = (v[2] >> 26U) | (v[3] << 38U);
    if (remainder == 0 && third < kDivisor) [[likely]] {
        remainder = third;  // So is the next one.
    } else {
        out.floor.limbs[2] = limbs::divide_2by1(remainder, third, kDivisor, kReciprocal);
    }
    out.floor.limbs[1] =
        limbs::divide_2by1(remainder, (v[1] >> 26U) | (v[2] << 38U), kDivisor, kReciprocal);
    out.floor.limbs[0] =
        limbs::divide_2by1(remainder, (v[0] >> 26U) | (v[1] << 38U), kDivisor, kReciprocal);
    constexpr std::uint64_t kShiftedOut = (std::uint64_t{1} << 26U) - 1;
    out.exact = remainder == 0 && (v[0] & kShiftedOut) == 0;
    return out;
}

}  // namespace detail

/// (a*b + ray/2) / ray
constexpr std::optional<U256> ray_mul_half_up(const U256& a, const U256& b) {
    const auto product = checked_mul(a, b);
    const auto raised = product ? checked_add(*product, detail::kHalfRay) : std::nullopt;
    if (!raised) [[unlikely]] {
        return std::nullopt;
    }
    return detail::divide_by_ray(*raised).floor;
}

constexpr std::optional<U256> ray_mul_floor(const U256& a, const U256& b) {
    const auto product = checked_mul(a, b);
    if (!product) [[unlikely]] {
        return std::nullopt;
    }
    return detail::divide_by_ray(*product).floor;
}

constexpr std::optional<U256> ray_mul_ceil(const U256& a, const U256& b) {
    const auto product = checked_mul(a, b);
    if (!product) [[unlikely]] {
        return std::nullopt;
    }
    const auto quotient = detail::divide_by_ray(*product);
    return wrapping_add(quotient.floor, quotient.exact ? 0 : 1);
}

/// The same of smaller numbers; nullopt also where the result is not one.
constexpr std::optional<Narrow> ray_mul_half_up(const Narrow& a, const Narrow& b) {
    // Cannot overflow: (2^128 - 1)^2 leaves room for more than 2^128.
    const U256 raised = wrapping_add(mul_u128(a.value, b.value), detail::kHalfRay);
    return narrowed(detail::divide_by_ray(raised).floor);
}

constexpr std::optional<Narrow> ray_mul_floor(const Narrow& a, const Narrow& b) {
    return narrowed(detail::divide_by_ray(mul_u128(a.value, b.value)).floor);
}

constexpr std::optional<Narrow> ray_mul_ceil(const Narrow& a, const Narrow& b) {
    const auto quotient = detail::divide_by_ray(mul_u128(a.value, b.value));
    return narrowed(wrapping_add(quotient.floor, quotient.exact ? 0 : 1));
}

/// (a*ray + b/2) / b
std::optional<U256> ray_div_half_up(const U256& a, const U256& b);
std::optional<U256> ray_div_floor(const U256& a, const U256& b);
std::optional<U256> ray_div_ceil(const U256& a, const U256& b);
/// (a*wad + b/2) / b
std::optional<U256> wad_div_half_up(const U256& a, const U256& b);
/// (a*bps + 5000) / 10000
std::optional<U256> percent_mul_half_up(const U256& a, const U256& bps);
std::optional<U256> percent_mul_floor(const U256& a, const U256& bps);
std::optional<U256> percent_mul_ceil(const U256& a, const U256& bps);
/// (a*10000 + bps/2) / bps
std::optional<U256> percent_div_half_up(const U256& a, const U256& bps);
std::optional<U256> percent_div_floor(const U256& a, const U256& bps);
std::optional<U256> percent_div_ceil(const U256& a, const U256& bps);

/// Those of smaller numbers; nullopt also where the numerator is not one.
constexpr std::optional<Narrow> wad_div_half_up(const Narrow& a, const Narrow& b) {
    const auto product = checked_mul(a, Narrow(wad()));
    const auto raised = product ? checked_add(*product, half(b)) : std::nullopt;
    if (!raised || b.is_zero()) {
        return std::nullopt;
    }
    return Divisor(b.to_u256()).floor(*raised);
}

constexpr std::optional<Narrow> percent_mul_half_up(const Narrow& a, const Narrow& bps) {
    const auto product = checked_mul(a, bps);
    const auto raised = product ? checked_add(*product, Narrow(kBpsPerOne / 2)) : std::nullopt;
    return raised ? std::optional(kPercentOne.floor(*raised)) : std::nullopt;
}

constexpr std::optional<Narrow> percent_mul_floor(const Narrow& a, const Narrow& bps) {
    const auto product = checked_mul(a, bps);
    return product ? std::optional(kPercentOne.floor(*product)) : std::nullopt;
}

}  // namespace faultline
