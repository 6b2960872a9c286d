// SPDX-License-Identifier: Apache-2.0
#include "property/big_values.hpp"

#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>

#include <catch2/catch.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace faultline {
namespace {

using test::Big;
using test::Values;

constexpr int kRandomPairs = 1'000'000;

void expect(
    std::string_view what,
    const U256& a,
    const U256& b,
    const std::optional<U256>& got,
    const std::optional<U256>& expected
) {
    if (got != expected) {
        FAIL(
            what << "(" << a.to_string() << ", " << b.to_string() << "): got "
                 << (got ? got->to_string() : "a revert") << ", expected "
                 << (expected ? expected->to_string() : "a revert")
        );
    }
}

/// numerator / divisor as the contracts do it: a revert when the numerator exceeds 256 bits.
std::optional<U256> floor_or_revert(const Big& numerator, const Big& divisor) {
    return numerator.fits_u256() ? (numerator / divisor).checked() : std::nullopt;
}

std::optional<U256> ceil_or_revert(const Big& numerator, const Big& divisor) {
    return numerator.fits_u256() ? ceil_div(numerator, divisor).checked() : std::nullopt;
}

void check_ray_mul(const U256& a, const U256& b) {
    static const Big kRay(ray());
    const Big product = Big(a) * Big(b);
    expect(
        "ray_mul_half_up", a, b, ray_mul_half_up(a, b), floor_or_revert(product + kRay / 2, kRay)
    );
    expect("ray_mul_floor", a, b, ray_mul_floor(a, b), floor_or_revert(product, kRay));
    expect("ray_mul_ceil", a, b, ray_mul_ceil(a, b), ceil_or_revert(product, kRay));
}

void check_percent(const U256& a, const U256& b) {
    const Big product = Big(a) * Big(b);
    expect("percent_mul_floor", a, b, percent_mul_floor(a, b), floor_or_revert(product, 10'000));
    expect(
        "percent_mul_half_up",
        a,
        b,
        percent_mul_half_up(a, b),
        floor_or_revert(product + 5'000, 10'000)
    );
    expect("percent_mul_ceil", a, b, percent_mul_ceil(a, b), ceil_or_revert(product, 10'000));
}

void check_percent_div(const U256& a, const U256& b) {
    const Big divisor(b);
    const Big in_bps = Big(a) * Big(10'000);
    expect(
        "percent_div_half_up",
        a,
        b,
        percent_div_half_up(a, b),
        floor_or_revert(in_bps + divisor / 2, divisor)
    );
    expect("percent_div_floor", a, b, percent_div_floor(a, b), floor_or_revert(in_bps, divisor));
    expect("percent_div_ceil", a, b, percent_div_ceil(a, b), ceil_or_revert(in_bps, divisor));
}

void check_div(const U256& a, const U256& b) {
    if (b.is_zero()) {
        expect("ray_div_half_up", a, b, ray_div_half_up(a, b), std::nullopt);
        expect("ray_div_floor", a, b, ray_div_floor(a, b), std::nullopt);
        expect("ray_div_ceil", a, b, ray_div_ceil(a, b), std::nullopt);
        expect("wad_div_half_up", a, b, wad_div_half_up(a, b), std::nullopt);
        expect("percent_div_half_up", a, b, percent_div_half_up(a, b), std::nullopt);
        expect("percent_div_floor", a, b, percent_div_floor(a, b), std::nullopt);
        expect("percent_div_ceil", a, b, percent_div_ceil(a, b), std::nullopt);
        return;
    }
    static const Big kRay(ray());
    static const Big kWad(wad());
    check_percent_div(a, b);
    const Big divisor(b);
    const Big in_rays = Big(a) * kRay;
    expect(
        "ray_div_half_up",
        a,
        b,
        ray_div_half_up(a, b),
        floor_or_revert(in_rays + divisor / 2, divisor)
    );
    expect("ray_div_floor", a, b, ray_div_floor(a, b), floor_or_revert(in_rays, divisor));
    expect("ray_div_ceil", a, b, ray_div_ceil(a, b), ceil_or_revert(in_rays, divisor));
    expect(
        "wad_div_half_up",
        a,
        b,
        wad_div_half_up(a, b),
        floor_or_revert(Big(a) * kWad + divisor / 2, divisor)
    );
}

void check(const U256& a, const U256& b) {
    check_ray_mul(a, b);
    check_percent(a, b);
    check_div(a, b);
}

}  // namespace

TEST_CASE("fixed point agrees with GMP and the contracts' reverts on every pair of edge values") {
    const std::vector<U256> edges = test::edge_values();
    for (const U256& a : edges) {
        for (const U256& b : edges) {
            check(a, b);
        }
    }
    SUCCEED();
}

TEST_CASE("fixed point agrees with GMP and the contracts' reverts on random values of every size") {
    Values values(11);
    for (int i = 0; i < kRandomPairs; ++i) {
        check(values.next(), values.next());
    }
    SUCCEED();
}

TEST_CASE("fixed point agrees with GMP on operands below 2^128, as contracts have them") {
    Values values(12);
    for (int i = 0; i < kRandomPairs; ++i) {
        check(values.next_below_bits(128), values.next_below_bits(128));
    }
    SUCCEED();
}

TEST_CASE("fixed point agrees with GMP on both sides of every revert") {
    // For a random b, the largest a that does not overflow and its neighbours.
    Values values(13);
    static const Big kMax(U256::max());
    for (int i = 0; i < kRandomPairs / 4; ++i) {
        const U256 b = values.next();
        if (b.is_zero()) {
            continue;
        }
        for (const Big& added : {Big(0), Big(half(ray())), Big(5'000)}) {
            const U256 limit = ((kMax - added) / Big(b)).u256();
            check_ray_mul(wrapping_sub(limit, 1), b);
            check_ray_mul(limit, b);
            check_ray_mul(wrapping_add(limit, 1), b);
            check_percent(limit, b);
            check_percent(wrapping_add(limit, 1), b);
        }
        const U256 limit = ((kMax - Big(half(b))) / Big(ray())).u256();
        check_div(limit, b);
        check_div(wrapping_add(limit, 1), b);
    }
    SUCCEED();
}

TEST_CASE("ray products of exact rays have no remainder to round") {
    Values values(14);
    for (int i = 0; i < kRandomPairs / 4; ++i) {
        const U256 a = values.next();
        if (!checked_mul(a, ray())) {
            continue;
        }
        expect("ray_mul_floor", a, ray(), ray_mul_floor(a, ray()), a);
        expect("ray_mul_ceil", a, ray(), ray_mul_ceil(a, ray()), a);
    }
    SUCCEED();
}

}  // namespace faultline
