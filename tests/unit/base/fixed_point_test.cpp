// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>

#include <catch2/catch.hpp>

#include <optional>

namespace faultline {
namespace {

static_assert(ray_mul_half_up(ray(), ray()) == ray());

const U256 kMax = U256::max();
const U256 kHalfRay = half(ray());

}  // namespace

TEST_CASE("wad and ray are 10^18 and 10^27") {
    CHECK(wad() == pow10(18));
    CHECK(ray() == pow10(27));
}

TEST_CASE("ray products round as their names say at one half and beside it") {
    const U256 below = wrapping_sub(kHalfRay, 1);
    const U256 above = wrapping_add(kHalfRay, 1);
    CHECK(ray_mul_half_up(below, 1) == U256(0));
    CHECK(ray_mul_half_up(kHalfRay, 1) == U256(1));
    CHECK(ray_mul_half_up(above, 1) == U256(1));
    CHECK(ray_mul_floor(wrapping_sub(ray(), 1), 1) == U256(0));
    CHECK(ray_mul_floor(ray(), 1) == U256(1));
    CHECK(ray_mul_ceil(ray(), 1) == U256(1));
    CHECK(ray_mul_ceil(wrapping_add(ray(), 1), 1) == U256(2));
    CHECK(ray_mul_ceil(1, 1) == U256(1));
    CHECK(ray_mul_ceil(0, kMax) == U256(0));
}

TEST_CASE("a ceiling sees what lies only in the low bits of a product") {
    // Multiples of 5^27 leave a remainder below 2^27 only; the division by 5^27 is then exact.
    const U256 five_to_27 = 7'450'580'596'923'828'125ULL;
    CHECK(ray_mul_ceil(five_to_27, 1) == U256(1));
    CHECK(ray_mul_floor(five_to_27, 1) == U256(0));
    CHECK(ray_mul_ceil(five_to_27, U256(1U << 27U)) == U256(1));
    CHECK(ray_mul_ceil(five_to_27, U256((1U << 27U) + 1)) == U256(2));
}

TEST_CASE("ray products revert when the contract's 256-bit numerator would overflow") {
    // max * 1 fits, but not with the half that rounding adds first.
    CHECK(ray_mul_floor(kMax, 1).has_value());
    CHECK(ray_mul_ceil(kMax, 1).has_value());
    CHECK(ray_mul_half_up(kMax, 1) == std::nullopt);
    const U256 most = wrapping_sub(kMax, kHalfRay);
    CHECK(ray_mul_half_up(most, 1).has_value());
    CHECK(ray_mul_half_up(wrapping_add(most, 1), 1) == std::nullopt);
    // The quotient of max * 2 would fit; the product does not.
    CHECK(ray_mul_floor(kMax, 2) == std::nullopt);
    CHECK(ray_mul_ceil(kMax, 2) == std::nullopt);
    CHECK(mul_div_floor(kMax, 2, ray()).has_value());
}

TEST_CASE("ray quotients round as their names say") {
    CHECK(ray_div_half_up(1, wrapping_mul(ray(), 2)) == U256(1));
    CHECK(ray_div_half_up(1, wrapping_add(wrapping_mul(ray(), 2), 1)) == U256(0));
    CHECK(ray_div_floor(2, wrapping_mul(ray(), 3)) == U256(0));
    CHECK(ray_div_ceil(2, wrapping_mul(ray(), 3)) == U256(1));
    CHECK(ray_div_ceil(3, wrapping_mul(ray(), 3)) == U256(1));
    CHECK(wad_div_half_up(1, 3) == *U256::from_decimal("333333333333333333"));
    CHECK(wad_div_half_up(2, 3) == *U256::from_decimal("666666666666666667"));
}

TEST_CASE("quotients revert on zero divisors and overflowing numerators") {
    const U256 most = div_mod(kMax, ray()).quotient;
    for (const auto divide : {ray_div_half_up, ray_div_floor, ray_div_ceil}) {
        CHECK(divide(1, 0) == std::nullopt);
        CHECK(divide(0, 0) == std::nullopt);
        CHECK(divide(most, 1).has_value());
        CHECK(divide(wrapping_add(most, 1), 1) == std::nullopt);
    }
    CHECK(wad_div_half_up(1, 0) == std::nullopt);
    CHECK(wad_div_half_up(kMax, kMax) == std::nullopt);
}

TEST_CASE("percentages round as their names say and revert as contracts do") {
    CHECK(percent_mul_half_up(1, 5'000) == U256(1));
    CHECK(percent_mul_half_up(1, 4'999) == U256(0));
    CHECK(percent_mul_floor(1, 9'999) == U256(0));
    CHECK(percent_mul_floor(pow10(18), 8'050) == wrapping_mul(805, pow10(15)));
    CHECK(percent_mul_floor(kMax, 1).has_value());
    CHECK(percent_mul_half_up(kMax, 1) == std::nullopt);
    CHECK(percent_mul_floor(kMax, 2) == std::nullopt);
    CHECK(percent_mul_half_up(kMax, 0) == U256(0));
}

}  // namespace faultline
