// SPDX-License-Identifier: Apache-2.0
// Releases before 3.6, by hand from their sources (rules.hpp names them): what the recordings of
// 3.0.2 reach seldom, and 3.1 to 3.5, of which there are none.
#include "unit/core/protocols/aave/market_fixture.hpp"

#include <faultline/base/fixed_point.hpp>
#include <faultline/core/protocols/aave/interest.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <catch2/catch.hpp>

#include <cstdint>

namespace faultline::aave {
namespace {

/// An index at which one scaled unit is a unit and a half.
U256 one_and_a_half() {
    return *checked_mul(U256(15), pow10(26));
}

U256 scaled_supply(const TestMarket& market, const Address& user) {
    const auto row = market.markets.tables().positions.find({0, user, 0});
    return row ? row->scaled_supply : U256();
}

const UserRow& user(const TestMarket& market, const Address& account) {
    return *market.markets.tables().users.find({0, account});
}

const ReserveRow& reserve(const TestMarket& market, ReserveId id = 0) {
    return *market.markets.tables().reserves.find({0, id});
}

/// 1000 of reserve 0 supplied by Alice, who owes 500 of reserve 1; both at one dollar.
void lend(TestMarket& market) {
    market.list_reserve(0).list_reserve(1);
    market.supply(0, kAlice, 1000 * kToken).supply(1, kBob, 1000 * kToken);
    market.next_transaction().borrow(1, kAlice, 500 * kToken).prices(2, kUsd);
}

}  // namespace

// ScaledBalanceTokenBase._mintScaled, _burnScaled: amountScaled = amount.rayDiv(index), and a burn
// smaller than the interest is logged as a Mint of the difference.
TEST_CASE("until 3.4 a token log moves the scaled balance by its amount, to the nearest") {
    TestMarket market;
    const std::uint64_t revision = GENERATE(1U, 4U, 5U, 7U, 8U);
    market.created(revision).list_reserve(0);
    market.log<events::Mint>(a_token(0), {kAlice, kAlice, 8, 0, one_and_a_half()});
    REQUIRE(market.seal().empty());
    CHECK(scaled_supply(market, kAlice) == U256(5));  // 8 / 1.5 = 5.33
    market.log<events::Mint>(a_token(0), {kAlice, kAlice, 4, 4, one_and_a_half()});
    REQUIRE(market.seal().empty());
    CHECK(scaled_supply(market, kAlice) == U256(5));  // Interest alone.
    market.log<events::Mint>(a_token(0), {kAlice, kAlice, 3, 4, one_and_a_half()});
    REQUIRE(market.seal().empty());
    CHECK(scaled_supply(market, kAlice) == U256(4));  // A burn of 1, 0.67 scaled.
    market.log<events::Burn>(a_token(0), {kAlice, kAlice, 1, 1, one_and_a_half()});
    REQUIRE(market.seal().empty());
    CHECK(scaled_supply(market, kAlice) == U256(3));  // 2 / 1.5 = 1.33
    market.log<events::Burn>(a_token(0), {kAlice, kAlice, 6, 0, one_and_a_half()});
    require_one_incident(market.seal(), "Burn of " + kAlice.hex() + " does not fit", true);
}

// TokenMath.sol: value is the difference of two balances that round down.
TEST_CASE("since 3.5 a token log tells a difference of balances, also below the interest") {
    TestMarket market;
    const std::uint64_t revision = GENERATE(9U, 10U, 11U);
    market.created(revision).list_reserve(0);
    market.log<events::Mint>(a_token(0), {kAlice, kAlice, 7, 0, one_and_a_half()});
    REQUIRE(market.seal().empty());
    CHECK(scaled_supply(market, kAlice) == U256(5));  // floor(5 * 1.5) is 7.
    market.log<events::Mint>(a_token(0), {kAlice, kAlice, 3, 4, one_and_a_half()});
    REQUIRE(market.seal().empty());
    CHECK(scaled_supply(market, kAlice) == U256(4));  // floor(4 * 1.5) is 6, one less.
    market.log<events::Mint>(v_token(0), {kAlice, kAlice, 8, 0, one_and_a_half()});
    market.log<events::Mint>(v_token(0), {kAlice, kAlice, 3, 5, one_and_a_half()});
    REQUIRE(market.seal().empty());
    // ceil(5 * 1.5) is 8 and ceil(4 * 1.5) is 6: debt rounds up.
    CHECK(market.markets.tables().positions.find({0, kAlice, 0})->scaled_debt == U256(4));
}

// GenericLogic.calculateUserAccountData: avgLiquidationThreshold is divided first until 3.4.
TEST_CASE("the health factor goes by the average threshold until 3.4, then by the sum") {
    TestMarket market;
    const std::uint64_t revision = GENERATE(1U, 4U, 5U, 7U, 8U, 9U, 10U, 11U);
    market.created(revision).list_reserve(0).list_reserve(1);
    market.log<events::CollateralConfigurationChanged>(
        kConfigurator, {asset(1), U256(7000), U256(7501), U256(10500)}
    );
    market.supply(0, kAlice, 1000 * kToken).supply(1, kAlice, 1000 * kToken);
    market.next_transaction().borrow(0, kAlice, 1000 * kToken).prices(2, kUsd);
    REQUIRE(market.seal().empty());
    const AccountData data = market.account(kAlice).value;
    // (8500 + 7501) / 2 is 8000.5.
    CHECK(data.current_liquidation_threshold_bps == U256(8000));
    const bool averages = revision <= 8;
    CHECK(data.health_factor_wad == *checked_mul(U256(averages ? 16000 : 16001), pow10(14)));
}

// The same function: a debt of 1.5 base units is 1 until 3.4 and 2 since; IERC20.balanceOf of it
// rounds half up until 3.4.
TEST_CASE("debt in base rounds down until 3.4 and up since") {
    TestMarket market;
    const std::uint64_t revision = GENERATE(1U, 8U, 9U, 11U);
    market.created(revision).list_reserve(0);
    market.supply(0, kAlice, kToken).next_transaction().borrow(0, kAlice, 3).prices(1, 500'000);
    REQUIRE(market.seal().empty());
    CHECK(market.account(kAlice).value.total_debt_base == U256(revision <= 8 ? 1 : 2));
}

// "if (vars.liquidationThreshold != 0 && params.userConfig.isUsingAsCollateral(i))" and, within,
// "vars.ltv != 0 ? (inEMode ? eModeLtv : ltv) : 0"; both are gone in 3.6.
TEST_CASE("until 3.5 a reserve's own zeroes count for more than its eMode") {
    TestMarket market;
    const std::uint64_t revision = GENERATE(5U, 7U, 8U, 9U, 10U, 11U);
    const bool overrides = revision <= 9;
    market.created(revision).list_reserve(0);
    market.supply(0, kAlice, 100 * kToken);
    market.log<events::EModeCategoryAdded>(
        kConfigurator, {1, U256(9300), U256(9500), U256(10100), Address{}, "stable"}
    );
    market.log<events::AssetCollateralInEModeChanged>(kConfigurator, {asset(0), 1, true});
    market.log<events::UserEModeSet>(kPool, {kAlice, 1});
    market.log<events::CollateralConfigurationChanged>(
        kConfigurator, {asset(0), U256(0), U256(8500), U256(10500)}
    );
    REQUIRE(market.prices(1, kUsd).seal().empty());
    AccountData data = market.account(kAlice).value;
    CHECK(data.ltv_bps == U256(overrides ? 0 : 9300));
    CHECK(data.current_liquidation_threshold_bps == U256(9500));
    market.log<events::CollateralConfigurationChanged>(
        kConfigurator, {asset(0), U256(0), U256(0), U256(0)}
    );
    REQUIRE(market.prices(1, kUsd).seal().empty());
    data = market.account(kAlice).value;
    CHECK(data.total_collateral_base == U256(overrides ? 0 : 100 * kUsd));
    CHECK(data.current_liquidation_threshold_bps == U256(overrides ? 0 : 9500));
    // Outside of an eMode it secures nothing, and since 3.6 it is counted.
    market.log<events::UserEModeSet>(kPool, {kAlice, 0});
    REQUIRE(market.prices(1, kUsd).seal().empty());
    data = market.account(kAlice).value;
    CHECK(data.total_collateral_base == U256(overrides ? 0 : 100 * kUsd));
    CHECK(data.current_liquidation_threshold_bps == U256(0));
}

// BorrowLogic.executeRepay: "if (totalDebt - paybackAmount == 0) setBorrowing(id, false)", in
// balances; since 3.4 it goes by the scaled balance.
TEST_CASE("until 3.3 the borrow flag outlives a debt that was not paid back to the unit") {
    TestMarket market;
    const std::uint64_t revision = GENERATE(1U, 5U, 7U, 8U, 9U, 11U);
    const bool by_operation = revision <= 7;
    market.created(revision);
    lend(market);
    REQUIRE(market.seal().empty());
    CHECK(user(market, kAlice).debt_bits == U256(2));
    SECTION("all but one unit, which rounding takes with it") {
        market.log<events::Burn>(v_token(1), {kAlice, kAlice, 500 * kToken, 0, ray()});
        market.log<events::Repay>(kPool, {asset(1), kAlice, kAlice, (500 * kToken) - 1, false});
        REQUIRE(market.prices(2, kUsd).seal().empty());
        CHECK(user(market, kAlice).debt_bits == U256(by_operation ? 2 : 0));
        CHECK(market.account(kAlice).value.total_debt_base == U256(0));
    }
    SECTION("all") {
        market.log<events::Burn>(v_token(1), {kAlice, kAlice, 500 * kToken, 0, ray()});
        market.log<events::Repay>(kPool, {asset(1), kAlice, kAlice, 500 * kToken, false});
        REQUIRE(market.prices(2, kUsd).seal().empty());
        CHECK(user(market, kAlice).debt_bits == U256(0));
    }
    SECTION("in two transactions of one block") {
        market.log<events::Burn>(v_token(1), {kAlice, kAlice, 200 * kToken, 0, ray()});
        market.log<events::Repay>(kPool, {asset(1), kAlice, kAlice, 200 * kToken, false});
        market.next_transaction();
        market.log<events::Burn>(v_token(1), {kAlice, kAlice, 300 * kToken, 0, ray()});
        market.log<events::Repay>(kPool, {asset(1), kAlice, kAlice, 300 * kToken, false});
        REQUIRE(market.prices(2, kUsd).seal().empty());
        CHECK(user(market, kAlice).debt_bits == U256(0));
    }
    SECTION("by a liquidation") {
        market.log<events::Burn>(v_token(1), {kAlice, kBob, 500 * kToken, 0, ray()});
        market.log<events::LiquidationCall>(
            kPool, {asset(0), asset(1), kAlice, 500 * kToken, 500 * kToken, kBob, false}
        );
        REQUIRE(market.prices(2, kUsd).seal().empty());
        CHECK(user(market, kAlice).debt_bits == U256(0));
    }
    SECTION("as bad debt") {
        market.log<events::Burn>(v_token(1), {kAlice, kBob, 500 * kToken, 0, ray()});
        market.log<events::DeficitCreated>(kPool, {kAlice, asset(1), 500 * kToken});
        REQUIRE(market.prices(2, kUsd).seal().empty());
        CHECK(user(market, kAlice).debt_bits == U256(0));
        CHECK(reserve(market, 1).deficit == U256(500 * kToken));
    }
}

// LiquidationLogic._liquidateATokens: since 3.5 updateState of the collateral; before, nothing.
TEST_CASE("a liquidation that hands over aTokens leaves the collateral's reserve alone until 3.4") {
    TestMarket market;
    const std::uint64_t revision = GENERATE(1U, 4U, 8U, 9U, 10U, 11U);
    market.created(revision);
    lend(market);
    const U256 rate = *checked_mul(U256(5), pow10(25));
    market.log<events::ReserveDataUpdated>(kPool, {asset(0), rate, 0, rate, ray(), ray()});
    REQUIRE(market.seal().empty());
    const UnixSeconds before = reserve(market).last_update;
    market.log<events::LiquidationCall>(kPool, {asset(0), asset(1), kAlice, 1, 1, kBob, true});
    REQUIRE(market.seal().empty());
    CHECK((reserve(market).last_update == before) == (revision <= 8));
}

// PoolConfigurator.setReserveFactor: syncIndexesState since 3.1.
TEST_CASE("in 3.0 a new reserve factor counts from the last update on, in 3.1 from now on") {
    TestMarket market;
    const std::uint64_t revision = GENERATE(1U, 4U);
    market.created(revision);
    lend(market);
    const U256 rate = *checked_mul(U256(5), pow10(26));
    market.log<events::ReserveFactorChanged>(kConfigurator, {asset(1), 0, 1000});
    market.log<events::ReserveDataUpdated>(kPool, {asset(1), rate, 0, rate, ray(), ray()});
    REQUIRE(market.seal().empty());
    const UnixSeconds before = reserve(market, 1).last_update;
    market.log<events::ReserveFactorChanged>(kConfigurator, {asset(1), 1000, 0});
    REQUIRE(market.seal().empty());
    CHECK((reserve(market, 1).last_update == before) == (revision == 1));
    CHECK(reserve(market, 1).accrued_to_treasury.is_zero() == (revision == 1));
}

// FlashLoanLogic._handleFlashLoanRepayment.
TEST_CASE("a flash loan's premium is the treasury's in part until 3.3, then all of it") {
    TestMarket market;
    const std::uint64_t revision = GENERATE(1U, 7U, 8U, 9U);
    market.created(revision).list_reserve(0);
    market.log<events::FlashloanPremiumToProtocolUpdated>(kConfigurator, {U256(0), U256(4000)});
    market.log<events::ReserveDataUpdated>(
        kPool, {asset(0), 0, 0, 0, one_and_a_half(), one_and_a_half()}
    );
    market.log<events::FlashLoan>(kPool, {kAlice, kAlice, asset(0), 100, 0, 10, 0});
    REQUIRE(market.seal().empty());
    // 4 / 1.5 to the nearest; 10 / 1.5 to the nearest, then down.
    const std::uint64_t share = revision <= 7 ? 3 : revision == 8 ? 7 : 6;
    CHECK(reserve(market).accrued_to_treasury == U256(share));
    CHECK_FALSE(reserve(market).treasury_unknown);
}

TEST_CASE("the part of a premium that was set before what was followed is not guessed") {
    TestMarket market;
    market.created(1).list_reserve(0);
    market.log<events::FlashLoan>(kPool, {kAlice, kAlice, asset(0), 100, 0, 10, 0});
    REQUIRE(market.seal().empty());
    CHECK(reserve(market).treasury_unknown);
}

// BridgeLogic of 3.0 to 3.3.
TEST_CASE("aTokens minted without underlying are owed, and their backing pays a fee") {
    TestMarket market;
    market.created(1).list_reserve(0);
    market.log<events::BridgeProtocolFeeUpdated>(kConfigurator, {U256(0), U256(5000)});
    market.log<events::MintUnbacked>(kPool, {asset(0), kBob, kAlice, 100, 0});
    market.log<events::BackUnbacked>(kPool, {asset(0), kBob, 60, 9});
    REQUIRE(market.seal().empty());
    CHECK(reserve(market).unbacked == U256(40));
    CHECK(reserve(market).accrued_to_treasury == U256(5));  // 4.5 to the nearest.
    market.log<events::BackUnbacked>(kPool, {asset(0), kBob, 41, 0});
    require_one_incident(market.seal(), "would fall below zero", true);
}

// virtualUnderlyingBalance is none in 3.0, and until 3.3 some reserves have none (ReserveLogic).
TEST_CASE("until 3.3 no count of underlying is kept, and withdrawing more is no contradiction") {
    TestMarket market;
    const std::uint64_t revision = GENERATE(1U, 4U, 7U);
    market.created(revision).list_reserve(0);
    market.log<events::Withdraw>(kPool, {asset(0), kAlice, kAlice, 5});
    REQUIRE(market.seal().empty());
    CHECK(reserve(market).virtual_underlying_balance == U256(0));
}

TEST_CASE("a version is taken at the log that brings it, also within a block") {
    TestMarket market;
    market.created(10).list_reserve(0);
    market.log<events::Mint>(a_token(0), {kAlice, kAlice, 7, 0, one_and_a_half()});
    REQUIRE(market.seal().empty());
    SECTION("3.6 to 3.7 goes on") {
        market.upgraded(11);
        market.log<events::Mint>(a_token(0), {kAlice, kAlice, 3, 4, one_and_a_half()});
        REQUIRE(market.seal().empty());
        CHECK(market.markets.rules(0).release == "3.7");
        CHECK(scaled_supply(market, kAlice) == U256(4));
    }
    SECTION("any other upgrade rewrites state that no log tells") {
        market.log<events::Mint>(a_token(0), {kAlice, kAlice, 3, 0, one_and_a_half()});
        market.upgraded(9);
        require_one_incident(market.seal(), "the pool went from Aave 3.6 to 3.5", true);
    }
    SECTION("what nobody knows is named with its proxy") {
        market.upgraded(12);
        require_one_incident(market.seal(), "0x00000000000000000000000000000000000000d4", true);
    }
}

TEST_CASE("a token's rounding is its own implementation's, from the log of its upgrade on") {
    TestMarket market;
    market.created(8).list_reserve(0);
    market.log<events::Mint>(a_token(0), {kAlice, kAlice, 8, 0, one_and_a_half()});
    const auto upgrade = [&](std::uint64_t revision) {
        const auto word = U256(revision).to_be_bytes();
        market.log<events::ATokenUpgraded>(kConfigurator, {asset(0), a_token(0), address(9)});
        market.read(
            token_revision_read(ContractRole::kAToken, address(9)), Bytes(word.begin(), word.end())
        );
    };
    SECTION("another of the same rounding") {
        upgrade(3);
        market.log<events::Mint>(a_token(0), {kAlice, kAlice, 1, 0, one_and_a_half()});
        REQUIRE(market.seal().empty());
        CHECK(scaled_supply(market, kAlice) == U256(6));  // 0.67 to the nearest.
    }
    SECTION("one that rounds in favour of the pool") {
        upgrade(4);
        market.log<events::Mint>(a_token(0), {kAlice, kAlice, 1, 0, one_and_a_half()});
        REQUIRE(market.seal().empty());
        CHECK(scaled_supply(market, kAlice) == U256(6));  // 7 + 1 is the balance of 5.33, up.
    }
    SECTION("one that nobody knows") {
        upgrade(7);
        require_one_incident(market.seal(), "token " + a_token(0).hex() + " runs, ", true);
    }
}

TEST_CASE("every release is a row, and a number that is none of them is unknown") {
    for (const Rules& rules : all_rules()) {
        CHECK(rules_of(rules.pool_revision) == &rules);
        CHECK((rules.rounding == Rounding::kDirected) == (rules.pool_revision >= 9));
        CHECK((rules.compounding == Compounding::kTaylor) == (rules.pool_revision >= 8));
        CHECK(rules.averages_threshold == (rules.pool_revision <= 8));
        CHECK(rules.stable_debt == (rules.pool_revision <= 4));
        CHECK(
            rules.same_asset_accrues_twice ==
            (rules.pool_revision == 9 || rules.pool_revision == 10)
        );
        CHECK(rules.isolation_mode == (rules.pool_revision <= 10));
        CHECK(carries_over(rules, rules));
    }
    for (const std::uint64_t unknown : {0U, 6U, 12U}) {
        CHECK(rules_of(unknown) == nullptr);
    }
    CHECK_FALSE(carries_over(*rules_of(9), *rules_of(10)));
    CHECK(carries_over(*rules_of(10), *rules_of(11)));
    // What a fork of 3.0 calls its next token is not known to round as Aave's.
    CHECK_FALSE(rounding_of(2, *rules_of(1)));
    CHECK(rounding_of(2, *rules_of(4)) == Rounding::kHalfUp);
}

}  // namespace faultline::aave
