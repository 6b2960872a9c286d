// SPDX-License-Identifier: Apache-2.0
#include "property/big_values.hpp"

#include <faultline/base/u256.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace faultline {
namespace {

using test::Big;
using test::Values;

constexpr int kRandomPairs = 1'000'000;

Big two_to_256() {
    return Big(U256::max()) + Big(1);
}

std::string text(const std::optional<U256>& value) {
    return value ? value->to_string() : "nothing";
}

/// Catch2's assertions cost more than the arithmetic, so a success only counts.
template <class T>
void expect_equal(const T& got, const T& expected, const char* what, const U256& a, const U256& b) {
    if (got != expected) {
        FAIL(
            what << " of " << a.hex() << " and " << b.hex() << ": got " << text(got)
                 << ", GMP says " << text(expected)
        );
    }
}

void check_pair(const U256& a, const U256& b) {
    static const Big kModulus = two_to_256();
    const Big big_a(a);
    const Big big_b(b);
    const Big sum = big_a + big_b;
    const Big difference = big_a - big_b;
    const Big product = big_a * big_b;
    expect_equal(checked_add(a, b), sum.checked(), "checked_add", a, b);
    expect_equal(checked_sub(a, b), difference.checked(), "checked_sub", a, b);
    expect_equal(checked_mul(a, b), product.checked(), "checked_mul", a, b);
    expect_equal<std::optional<U256>>(
        wrapping_add(a, b), (sum % kModulus).u256(), "wrapping_add", a, b
    );
    expect_equal<std::optional<U256>>(
        wrapping_sub(a, b), (difference % kModulus).u256(), "wrapping_sub", a, b
    );
    expect_equal<std::optional<U256>>(
        wrapping_mul(a, b), (product % kModulus).u256(), "wrapping_mul", a, b
    );
    if (!b.is_zero()) {
        const DivMod division = div_mod(a, b);
        expect_equal<std::optional<U256>>(
            division.quotient, (big_a / big_b).u256(), "quotient", a, b
        );
        expect_equal<std::optional<U256>>(
            division.remainder, (big_a % big_b).u256(), "remainder", a, b
        );
    }
}

void check_triple(const U256& a, const U256& b, const U256& c) {
    if (c.is_zero()) {
        if (mul_div_floor(a, b, c) || mul_div_ceil(a, b, c) || mul_div_half_up(a, b, c)) {
            FAIL("mul_div by zero gave a value");
        }
        return;
    }
    const Big product = Big(a) * Big(b);
    const Big divisor(c);
    expect_equal(mul_div_floor(a, b, c), (product / divisor).checked(), "mul_div_floor", a, b);
    expect_equal(mul_div_ceil(a, b, c), ceil_div(product, divisor).checked(), "mul_div_ceil", a, b);
    expect_equal(
        mul_div_half_up(a, b, c),
        ((product + divisor / Big(2)) / divisor).checked(),
        "mul_div_half_up",
        a,
        b
    );
}

}  // namespace

TEST_CASE("256-bit arithmetic agrees with GMP on every pair of edge values") {
    const std::vector<U256> edges = test::edge_values();
    for (const U256& a : edges) {
        for (const U256& b : edges) {
            check_pair(a, b);
        }
    }
    SUCCEED();
}

TEST_CASE("256-bit arithmetic agrees with GMP on random values of every size") {
    Values values(1);
    for (int i = 0; i < kRandomPairs; ++i) {
        check_pair(values.next(), values.next());
    }
    SUCCEED();
}

TEST_CASE("mul_div agrees with GMP on every triple of edge values") {
    const std::vector<U256> edges = test::edge_values();
    for (const U256& a : edges) {
        for (const U256& b : edges) {
            for (const U256& c : edges) {
                check_triple(a, b, c);
            }
        }
    }
    SUCCEED();
}

TEST_CASE("mul_div agrees with GMP on random values of every size") {
    Values values(2);
    for (int i = 0; i < kRandomPairs; ++i) {
        check_triple(values.next(), values.next(), values.next());
    }
    SUCCEED();
}

TEST_CASE("division agrees with GMP where quotient digits are at their limits") {
    // quotient * divisor + remainder with extreme parts reaches the corrections of the estimate
    // that random numbers reach once in 2^64.
    Values values(3);
    for (int i = 0; i < kRandomPairs; ++i) {
        const U256 divisor = values.next();
        const auto product = checked_mul(divisor, values.next());
        if (product) {
            check_pair(*product, divisor);
            check_pair(wrapping_sub(*product, 1), divisor);
        }
    }
    SUCCEED();
}

TEST_CASE("text of numbers agrees with GMP and reads back") {
    Values values(4);
    for (int i = 0; i < kRandomPairs / 4; ++i) {
        const U256 value = values.next();
        const Big big(value);
        const std::string decimal = value.to_string();
        const std::string hex = value.hex();
        if (decimal != big.text(10) || hex != "0x" + big.text(16)) {
            FAIL("text of " << big.text(10) << ": got " << decimal << " and " << hex);
        }
        if (U256::from_decimal(decimal) != value || U256::from_hex(hex) != value ||
            U256::from_be_bytes(value.to_be_bytes()) != value) {
            FAIL(decimal << " does not read back");
        }
        const unsigned width = value.is_zero() ? 0 : static_cast<unsigned>(big.text(2).size());
        if (value.bit_width() != width) {
            FAIL("bit width of " << decimal << ": got " << value.bit_width());
        }
    }
    SUCCEED();
}

TEST_CASE("order of numbers agrees with the sign of GMP's difference") {
    Values values(5);
    for (int i = 0; i < kRandomPairs / 4; ++i) {
        const U256 a = values.next();
        const U256 b = values.next();
        if ((a < b) != !(Big(a) - Big(b)).fits_u256() || (a == b) != (Big(a) == Big(b))) {
            FAIL("order of " << a.hex() << " and " << b.hex());
        }
    }
    SUCCEED();
}

}  // namespace faultline
