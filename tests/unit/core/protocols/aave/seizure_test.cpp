// SPDX-License-Identifier: Apache-2.0
// The arithmetic of a liquidation, by hand from LiquidationLogic.sol of each release (rules.hpp
// names the sources).
#include "core/protocols/aave/seizure.hpp"

#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>

#include <catch2/catch.hpp>

#include <cstdint>

namespace faultline::aave {
namespace {

constexpr std::uint64_t kUsd = 100'000'000;
constexpr std::uint64_t kToken = 1'000'000;

/// Both assets in whole units at one base unit, so that only shares round.
LiquidationPair plain(std::uint64_t debt, std::uint64_t collateral) {
    LiquidationPair pair;
    pair.debt = debt;
    pair.variable_debt = debt;
    pair.debt_price_base = 1;
    pair.debt_unit = 1;
    pair.debt_index_ray = ray();
    pair.collateral = collateral;
    pair.scaled_collateral = collateral;
    pair.collateral_price_base = 1;
    pair.collateral_unit = 1;
    pair.income_index_ray = ray();
    pair.bonus_bps = 10500;
    pair.protocol_fee_bps = 1000;
    return pair;
}

/// Tokens of 6 decimals at one dollar.
LiquidationPair dollars(std::uint64_t debt_usd, std::uint64_t collateral_usd) {
    LiquidationPair pair = plain(debt_usd * kToken, collateral_usd * kToken);
    pair.debt_price_base = kUsd;
    pair.debt_unit = kToken;
    pair.collateral_price_base = kUsd;
    pair.collateral_unit = kToken;
    return pair;
}

AccountData account(std::uint64_t total_debt_base, const U256& health_factor_wad) {
    AccountData data;
    data.total_debt_base = total_debt_base;
    data.health_factor_wad = health_factor_wad;
    return data;
}

U256 one_and_a_half() {
    return *checked_mul(U256(15), pow10(26));
}

const U256 kJustUrgent = 950'000'000'000'000'000;
const U256 kNotUrgent = 950'000'000'000'000'001;

void require_seized(
    const Seizure& got, std::uint64_t debt, std::uint64_t to_liquidator, std::uint64_t fee
) {
    CHECK(got.debt_covered == U256(debt));
    CHECK(got.to_liquidator == U256(to_liquidator));
    CHECK(got.protocol_fee == U256(fee));
}

}  // namespace

// LiquidationLogic._calculateAvailableCollateralToLiquidate: percentMul and percentDiv until 3.6,
// percentMulFloor, percentDivFloor and percentMulCeil in 3.7.
TEST_CASE("what a debt pays for rounds to the nearest until 3.6, and against both since 3.7") {
    const std::uint64_t revision = GENERATE(1U, 4U, 5U, 7U, 8U, 9U, 10U, 11U);
    CAPTURE(revision);
    const auto got = seizure(*rules_of(revision), plain(100, 100), 15);
    REQUIRE(got);
    if (revision <= 10) {
        // 15.75 is 16; of that 16 / 1.05 = 15.2 is 15, and a tenth of 1 is 0.
        require_seized(*got, 15, 16, 0);
    } else {
        // 15.75 is 15; of that 15 / 1.05 = 14.3 is 14, and a tenth of 1 is 1.
        require_seized(*got, 15, 14, 1);
    }
}

// The same function, "if (maxCollateralToLiquidate > borrowerCollateralBalance)": percentDiv until
// 3.4, percentDivCeil since.
TEST_CASE("a balance that does not suffice is taken whole, for debt that rounds up since 3.5") {
    const std::uint64_t revision = GENERATE(1U, 4U, 5U, 7U, 8U, 9U, 10U, 11U);
    CAPTURE(revision);
    const auto got = seizure(*rules_of(revision), plain(100, 11), 15);
    REQUIRE(got);
    // 11 / 1.05 = 10.48 is a debt of 10, and 11 since. The fee is a tenth of 11 - 10.
    const std::uint64_t fee = revision == 11 ? 1 : 0;
    require_seized(*got, revision <= 8 ? 10 : 11, 11 - fee, fee);
}

TEST_CASE("prices and units of both assets truncate, each division once") {
    const std::uint64_t revision = GENERATE(1U, 7U, 9U, 11U);
    LiquidationPair pair = plain(1'000'000, 1'000'000);
    pair.debt_price_base = 3;
    pair.debt_unit = 10;
    pair.collateral_price_base = 7;
    pair.collateral_unit = 100;
    pair.bonus_bps = 10000;
    pair.protocol_fee_bps = 0;
    // 3 * 11 * 100 / (7 * 10) = 47.1
    require_seized(*seizure(*rules_of(revision), pair, 11), 11, 47, 0);
    pair.collateral = 40;
    // 7 * 40 * 10 / (3 * 100) = 9.3
    require_seized(*seizure(*rules_of(revision), pair, 11), 9, 40, 0);
}

TEST_CASE("where the contract divides by nothing or overflows there is no seizure") {
    const Rules& rules = newest_rules();
    LiquidationPair pair = plain(100, 100);
    pair.collateral_price_base = 0;
    CHECK_FALSE(seizure(rules, pair, 15));
    pair = plain(100, 100);
    pair.bonus_bps = 0;
    CHECK_FALSE(seizure(rules, pair, 15));
    pair = plain(100, 100);
    pair.debt = U256::max();
    pair.debt_price_base = 2;
    CHECK_FALSE(seizure(rules, pair, U256::max()));
    CHECK_FALSE(close_factor_debt(rules, pair, account(0, kNotUrgent)));
}

// LiquidationLogic._calculateDebt: "healthFactor > CLOSE_FACTOR_HF_THRESHOLD".
TEST_CASE("until 3.2 half of a reserve's debt is the limit above a health factor of 0.95") {
    const std::uint64_t revision = GENERATE(1U, 4U, 5U);
    const Rules& rules = *rules_of(revision);
    CHECK(close_factor_debt(rules, plain(5, 9), account(5, kJustUrgent)) == U256(5));
    CHECK(close_factor_debt(rules, plain(5, 9), account(5, kNotUrgent)) == U256(3));  // 2.5
}

// LiquidationLogic.executeLiquidationCall: MIN_BASE_MAX_CLOSE_FACTOR_THRESHOLD.
TEST_CASE("since 3.3 half of all debt is the limit, of pairs with 2000 dollars on both sides") {
    const std::uint64_t revision = GENERATE(7U, 8U, 9U, 10U, 11U);
    const Rules& rules = *rules_of(revision);
    const AccountData data = account(5000 * kUsd, kNotUrgent);
    CHECK(close_factor_debt(rules, dollars(3000, 2000), data) == U256(2500 * kToken));
    CHECK(
        close_factor_debt(rules, dollars(3000, 2000), account(5000 * kUsd, kJustUrgent)) ==
        U256(3000 * kToken)
    );
    LiquidationPair short_of_it = dollars(3000, 2000);
    short_of_it.collateral = (2000 * kToken) - 1;
    CHECK(close_factor_debt(rules, short_of_it, data) == short_of_it.debt);
    short_of_it = dollars(2000, 2000);
    CHECK(close_factor_debt(rules, short_of_it, data) == short_of_it.debt);  // Below half of all.
    short_of_it.debt = (2000 * kToken) - 1;
    CHECK(
        close_factor_debt(rules, short_of_it, account(3000 * kUsd, kNotUrgent)) == short_of_it.debt
    );
}

// mulDivCeil since 3.5: a debt of 1999.999999995 dollars is as good as 2000.
TEST_CASE("the size of a debt rounds down until 3.4 and up since 3.5") {
    const std::uint64_t revision = GENERATE(7U, 8U, 9U, 10U, 11U);
    LiquidationPair pair = dollars(1, 5000);
    pair.debt = 3;
    pair.debt_unit = 2;
    pair.debt_price_base = ((4000 * kUsd) - 1) / 3;
    const auto limit =
        close_factor_debt(*rules_of(revision), pair, account(2000 * kUsd, kNotUrgent));
    CHECK(limit == U256(revision <= 8 ? 3 : 1));  // 1000 dollars are 1.5 of it.
}

// MustNotLeaveDust, MIN_LEFTOVER_BASE.
TEST_CASE("since 3.3 no rest below 1000 dollars may stay, and the most that avoids it is found") {
    const std::uint64_t revision = GENERATE(7U, 8U, 9U, 10U, 11U);
    const Rules& rules = *rules_of(revision);
    const auto dust = [&](const LiquidationPair& pair, std::uint64_t debt) {
        return leaves_dust(rules, pair, *seizure(rules, pair, debt));
    };
    const LiquidationPair of_debt = dollars(2500, 10000);
    CHECK(dust(of_debt, 2000 * kToken) == true);
    CHECK(dust(of_debt, 1500 * kToken) == false);
    CHECK(dust(of_debt, (1500 * kToken) + 1) == true);
    CHECK(dust(of_debt, 2500 * kToken) == false);
    CHECK(most_without_dust(rules, of_debt, 2000 * kToken) == U256(1500 * kToken));
    // 1200 / 1.05 dollars leave 1000 of the collateral, and one unit more does not.
    const LiquidationPair of_collateral = dollars(5000, 2200);
    CHECK(most_without_dust(rules, of_collateral, 2000 * kToken) == U256(1'142'857'143));
    CHECK(dust(of_collateral, 1'142'857'143) == false);
    CHECK(dust(of_collateral, 1'142'857'144) == true);
    CHECK(dust(of_collateral, 5000 * kToken) == false);  // All of it is taken.
    CHECK(most_without_dust(rules, dollars(900, 900), 10 * kToken) == U256(0));
    CHECK(leaves_dust(*rules_of(5), dollars(900, 900), {U256(1), U256(1), U256(0)}) == false);
}

// executeLiquidationCall, "To avoid trying to send more aTokens than available on balance": rayDiv
// and rayMul until 3.4, getATokenTransferScaledAmount (up) and getATokenBalance (down) since.
TEST_CASE("the fee is at most what rounding leaves of the balance") {
    LiquidationPair pair = plain(100, 7);
    pair.scaled_collateral = 5;
    pair.income_index_ray = one_and_a_half();
    // 5 / 1.5 is 4 scaled, 1 is left: a balance of 1, and a fee of 2 would be 2 scaled.
    CHECK(paid_fee(newest_rules(), pair, {U256(5), U256(5), U256(2)}) == U256(1));
    CHECK(paid_fee(newest_rules(), pair, {U256(5), U256(5), U256(1)}) == U256(1));
    // To the nearest, 5 / 1.5 is 3 and 3 / 1.5 is 2; 7 / 1.5 is 5.
    const Rules& old = *rules_of(1);
    CHECK(paid_fee(old, pair, {U256(5), U256(5), U256(3)}) == U256(3));
    CHECK(paid_fee(old, pair, {U256(7), U256(7), U256(1)}) == U256(0));
    CHECK_FALSE(paid_fee(old, pair, {U256(9), U256(9), U256(0)}));
}

// hasNoCollateralLeft: of amounts until 3.6, of scaled amounts since 3.7.
TEST_CASE("all collateral is gone by amounts until 3.6 and by scaled amounts since 3.7") {
    LiquidationPair pair = plain(100, 7);
    pair.scaled_collateral = 5;
    pair.income_index_ray = one_and_a_half();
    // 4 and 1 scaled are all 5, although 6 of 7 units are taken.
    const Seizure nearly{.debt_covered = 5, .to_liquidator = 5, .protocol_fee = 1};
    CHECK(takes_all_collateral(*rules_of(11), pair, nearly, 7) == true);
    CHECK(takes_all_collateral(*rules_of(11), pair, nearly, 8) == false);
    for (const std::uint64_t revision : {7U, 8U, 9U, 10U}) {
        CHECK(takes_all_collateral(*rules_of(revision), pair, nearly, 7) == false);
        CHECK(takes_all_collateral(*rules_of(revision), pair, nearly, 6) == true);
    }
    CHECK(takes_all_collateral(*rules_of(5), pair, nearly, 6) == false);
}

// ScaledBalanceTokenBase._burnScaled: InvalidBurnAmount.
TEST_CASE("a debt token burns what is at least a scaled unit: to the nearest, since 3.5 down") {
    LiquidationPair pair = plain(100, 100);
    pair.debt_index_ray = one_and_a_half();
    CHECK(burns_debt(*rules_of(1), pair, 1) == true);
    CHECK(burns_debt(*rules_of(1), pair, 0) == false);
    CHECK(burns_debt(*rules_of(9), pair, 1) == false);
    CHECK(burns_debt(*rules_of(9), pair, 2) == true);
    pair.variable_debt = 0;
    CHECK(burns_debt(*rules_of(1), pair, 1) == true);  // At a fixed rate.
}

}  // namespace faultline::aave
