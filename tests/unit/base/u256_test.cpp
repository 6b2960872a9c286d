// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace faultline {
namespace {

constexpr std::string_view kMaxDecimal =
    "115792089237316195423570985008687907853269984665640564039457584007913129639935";

U256 power_of_two(unsigned exponent) {
    U256 out;
    out.set_bit(exponent, true);
    return out;
}

U256 decimal(std::string_view text) {
    return *U256::from_decimal(text);
}

// Arithmetic on constants is itself constant.
static_assert(checked_add(U256::max(), 1) == std::nullopt);
static_assert(wrapping_add(U256::max(), 1) == U256(0));
static_assert(checked_mul(U256::from_u128(~U128{0}), 2)->bit_width() == 129);
static_assert(half(U256::max()).bit_width() == 255);

}  // namespace

TEST_CASE("checked arithmetic gives nothing exactly where Solidity reverts") {
    CHECK(checked_add(1, 2) == U256(3));
    CHECK(checked_add(U256::max(), 0) == U256::max());
    CHECK(checked_add(U256::max(), 1) == std::nullopt);
    CHECK(checked_sub(3, 3) == U256(0));
    CHECK(checked_sub(2, 3) == std::nullopt);
    CHECK(checked_mul(power_of_two(128), power_of_two(127)) == power_of_two(255));
    CHECK(checked_mul(power_of_two(128), power_of_two(128)) == std::nullopt);
    CHECK(checked_mul(U256::max(), 1) == U256::max());
    CHECK(checked_mul(U256::max(), 2) == std::nullopt);
    CHECK(checked_mul(U256::max(), 0) == U256(0));
}

TEST_CASE("wrapping arithmetic is modulo 2^256") {
    CHECK(wrapping_add(U256::max(), 1) == U256(0));
    CHECK(wrapping_sub(0, 1) == U256::max());
    CHECK(wrapping_mul(U256::max(), U256::max()) == U256(1));
    CHECK(wrapping_mul(power_of_two(255), 2) == U256(0));
}

TEST_CASE("carries and borrows run through all limbs") {
    for (const unsigned bits : {64U, 128U, 192U}) {
        const U256 power = power_of_two(bits);
        const U256 below = wrapping_sub(power, 1);
        CHECK(below.bit_width() == bits);
        CHECK(checked_add(below, 1) == power);
        CHECK(below < power);
    }
}

TEST_CASE("division gives the quotient and the remainder") {
    const DivMod by_word = div_mod(decimal("1000000000000000000000000000000007"), 10);
    CHECK(by_word.quotient == decimal("100000000000000000000000000000000"));
    CHECK(by_word.remainder == U256(7));
    const DivMod by_itself = div_mod(U256::max(), U256::max());
    CHECK(by_itself.quotient == U256(1));
    CHECK(by_itself.remainder == U256(0));
    const DivMod smaller = div_mod(5, U256::max());
    CHECK(smaller.quotient == U256(0));
    CHECK(smaller.remainder == U256(5));
}

TEST_CASE("mul_div keeps the 512-bit product and says how it rounds") {
    CHECK(mul_div_floor(U256::max(), U256::max(), U256::max()) == U256::max());
    CHECK(mul_div_floor(7, 3, 2) == U256(10));
    CHECK(mul_div_ceil(7, 3, 2) == U256(11));
    CHECK(mul_div_half_up(7, 3, 2) == U256(11));
    CHECK(mul_div_half_up(7, 1, 3) == U256(2));
    CHECK(mul_div_half_up(8, 1, 3) == U256(3));
    CHECK(mul_div_ceil(6, 1, 3) == U256(2));
}

TEST_CASE("mul_div gives nothing for a zero divisor or a result beyond 256 bits") {
    CHECK(mul_div_floor(1, 1, 0) == std::nullopt);
    CHECK(mul_div_ceil(0, 0, 0) == std::nullopt);
    CHECK(mul_div_half_up(1, 1, 0) == std::nullopt);
    CHECK(mul_div_floor(U256::max(), 2, 1) == std::nullopt);
    // The quotient is max and a half: floor fits, the others do not.
    const U256 odd_half = *checked_add(half(U256::max()), 1);
    CHECK(mul_div_floor(U256::max(), odd_half, odd_half) == U256::max());
    CHECK(mul_div_floor(U256::max(), 3, 3) == U256::max());
    const U256 most = power_of_two(255);
    CHECK(mul_div_floor(most, 3, 3) == most);
    CHECK(mul_div_ceil(U256::max(), U256::max(), wrapping_sub(U256::max(), 1)) == std::nullopt);
}

TEST_CASE("half up rounds at exactly one half, with the half of an odd divisor truncated") {
    CHECK(mul_div_half_up(1, 1, 2) == U256(1));
    CHECK(mul_div_half_up(2, 1, 5) == U256(0));
    CHECK(mul_div_half_up(3, 1, 5) == U256(1));
}

TEST_CASE("numbers read from decimal digits and nothing else") {
    CHECK(decimal("0") == U256(0));
    CHECK(
        decimal("000000000000000000000000000000000000000000000000000000000000000000000000000000000"
                "012") == U256(12)
    );
    CHECK(decimal(kMaxDecimal) == U256::max());
    for (const std::string_view text : {"", "-1", "+1", " 1", "1 ", "1e18", "0x1", "1_000", "１"}) {
        const auto number = U256::from_decimal(text);
        INFO(text);
        REQUIRE_FALSE(number.has_value());
        CHECK(number.error().code() == Code::kMalformed);
    }
}

TEST_CASE("numbers of 2^256 and more do not read") {
    std::string over(kMaxDecimal);
    over.back() = '6';
    const std::string much(1'000, '9');
    for (const std::string& text : {over, over + "0", much}) {
        const auto number = U256::from_decimal(text);
        REQUIRE_FALSE(number.has_value());
        CHECK_THAT(number.error().message(), Catch::Contains("below 2^256"));
        CHECK(number.error().message().size() < 200);
    }
}

TEST_CASE("numbers read from hex of any length whose value fits") {
    CHECK(*U256::from_hex("0x0") == U256(0));
    CHECK(*U256::from_hex("0xFf") == U256(255));
    CHECK(*U256::from_hex("0x" + std::string(100, '0') + "1a") == U256(26));
    CHECK(*U256::from_hex("0x" + std::string(64, 'f')) == U256::max());
    CHECK_FALSE(U256::from_hex("0x1" + std::string(64, '0')).has_value());
    for (const std::string_view text : {"", "0x", "12", "0xg1", "x12", "0x 1", "0x-1"}) {
        INFO(text);
        CHECK_FALSE(U256::from_hex(text).has_value());
    }
}

TEST_CASE("text has no leading zeros and reads back") {
    CHECK(U256(0).to_string() == "0");
    CHECK(U256(0).hex() == "0x0");
    CHECK(U256(26).hex() == "0x1a");
    CHECK(U256::max().to_string() == kMaxDecimal);
    CHECK(pow10(19).to_string() == "10000000000000000000");
    CHECK(pow10(38).to_string() == "1" + std::string(38, '0'));
    CHECK(power_of_two(64).hex() == "0x10000000000000000");
}

TEST_CASE("bytes are big-endian, short ones count as the low end") {
    const auto one = U256(1).to_be_bytes();
    CHECK(one.back() == 1);
    CHECK(std::ranges::count(one, 0) == 31);
    const Bytes two_bytes{0x01, 0x02};
    CHECK(U256::from_be_bytes(two_bytes) == U256(258));
    CHECK(U256::from_be_bytes({}) == U256(0));
    CHECK(U256::from_be_bytes(Bytes(32, 0xff)) == U256::max());
}

TEST_CASE("numbers order by value") {
    std::vector<U256> values{U256::max(), power_of_two(200), 5, power_of_two(64), 0};
    std::ranges::sort(values);
    CHECK(values == std::vector<U256>{0, 5, power_of_two(64), power_of_two(200), U256::max()});
}

TEST_CASE("bits read back as they were set, and sizes follow them") {
    U256 value;
    CHECK(value.bit_width() == 0);
    value.set_bit(200, true);
    CHECK(value.bit(200));
    CHECK_FALSE(value.bit(199));
    CHECK(value.bit_width() == 201);
    CHECK_FALSE(value.fits_u128());
    value.set_bit(200, false);
    CHECK(value.is_zero());
    const U128 two_limbs = (U128{7} << 64U) | 9U;
    CHECK(U256::from_u128(two_limbs).low_u128() == two_limbs);
    CHECK(U256::from_u128(two_limbs).fits_u128());
    CHECK_FALSE(U256::from_u128(two_limbs).fits_u64());
}

TEST_CASE("powers of ten are exact up to the largest that fits") {
    CHECK(pow10(0) == U256(1));
    for (unsigned n = 1; n <= 77; ++n) {
        CHECK(pow10(n) == checked_mul(pow10(n - 1), 10));
    }
    CHECK(checked_mul(pow10(77), 10) == std::nullopt);
}

TEST_CASE("hashes of small and of shifted numbers differ") {
    std::unordered_set<std::size_t> hashes;
    for (unsigned i = 0; i < 256; ++i) {
        hashes.insert(U256Hash{}(power_of_two(i)));
        hashes.insert(U256Hash{}(U256(3 + (2 * i))));
    }
    CHECK(hashes.size() == 512);
}

}  // namespace faultline
