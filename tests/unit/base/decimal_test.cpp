// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/decimal.hpp>

#include <catch2/catch.hpp>

#include <string>

using faultline::Decimal;
using faultline::U256;

namespace {

Decimal d(const char* text) {
    const auto parsed = Decimal::parse(text);
    REQUIRE(parsed);
    return *parsed;
}

}  // namespace

TEST_CASE("a decimal is read and written", "[decimal]") {
    for (const char* text : {"0", "1", "-1", "1.5", "-0.000000000000000001", "123456789.25"}) {
        CHECK(d(text).text() == text);
    }
    CHECK(d("-0").text() == "0");
    CHECK(d("1.987").text(2) == "1.98");
    CHECK(d("-1.987").text(0) == "-1");
    for (const char* bad :
         {"", "-", ".5", "1.", "1e3", "+1", "1.2.3", "0.0000000000000000001", " 1"}) {
        CHECK_FALSE(Decimal::parse(bad));
    }
    CHECK_FALSE(Decimal::parse(std::string(61, '9')));
}

TEST_CASE("decimals compute toward zero", "[decimal]") {
    CHECK(*add(d("1.5"), d("-2")) == d("-0.5"));
    CHECK(*sub(d("1.5"), d("1.5")) == d("0"));
    CHECK(*mul(d("-1.5"), d("2")) == d("-3"));
    CHECK(*mul(d("0.000000000000000001"), d("0.5")) == d("0"));
    CHECK(div(d("1"), d("-3"))->text() == "-0.333333333333333333");
    CHECK_FALSE(div(d("1"), d("0")));
    CHECK(*d("2.25").sqrt() == d("1.5"));
    CHECK(d("2").sqrt()->text() == "1.414213562373095048");
    CHECK_FALSE(d("-1").sqrt());
    CHECK(d("0").sqrt()->is_zero());
}

TEST_CASE("decimals come from amounts", "[decimal]") {
    CHECK(Decimal::of(U256(123456), 2)->text() == "1234.56");
    CHECK(Decimal::of(U256(1), 19)->is_zero());
    CHECK_FALSE(Decimal::of(U256::max(), 0));
    CHECK(Decimal::of(U256::max(), 18));
    CHECK(Decimal::ratio(U256(1), U256(3))->text(4) == "0.3333");
    CHECK_FALSE(Decimal::ratio(U256(1), U256(0)));
}

TEST_CASE("what does not fit is no decimal", "[decimal]") {
    const Decimal huge = *Decimal::of(U256::max(), 18);
    CHECK_FALSE(add(huge, huge));
    CHECK_FALSE(mul(huge, d("2")));
    CHECK_FALSE(div(huge, d("0.1")));
    CHECK(*sub(huge, huge) == d("0"));
    CHECK(huge.sqrt());
}

TEST_CASE("decimals are ordered", "[decimal]") {
    CHECK(d("-2") < d("-1"));
    CHECK(d("-1") < d("0"));
    CHECK(d("0") < d("0.1"));
    CHECK(d("0.1") < d("1"));
    CHECK(d("-0") == d("0"));
}
