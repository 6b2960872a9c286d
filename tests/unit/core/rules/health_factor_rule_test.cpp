// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>

#include <catch2/catch.hpp>

namespace faultline::rules {
namespace {

U256 wad_hundredths(std::uint64_t hundredths) {
    return *checked_mul(U256(hundredths), pow10(16));
}

HealthFactorRule rule() {
    HealthFactorRule rule;
    rule.terms.name = "low";
    rule.below_wad = wad_hundredths(105);
    rule.resolve_at_wad = wad_hundredths(110);
    rule.min_debt_base = *checked_mul(U256(100), pow10(8));
    return rule;
}

HealthReading reading(std::uint64_t hundredths, std::uint64_t debt_usd) {
    return {
        .health_factor_wad = wad_hundredths(hundredths),
        .collateral_base = *checked_mul(U256(debt_usd * 2), pow10(8)),
        .debt_base = *checked_mul(U256(debt_usd), pow10(8)),
    };
}

}  // namespace

TEST_CASE("a reading is judged strictly below the one threshold and at or above the other") {
    REQUIRE(judge(rule(), reading(104, 500)) == Verdict::kBreach);
    REQUIRE(judge(rule(), reading(105, 500)) == Verdict::kHold);
    REQUIRE(judge(rule(), reading(109, 500)) == Verdict::kHold);
    REQUIRE(judge(rule(), reading(110, 500)) == Verdict::kClear);
    HealthReading one_wei_below = reading(105, 500);
    one_wei_below.health_factor_wad = wrapping_sub(one_wei_below.health_factor_wad, U256(1));
    REQUIRE(judge(rule(), one_wei_below) == Verdict::kBreach);
}

TEST_CASE("an account without debt, or with less than the minimum, is clear") {
    REQUIRE(judge(rule(), reading(50, 99)) == Verdict::kClear);
    REQUIRE(judge(rule(), reading(50, 100)) == Verdict::kBreach);
    HealthFactorRule any = rule();
    any.min_debt_base = 0;
    HealthReading none = reading(50, 0);
    none.health_factor_wad = U256::max();
    REQUIRE(judge(any, none) == Verdict::kClear);
}

TEST_CASE("a market that values in ether is judged and described in ether") {
    HealthReading eth = reading(104, 0);
    eth.base_symbol = "ETH";
    eth.base_decimals = 18;
    eth.debt_base = *U256::from_decimal("100000000000000000000");  // 100 ETH, the minimum
    CHECK(judge(rule(), eth) == Verdict::kBreach);
    CHECK(
        describe(rule(), eth, Verdict::kBreach) ==
        "health factor 1.0400 is below 1.0500 (debt 100.0000 ETH)"
    );
    eth.debt_base = wrapping_sub(eth.debt_base, U256(1));
    CHECK(judge(rule(), eth) == Verdict::kClear);
    CHECK(describe(rule(), eth, Verdict::kClear) == "debt 99.9999 ETH is below the rule's minimum");
}

TEST_CASE("a base currency of few decimals meets the minimum at the same amount") {
    HealthReading coarse = reading(104, 0);
    coarse.base_decimals = 2;
    coarse.debt_base = U256(100'00);
    CHECK(judge(rule(), coarse) == Verdict::kBreach);
    coarse.debt_base = U256(99'99);
    CHECK(judge(rule(), coarse) == Verdict::kClear);
}

TEST_CASE("empty selections mean all, others mean exactly those named") {
    Address alice;
    alice.bytes[0] = 1;
    HealthFactorRule some = rule();
    REQUIRE(applies(some, "core", alice));
    some.markets = {"prime"};
    REQUIRE_FALSE(applies(some, "core", alice));
    REQUIRE(applies(some, "prime", alice));
    some.accounts = {Address{}};
    REQUIRE_FALSE(applies(some, "prime", alice));
    REQUIRE(applies(some, "prime", Address{}));
}

TEST_CASE("a star in the name of a market stands for anything") {
    HealthFactorRule rule;
    rule.markets = {"core*", "prime"};
    CHECK(applies(rule, "core", Address{}));
    CHECK(applies(rule, "core-2", Address{}));
    CHECK(applies(rule, "prime", Address{}));
    CHECK_FALSE(applies(rule, "prime-2", Address{}));
    CHECK_FALSE(applies(rule, "score", Address{}));
}

TEST_CASE("figures for people are cut, never rounded up") {
    REQUIRE(decimal_text(*U256::from_decimal("1049999999999999999"), 18, 4) == "1.0499");
    REQUIRE(decimal_text(U256(5), 8, 2) == "0.00");
    REQUIRE(decimal_text(U256(123456789), 8, 2) == "1.23");
    REQUIRE(decimal_text(U256(7), 0, 0) == "7");
    REQUIRE(
        describe(rule(), reading(104, 500), Verdict::kBreach) ==
        "health factor 1.0400 is below 1.0500 (debt 500.00 USD)"
    );
}

}  // namespace faultline::rules
