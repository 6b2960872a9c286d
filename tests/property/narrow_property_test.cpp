// SPDX-License-Identifier: Apache-2.0
// Arithmetic below 2^128 and division by what is known beforehand, against that of U256, which
// agrees with GMP.
#include "property/big_values.hpp"

#include <faultline/base/divisor.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/narrow.hpp>
#include <faultline/base/u256.hpp>

#include <catch2/catch.hpp>

#include <optional>
#include <vector>

namespace faultline {
namespace {

using Wide = std::optional<U256>;

std::optional<Narrow> narrow(const Wide& value) {
    return value ? narrowed(*value) : std::nullopt;
}

/// Catch2's assertions cost more than the arithmetic, so a success only counts.
void expect(bool holds, const char* what, const U256& a, const U256& b) {
    if (!holds) {
        FAIL(what << " of " << a.hex() << " and " << b.hex());
    }
}

/// The narrow quotient is there when its numerator is below 2^128, and is the wide one.
void expect_quotient(
    const std::optional<Narrow>& got,
    const Wide& wide,
    const Wide& numerator,
    const char* what,
    const U256& a,
    const U256& b
) {
    const bool fits = numerator && numerator->fits_u128();
    expect(got == (fits ? narrow(wide) : std::nullopt), what, a, b);
}

void check_division(const U256& a, const U256& b) {
    const Divisor divisor(b);
    const DivMod division = divisor.divide(a);
    const Wide back = checked_mul(division.quotient, b);
    expect(
        back && checked_add(*back, division.remainder) == Wide(a) && division.remainder < b,
        "Divisor::divide",
        a,
        b
    );
    expect(divisor.floor(a) == mul_div_floor(a, 1, b), "Divisor::floor", a, b);
    expect(divisor.ceil(a) == mul_div_ceil(a, 1, b), "Divisor::ceil", a, b);
    if (a.fits_u128()) {
        expect(divisor.floor(Narrow(a)).to_u256() == divisor.floor(a), "narrow floor", a, b);
        expect(divisor.ceil(Narrow(a)).to_u256() == divisor.ceil(a), "narrow ceil", a, b);
    }
}

void check_narrow(const U256& a, const U256& b) {
    const Narrow x(a);
    const Narrow y(b);
    expect(checked_add(x, y) == narrow(checked_add(a, b)), "checked_add", a, b);
    expect(checked_mul(x, y) == narrow(checked_mul(a, b)), "checked_mul", a, b);
    expect(half(x).to_u256() == half(a), "half", a, b);
    expect(ray_mul_half_up(x, y) == narrow(ray_mul_half_up(a, b)), "ray_mul_half_up", a, b);
    expect(ray_mul_floor(x, y) == narrow(ray_mul_floor(a, b)), "ray_mul_floor", a, b);
    expect(ray_mul_ceil(x, y) == narrow(ray_mul_ceil(a, b)), "ray_mul_ceil", a, b);
    const Wide product = checked_mul(a, b);
    const Wide raised = product ? checked_add(*product, kBpsPerOne / 2) : std::nullopt;
    expect_quotient(
        percent_mul_half_up(x, y), percent_mul_half_up(a, b), raised, "percent_mul_half_up", a, b
    );
    expect_quotient(
        percent_mul_floor(x, y), percent_mul_floor(a, b), product, "percent_mul_floor", a, b
    );
    const Wide wads = checked_mul(a, wad());
    const Wide numerator = wads ? checked_add(*wads, half(b)) : std::nullopt;
    expect_quotient(
        wad_div_half_up(x, y), wad_div_half_up(a, b), numerator, "wad_div_half_up", a, b
    );
}

void check(const U256& a, const U256& b) {
    if (!b.is_zero()) {
        check_division(a, b);
    }
    if (a.fits_u128() && b.fits_u128()) {
        check_narrow(a, b);
    }
}

/// Half of the values' limbs, so that most are narrow.
U256 cut(const U256& value) {
    U256 out = value;
    out.limbs[2] = 0;
    out.limbs[3] = 0;
    return out;
}

}  // namespace

TEST_CASE("narrow arithmetic and known divisors agree with U256 on every pair of edge values") {
    const std::vector<U256> edges = test::edge_values();
    for (const U256& a : edges) {
        for (const U256& b : edges) {
            check(a, b);
            check(cut(a), cut(b));
        }
    }
    SUCCEED();
}

TEST_CASE("narrow arithmetic and known divisors agree with U256 on random values of every size") {
    test::Values values(11);
    for (int i = 0; i < 150'000; ++i) {
        const U256 a = values.next();
        const U256 b = values.next();
        check(a, b);
        check(cut(a), cut(b));
    }
    SUCCEED();
}

}  // namespace faultline
