// SPDX-License-Identifier: Apache-2.0
#include "unit/core/protocols/aave/market_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace faultline::aave {

using Catch::Contains;

TEST_CASE("supply and borrow give the figures of the contract's formula") {
    TestMarket market;
    market.list_reserve(0)
        .supply(0, kAlice, 1000 * kToken)
        .borrow(0, kAlice, 425 * kToken)
        .revision(10)
        .prices(1, kUsd);
    REQUIRE(market.seal().empty());
    const auto data = market.account(kAlice);
    REQUIRE(data.ok());
    CHECK(data.value.total_collateral_base == U256(1000 * kUsd));
    CHECK(data.value.total_debt_base == U256(425 * kUsd));
    CHECK(data.value.available_borrows_base == U256(375 * kUsd));
    CHECK(data.value.health_factor_wad == *U256::from_decimal("2000000000000000000"));
}

TEST_CASE("an account nobody knows is all zero with an infinite health factor, as the view says") {
    TestMarket market;
    market.list_reserve(0).revision(10).prices(1, kUsd);
    REQUIRE(market.seal().empty());
    REQUIRE(market.account(kBob).value.health_factor_wad == U256::max());
    REQUIRE(market.account(kBob).value.total_collateral_base.is_zero());
}

TEST_CASE("prices of an earlier block are stale, never a value") {
    TestMarket market;
    market.list_reserve(0).supply(0, kAlice, kToken).revision(10).prices(1, kUsd);
    REQUIRE(market.seal().empty());
    REQUIRE(market.seal().empty());
    REQUIRE(market.account(kAlice).status == FigureStatus::kStale);
    REQUIRE(market.account(kBob).ok());
}

TEST_CASE("a reverting oracle withholds figures, is told once, and ends when it answers") {
    TestMarket market;
    market.list_reserve(0).supply(0, kAlice, kToken).revision(10);
    market.read(prices_read(kOracle, {asset(0)}), {}, true);
    require_one_incident(
        market.seal(), "has no price of " + asset(0).hex() + " (it reverted)", false
    );
    REQUIRE(market.account(kAlice).status == FigureStatus::kError);
    market.read(prices_read(kOracle, {asset(0)}), {}, true);
    REQUIRE(market.seal().empty());
    market.prices(1, kUsd);
    REQUIRE(market.seal().empty());
    REQUIRE(market.account(kAlice).ok());
}

TEST_CASE("an oracle that answers nonsense is an incident and no price") {
    TestMarket market;
    market.list_reserve(0)
        .supply(0, kAlice, kToken)
        .revision(10)
        .read(prices_read(kOracle, {asset(0)}), Bytes(5));
    require_one_incident(market.seal(), "no array but 5 bytes", false);
    REQUIRE(market.account(kAlice).status == FigureStatus::kError);
}

TEST_CASE("one asset without a price withholds the figures of those who use it, and of nobody else"
) {
    TestMarket market;
    market.list_reserve(0).list_reserve(1).revision(10);
    market.supply(0, kAlice, kToken).supply(1, kBob, kToken);
    REQUIRE(market.seal().empty());
    // The call for all reverts as a whole, so each is asked for by itself.
    REQUIRE(
        market.markets.plan_reads(market.pending()) ==
        std::vector{prices_read(kOracle, {asset(0), asset(1)})}
    );
    market.read(prices_read(kOracle, {asset(0), asset(1)}), {}, true);
    REQUIRE(
        market.markets.plan_reads(market.pending()) ==
        std::vector{price_read(kOracle, asset(0)), price_read(kOracle, asset(1))}
    );
    market.read(price_read(kOracle, asset(0)), {}, true).price(1, kUsd);
    REQUIRE(market.markets.plan_reads(market.pending()).empty());
    require_one_incident(market.seal(), "has no price of " + asset(0).hex(), false);
    CHECK(market.account(kAlice).status == FigureStatus::kError);
    REQUIRE(market.account(kBob).ok());
    CHECK(market.account(kBob).value.total_collateral_base == U256(kUsd));
    market.prices(2, kUsd);
    REQUIRE(market.seal().empty());
    CHECK(market.account(kAlice).ok());
}

TEST_CASE("a price nobody could read is no revert: withheld until the next block has it") {
    TestMarket market;
    market.list_reserve(0).list_reserve(1).revision(10);
    market.supply(0, kAlice, kToken).supply(1, kBob, kToken).prices(2, kUsd);
    REQUIRE(market.seal().empty());
    market.unanswered(prices_read(kOracle, {asset(0), asset(1)}));
    REQUIRE(
        market.markets.plan_reads(market.pending()) ==
        std::vector{price_read(kOracle, asset(0)), price_read(kOracle, asset(1))}
    );
    market.unanswered(price_read(kOracle, asset(0))).price(1, kUsd);
    REQUIRE(market.markets.plan_reads(market.pending()).empty());
    require_one_incident(market.seal(), "no endpoint could carry the call through", false);
    CHECK(market.account(kAlice).status == FigureStatus::kNoData);
    CHECK(market.account(kBob).ok());
    market.prices(2, kUsd);
    REQUIRE(market.seal().empty());
    CHECK(market.account(kAlice).ok());
}

TEST_CASE("what follows from a degraded market's first cause is not told again") {
    TestMarket market;
    market.list_reserve(0).revision(10);
    for (int i = 0; i < 3; ++i) {
        market.log<events::Burn>(a_token(0), {kAlice, kAlice, U256(11), U256(0), ray()});
    }
    require_one_incident(market.seal(), "does not fit its scaled balance 0", true);
    market.log<events::Burn>(a_token(0), {kAlice, kAlice, U256(11), U256(0), ray()});
    REQUIRE(market.seal().empty());
}

TEST_CASE("a pool that does not tell its revision after an upgrade is not taken for the old one") {
    TestMarket market;
    market.list_reserve(0).supply(0, kAlice, kToken).revision(10).prices(1, kUsd);
    REQUIRE(market.seal().empty());
    REQUIRE(market.account(kAlice).ok());
    const eth::Read revision = revision_read(address(9));
    market.log<events::Upgraded>(kPool, {address(9)}).prices(1, kUsd);
    SECTION("it reverts") {
        market.read(revision, {}, true);
    }
    SECTION("it answers nothing") {
        market.read(revision, {});
    }
    SECTION("it answers nonsense") {
        market.read(revision, Bytes(31));
    }
    CHECK(market.seal().empty());
    CHECK(market.account(kAlice).status == FigureStatus::kNoData);
    CHECK(market.account(kAlice).reason.contains("each live block asks for it"));
    // An endpoint that lacked the contract once costs no more than these blocks.
    market.prices(1, kUsd).revision(10, address(9));
    CHECK(market.seal().empty());
    CHECK(market.account(kAlice).ok());
}

TEST_CASE("what a pool ran and did not tell is asked of again, with what it runs now") {
    TestMarket market;
    market.log<events::ProxyCreated>(kProvider, {Hash32{}, address(77), address(8)});
    market.log<events::ProxyCreated>(kProvider, {Hash32{}, kPool, address(9)});
    market.list_reserve(0).supply(0, kAlice, kToken);
    REQUIRE(market.seal().empty());
    market.log<events::Upgraded>(kPool, {address(10)});
    REQUIRE(market.seal().empty());
    CHECK(market.account(kAlice).status == FigureStatus::kNoData);
    REQUIRE(
        market.markets.plan_reads(market.pending()) ==
        std::vector{
            revision_read(address(9)), revision_read(address(10)), prices_read(kOracle, {asset(0)})
        }
    );
    market.prices(1, kUsd).revision(10, address(10));
    SECTION("always 3.6") {
        market.revision(10, address(9));
        REQUIRE(market.seal().empty());
        CHECK(market.account(kAlice).ok());
        CHECK(market.markets.plan_reads(market.pending()).size() == 1);
    }
    SECTION("once another version, whose rounding the rows do not have") {
        market.revision(9, address(9));
        require_one_incident(market.seal(), address(9).hex() + ", is of revision 9", true);
        CHECK(market.account(kAlice).status == FigureStatus::kError);
    }
}

TEST_CASE("a block older than a reserve's last update has no figures, as the view reverts") {
    TestMarket market;
    const U256 rate = *checked_mul(U256(5), pow10(25));
    market.list_reserve(0).supply(0, kAlice, kToken).revision(10).prices(1, kUsd);
    market.log<events::ReserveDataUpdated>(kPool, {asset(0), rate, U256(0), rate, ray(), ray()});
    REQUIRE(market.seal().empty());
    const UnixSeconds earlier{market.last.header.timestamp.value - 1};
    const Valuation valuation(market.markets.tables(), 0, market.last.ref().number, earlier);
    CHECK(valuation.account(kAlice).status == FigureStatus::kError);
}

TEST_CASE("a transfer to oneself changes nothing, one of everything removes the sender's position"
) {
    TestMarket market;
    market.list_reserve(0).supply(0, kAlice, 10);
    market.log<events::BalanceTransfer>(a_token(0), {kAlice, kAlice, U256(10), ray()});
    market.log<events::BalanceTransfer>(a_token(0), {kAlice, kBob, U256(10), ray()});
    market.log<events::CollateralDisabled>(kPool, {asset(0), kAlice});
    REQUIRE(market.seal().empty());
    REQUIRE(market.markets.tables().users.find({0, kAlice}) == nullptr);
    REQUIRE(market.markets.tables().positions.find({0, kBob, 0})->scaled_supply == U256(10));
}

TEST_CASE("a dropped reserve leaves a hole that the next one fills") {
    TestMarket market;
    market.list_reserve(0).list_reserve(1);
    market.log<events::ReserveDropped>(kConfigurator, {asset(0)});
    market.list_reserve(2);
    REQUIRE(market.seal().empty());
    REQUIRE(market.markets.tables().reserves.find({0, 0})->asset == asset(2));
    REQUIRE(market.markets.tables().markets.find({0})->reserve_count == 2);
}

TEST_CASE("eMode replaces LTV and threshold for the assets in its bitmap only") {
    TestMarket market;
    market.list_reserve(0).list_reserve(1);
    market.log<events::EModeCategoryAdded>(
        kConfigurator, {1, U256(9300), U256(9500), U256(10100), Address{}, "stable"}
    );
    market.log<events::AssetCollateralInEModeChanged>(kConfigurator, {asset(0), 1, true});
    market.supply(0, kAlice, 100 * kToken).supply(1, kAlice, 100 * kToken);
    market.log<events::UserEModeSet>(kPool, {kAlice, 1});
    market.revision(10).prices(2, kUsd);
    REQUIRE(market.seal().empty());
    CHECK(
        market.account(kAlice).value.current_liquidation_threshold_bps == U256((9500 + 8500) / 2)
    );
    market.log<events::AssetLtvzeroInEModeChanged>(kConfigurator, {asset(0), 1, true})
        .prices(2, kUsd);
    REQUIRE(market.seal().empty());
    CHECK(market.account(kAlice).value.ltv_bps == U256(8000 / 2));
}

TEST_CASE("a liquidation that hands over aTokens updates the collateral's indexes without a log") {
    TestMarket market;
    market.list_reserve(0)
        .list_reserve(1)
        .supply(0, kAlice, 100 * kToken)
        .supply(1, kBob, 100 * kToken);
    const U256 rate = *checked_mul(U256(5), pow10(25));
    market.log<events::ReserveDataUpdated>(kPool, {asset(0), rate, U256(0), rate, ray(), ray()});
    REQUIRE(market.seal().empty());
    market.log<events::LiquidationCall>(
        kPool, {asset(0), asset(1), kAlice, U256(1), U256(1), kBob, true}
    );
    REQUIRE(market.seal().empty());
    const ReserveRow& reserve = *market.markets.tables().reserves.find({0, 0});
    CHECK(reserve.last_update == market.last.header.timestamp);
    CHECK(reserve.liquidity_index_ray > ray());
    CHECK(reserve.variable_borrow_index_ray == ray());
}

TEST_CASE("reads are planned for what only a call can tell") {
    TestMarket market;
    market.list_reserve(0);
    const auto planned = [&market](bool live) {
        eth::Block block = market.pending();
        block.live = live;
        return market.markets.plan_reads(block);
    };
    const eth::Read prices = prices_read(kOracle, {asset(0)});
    CHECK(planned(false).empty());
    CHECK_FALSE(market.markets.asks_in_history(market.pending().logs));
    CHECK(planned(true) == std::vector{prices});
    REQUIRE(market.seal().empty());
    CHECK(planned(true) == std::vector{revision_read(kPool), prices});
    market.revision(10);
    CHECK(planned(true) == std::vector{prices});
    REQUIRE(market.seal().empty());
    CHECK(planned(true) == std::vector{prices});
    market.log<events::Upgraded>(kPool, {address(9)});
    CHECK(planned(false) == std::vector{revision_read(address(9))});
    CHECK(planned(true) == std::vector{revision_read(address(9)), prices});
    CHECK(market.markets.asks_in_history(market.pending().logs));
    market.log<events::ATokenUpgraded>(kConfigurator, {asset(0), a_token(0), address(10)});
    market.log<events::VariableDebtTokenUpgraded>(
        kConfigurator, {asset(0), v_token(0), address(11)}
    );
    CHECK(
        planned(false) ==
        std::vector{
            revision_read(address(9)),
            token_revision_read(ContractRole::kAToken, address(10)),
            token_revision_read(ContractRole::kVariableDebtToken, address(11))
        }
    );
    const Address next_oracle = address(50);
    market.log<events::PriceOracleUpdated>(kProvider, {kOracle, next_oracle});
    CHECK(planned(true).back() == prices_read(next_oracle, {asset(0)}));
}

TEST_CASE("the watched topics are sorted, unique and leave out ERC-20 transfers") {
    const std::vector<Hash32> topics = Markets::topics();
    CHECK(std::ranges::is_sorted(topics));
    CHECK(std::set(topics.begin(), topics.end()).size() == topics.size());
    constexpr Hash32 kTransfer =
        eth::Event<"Transfer(address indexed from, address indexed to, uint256 value)">::kTopic0;
    CHECK(std::ranges::find(topics, kTransfer) == topics.end());
}

}  // namespace faultline::aave
