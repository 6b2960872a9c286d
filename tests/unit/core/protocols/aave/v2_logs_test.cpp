// SPDX-License-Identifier: Apache-2.0
// What V2 logs otherwise, by hand from protocol-v2 ce53c4a8.
#include "core/protocols/aave/transition.hpp"
#include "unit/core/protocols/aave/v2_fixture.hpp"

#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/interest.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

namespace faultline::aave {
namespace {

eth::Block live(eth::Block block) {
    block.live = true;
    return block;
}

}  // namespace

// AToken.mint and burn, VariableDebtToken.mint and burn: amountScaled = amount.rayDiv(index).
TEST_CASE("V2's tokens log amounts without interest, which move scaled balances to the nearest") {
    V2Market market;
    market.list(0).deposit(0, kAlice, 8, one_and_a_half()).lend(0, kAlice, 4, one_and_a_half());
    REQUIRE(market.seal().empty());
    CHECK(market.position(kAlice).scaled_supply == U256(5));  // 8 / 1.5 = 5.33
    CHECK(market.position(kAlice).scaled_debt == U256(3));    // 4 / 1.5 = 2.67
    market.log<events::v2::ATokenBurn>(a_token(0), {kAlice, kBob, 4, one_and_a_half()});
    market.log<events::v2::DebtBurn>(v_token(0), {kAlice, 1, one_and_a_half()});
    REQUIRE(market.seal().empty());
    CHECK(market.position(kAlice).scaled_supply == U256(2));
    CHECK(market.position(kAlice).scaled_debt == U256(2));
    CHECK(market.reserve().scaled_supply == U256(2));
    CHECK(market.reserve().scaled_debt == U256(2));
}

// AToken.mintToTreasury does not refuse an amount that is no scaled unit, and logs it.
TEST_CASE("the treasury's share may be logged without a scaled unit in it") {
    V2Market market;
    const U256 three = *checked_mul(U256(3), ray());
    market.list(0).log<events::v2::ATokenMint>(a_token(0), {kBob, 1, three});
    REQUIRE(market.seal().empty());
    CHECK(market.position(kBob).scaled_supply.is_zero());
}

// AToken._transfer: amount.rayDiv(index) moves, and BalanceTransfer tells the amount.
TEST_CASE("a transfer in V2 tells the amount and moves that over the index") {
    V2Market market;
    market.list(0).deposit(0, kAlice, 15, one_and_a_half());
    market.log<events::BalanceTransfer>(a_token(0), {kAlice, kBob, 7, one_and_a_half()});
    REQUIRE(market.seal().empty());
    CHECK(market.position(kAlice).scaled_supply == U256(5));  // 10 - 4.67
    CHECK(market.position(kBob).scaled_supply == U256(5));
    market.log<events::BalanceTransfer>(a_token(0), {kBob, kBob, 7, one_and_a_half()});
    market.log<events::BalanceTransfer>(a_token(0), {kBob, kAlice, 9, one_and_a_half()});
    require_one_incident(market.seal(), "BalanceTransfer of " + kBob.hex(), true);
}

// StableDebtToken.mint logs the amount and adds the interest with it; burn, where it is smaller
// than the interest, logs as minted all that is added.
TEST_CASE("what V2 logs as minted of fixed-rate debt leaves out the interest, but not in a burn") {
    V2Market market;
    const U256 rate = *checked_mul(U256(10), pow10(25));
    market.list(0).log<events::StableMint>(
        s_token(0), {kAlice, kAlice, 1000, 0, 0, rate, rate, 1000}
    );
    REQUIRE(market.seal().empty());
    // 100 more while the account owes 1005, 5 of it interest, and the total is 1000 still.
    market.log<events::StableMint>(s_token(0), {kAlice, kAlice, 100, 1005, 5, rate, rate, 1100});
    REQUIRE(market.seal().empty());
    const auto principal = [&] {
        return market.markets.tables().stable_positions.find({0, kAlice, 0})->principal;
    };
    CHECK(principal() == U256(1105));
    CHECK(market.reserve().stable.principal == U256(1100));
    // 2 are paid of 6 of interest: 4 are added, and the total goes down by 2.
    market.log<events::StableMint>(s_token(0), {kAlice, kAlice, 4, 1111, 6, rate, rate, 1098});
    REQUIRE(market.seal().empty());
    CHECK(principal() == U256(1109));
    CHECK(market.reserve().stable.principal == U256(1098));
}

// LendingPool.repay clears the flag when nothing is left; LendingPoolCollateralManager never does.
TEST_CASE("in V2 a borrow flag ends with the last repayment, and with no liquidation") {
    V2Market market;
    market.list(0).list(1).deposit(0, kAlice, 100).lend(1, kAlice, 10).lend(0, kBob, 10);
    REQUIRE(market.seal().empty());
    market.log<events::v2::DebtBurn>(v_token(1), {kAlice, 10, ray()});
    market.log<events::LiquidationCall>(kPool, {asset(0), asset(1), kAlice, 10, 11, kBob, true});
    market.next_transaction().log<events::v2::DebtBurn>(v_token(0), {kBob, 4, ray()});
    market.log<events::v2::Repay>(kPool, {asset(0), kBob, kBob, 4});
    REQUIRE(market.seal().empty());
    CHECK(market.position(kAlice, 1).scaled_debt.is_zero());
    CHECK(market.user(kAlice).debt_bits.bit(1));
    CHECK(market.user(kBob).debt_bits.bit(0));
    market.log<events::v2::DebtBurn>(v_token(0), {kBob, 6, ray()});
    market.log<events::v2::Repay>(kPool, {asset(0), kBob, kBob, 6});
    REQUIRE(market.seal().empty());
    CHECK_FALSE(market.user(kBob).debt_bits.bit(0));
}

// LendingPool.repay asks Helpers.getUserCurrentDebt before updateState, which leaves the index of
// debt alone while suppliers earn nothing (ReserveLogic._updateIndexes).
TEST_CASE("what is owed before a repayment is what the view says, also where the index then falls"
) {
    V2Market market;
    const U256 three = *checked_mul(U256(3), ray());
    market.list(0).lend(0, kAlice, 99, three).rates(0, 0, 400, three);
    REQUIRE(market.seal().empty());
    // 33 scaled. A second at 400 % is no unit more, so the block after next is a day away.
    ReserveRow later = market.reserve();
    const UnixSeconds now{later.last_update.value + 86'400};
    const Rules& rules = newest_rules(Generation::kV2);
    CHECK(ray_mul_half_up(33, *normalized_debt_ray(rules, later, now)) == U256(100));
    REQUIRE(update_state(rules, later, now) == U256());
    CHECK(later.variable_borrow_index_ray == three);
    CHECK(later.last_update == now);
    later = market.reserve();
    later.liquidity_rate_ray = 1;
    REQUIRE(update_state(rules, later, now) == U256());
    CHECK(later.variable_borrow_index_ray > three);
}

// LendingPool.flashLoan: cumulateToLiquidityIndex before updateInterestRates, and nothing due to
// the treasury.
TEST_CASE("a flash loan's premium in V2 is in the index that was logged before it") {
    V2Market market;
    market.list(0).deposit(0, kAlice, 100).rates(0, 1, 1, one_and_a_half());
    market.log<events::v2::FlashLoan>(kPool, {kBob, kBob, asset(0), 100, 50, 0});
    REQUIRE(market.seal().empty());
    CHECK(market.reserve().liquidity_index_ray == one_and_a_half());
    CHECK(market.reserve().accrued_to_treasury.is_zero());
}

TEST_CASE("V2's configurator says of a reserve's flags each with an event of its own") {
    V2Market market;
    market.list(0);
    using namespace events::v2;
    market.log<BorrowingEnabled>(kConfigurator, {asset(0), true});
    market.log<ReserveFrozen>(kConfigurator, {asset(0)});
    market.log<ReserveFactorChanged>(kConfigurator, {asset(0), 2000});
    market.log<ReserveInterestRateStrategyChanged>(kConfigurator, {asset(0), address(99)});
    REQUIRE(market.seal().empty());
    const auto& config = market.reserve().config;
    CHECK((config.active && config.borrowing && config.stable_borrowing && config.frozen));
    CHECK(config.reserve_factor_bps == 2000);
    CHECK(market.reserve().strategy == address(99));
    market.log<BorrowingDisabled>(kConfigurator, {asset(0)});
    market.log<StableRateDisabled>(kConfigurator, {asset(0)});
    market.log<ReserveUnfrozen>(kConfigurator, {asset(0)});
    market.log<ReserveDeactivated>(kConfigurator, {asset(0)});
    market.log<ReserveDecimalsChanged>(kConfigurator, {asset(0), 9});
    REQUIRE(market.seal().empty());
    const auto& after = market.reserve().config;
    CHECK_FALSE((after.active || after.borrowing || after.stable_borrowing || after.frozen));
    CHECK(after.decimals == 9);
    market.log<StableRateEnabled>(kConfigurator, {asset(0)});
    market.log<ReserveActivated>(kConfigurator, {asset(0)});
    REQUIRE(market.seal().empty());
    CHECK((market.reserve().config.active && market.reserve().config.stable_borrowing));
    market.log<ReserveDecimalsChanged>(kConfigurator, {asset(0), 78});
    require_one_incident(market.seal(), "cannot have 78 decimals", true);
}

TEST_CASE("V2's provider names oracle, pool and collateral manager") {
    V2Market market;
    market.list(0).log<events::v2::PriceOracleUpdated>(kProvider, {address(60)});
    market.log<events::v2::CollateralManagerUpdated>(kProvider, {address(61)});
    market.log<events::v2::Paused>(kPool, {});
    REQUIRE(market.seal().empty());
    CHECK(market.row().oracle == address(60));
    CHECK(market.row().pool_revision == 2);
    CHECK(market.row().paused);
    CHECK(market.row().collateral_manager == address(61));
    CHECK_FALSE(market.row().collateral_manager_replaced);
    market.log<events::v2::CollateralManagerUpdated>(kProvider, {address(62)});
    market.log<events::v2::Unpaused>(kPool, {});
    market.pool(4);
    REQUIRE(market.seal().empty());
    CHECK(market.row().pool_revision == 4);
    CHECK_FALSE(market.row().paused);
    CHECK(market.row().collateral_manager_replaced);
    market.pool(5);
    REQUIRE(market.seal().empty());
    CHECK(market.row().pool_revision == 5);
    market.pool(6);
    require_one_incident(market.seal(), "accounted for are 2 (2), 2 (3), 2 (4), 2 (5)", true);
}

// LendingPoolAddressesProvider.setAddress sets any name, without the event of that name.
TEST_CASE("what V2's provider sets by a bare name counts as much") {
    V2Market market;
    const auto named = [](std::string_view name) {
        return identifier(name);
    };
    market.list(0);
    market.log<events::v2::AddressSet>(kProvider, {named("PRICE_ORACLE"), address(60), false});
    market.log<events::v2::AddressSet>(
        kProvider, {named("COLLATERAL_MANAGER"), address(61), false}
    );
    market.log<events::v2::AddressSet>(
        kProvider, {named("LENDING_RATE_ORACLE"), address(62), false}
    );
    const auto reads = market.markets.plan_reads(live(market.pending()));
    CHECK(reads.back() == prices_read(address(60), {asset(0)}));
    REQUIRE(market.seal().empty());
    CHECK(market.row().oracle == address(60));
    CHECK(market.row().collateral_manager == address(61));
}

TEST_CASE("an oracle that V3's provider sets by a bare name is asked from that block on") {
    TestMarket market;
    market.list_reserve(0).revision(10);
    REQUIRE(market.seal().empty());
    market.log<events::AddressSet>(kProvider, {identifier("PRICE_ORACLE"), kOracle, address(60)});
    const auto reads = market.markets.plan_reads(live(market.pending()));
    CHECK(reads.back() == prices_read(address(60), {asset(0)}));
    REQUIRE(market.seal().empty());
    CHECK(market.markets.tables().markets.find({0})->oracle == address(60));
}

TEST_CASE("an aToken of V2 that logs no decimals is asked for them, also in history") {
    V2Market market;
    market.list_silently(0);
    CHECK(market.markets.asks_in_history(market.pending().logs));
    const auto reads = market.markets.plan_reads(market.pending());
    CHECK(std::ranges::find(reads, decimals_read(a_token(0))) != reads.end());
    market.word(decimals_read(a_token(0)), 18);
    REQUIRE(market.seal().empty());
    CHECK(market.reserve().config.decimals == 18);
    market.list(1);
    CHECK_FALSE(market.markets.asks_in_history(market.pending().logs));
    REQUIRE(market.seal().empty());
    market.list_silently(2);
    require_one_incident(market.seal(), "are in no Initialized log before it", true);
}

TEST_CASE("topics of V2 are watched where a market is of V2, and nowhere else") {
    const auto without = Markets::topics({});
    const std::vector configs{TestMarket::config(Generation::kV2)};
    const auto with = Markets::topics(configs);
    CHECK(std::ranges::is_sorted(with));
    CHECK(std::ranges::adjacent_find(with) == with.end());
    CHECK(std::ranges::includes(with, without));
    // Also that of a Uniswap pair's Mint.
    const auto mint = events::v2::ATokenMint::kTopic0;
    CHECK(std::ranges::find(without, mint) == without.end());
    CHECK(std::ranges::find(with, mint) != with.end());
}

}  // namespace faultline::aave
