// SPDX-License-Identifier: Apache-2.0
#include "unit/core/protocols/aave/market_fixture.hpp"

#include <faultline/core/protocols/aave/views.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace faultline::aave {
namespace {

using Catch::Contains;

constexpr std::uint64_t kUsd = 100'000'000;
constexpr std::uint64_t kToken = 1'000'000;

void require_one_incident(
    const std::vector<Incident>& incidents, const std::string& text, bool degrades
) {
    REQUIRE(incidents.size() == 1);
    CHECK_THAT(incidents[0].text, Contains(text));
    CHECK(incidents[0].degrades == degrades);
}

}  // namespace

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
    require_one_incident(market.seal(), address(9).hex() + ", does not tell its revision", true);
    CHECK(market.account(kAlice).status == FigureStatus::kError);
}

TEST_CASE("history asks for nothing; the first live block asks what the pool ran in it") {
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

TEST_CASE("without the pool's revision there is no data; one nobody knows withholds every figure") {
    TestMarket market;
    market.list_reserve(0).supply(0, kAlice, kToken).prices(1, kUsd);
    REQUIRE(market.seal().empty());
    REQUIRE(market.account(kAlice).status == FigureStatus::kNoData);
    market.revision(12).prices(1, kUsd);
    require_one_incident(market.seal(), "revision 12", true);
    REQUIRE(market.account(kAlice).status == FigureStatus::kError);
    CHECK_THAT(market.account(kAlice).reason, Contains("revision 12"));
}

// GenericLogic.calculateUserAccountData of aave-v3-origin fd1fbd91 (3.7), by hand: no recording has
// flagged collateral outside the bitmap of an isolated category.
TEST_CASE("in an isolated eMode collateral outside it lends nothing, and secures as before") {
    TestMarket market;
    market.list_reserve(0).list_reserve(1).supply(0, kAlice, 1000 * kToken);
    market.supply(1, kAlice, 1000 * kToken).borrow(0, kAlice, 100 * kToken);
    market.log<events::EModeCategoryAdded>(
        kConfigurator, {1, U256(9300), U256(9500), U256(10100), Address{}, "stable"}
    );
    market.log<events::AssetCollateralInEModeChanged>(kConfigurator, {asset(0), 1, true});
    market.log<events::UserEModeSet>(kPool, {kAlice, 1}).revision(11).prices(2, kUsd);
    const auto isolate = [&](bool isolated) {
        market.log<events::EModeCategoryIsolationChanged>(kConfigurator, {1, isolated});
        REQUIRE(market.prices(2, kUsd).seal().empty());
        const auto data = market.account(kAlice);
        REQUIRE(data.ok());
        return data.value;
    };
    const AccountData open = isolate(false);
    CHECK(open.ltv_bps == U256(8650));                            // (9300 + 8000) / 2
    CHECK(open.current_liquidation_threshold_bps == U256(9000));  // (9500 + 8500) / 2
    CHECK(open.available_borrows_base == U256(1630 * kUsd));      // 2000 x 0.865 - 100
    const AccountData isolated = isolate(true);
    CHECK(isolated.ltv_bps == U256(4650));                       // (9300 + 0) / 2
    CHECK(isolated.available_borrows_base == U256(830 * kUsd));  // 2000 x 0.465 - 100
    CHECK(isolated.current_liquidation_threshold_bps == U256(9000));
    CHECK(isolated.health_factor_wad == open.health_factor_wad);
    // Out of the category its rule is nobody's.
    market.log<events::UserEModeSet>(kPool, {kAlice, 0});
    CHECK(isolate(true).ltv_bps == U256(8000));
}

TEST_CASE("from 3.7 on a reserve shows no debt in isolation, whatever it had") {
    TestMarket market;
    market.list_reserve(0);
    market.log<events::IsolationModeTotalDebtUpdated>(kPool, {asset(0), U256(77)});
    REQUIRE(market.revision(10).prices(1, kUsd).seal().empty());
    const auto shown = [&] {
        eth::Read read{.to = kPool, .data = {0x35, 0xea, 0x6a, 0x75}};  // getReserveData(address)
        read.data.resize(16);
        const Address listed = asset(0);
        read.data.insert(read.data.end(), listed.bytes.begin(), listed.bytes.end());
        const MarketConfig config = TestMarket::config();
        const Views views(market.markets.tables(), config, 0, market.last.header);
        return views.answer(read)->value.words.at(14);
    };
    CHECK(shown() == U256(77));
    market.log<events::Upgraded>(kPool, {address(9)}).revision(11, address(9));
    REQUIRE(market.prices(1, kUsd).seal().empty());
    CHECK(shown() == U256(0));
}

TEST_CASE("a log that does not decode degrades its market, says where, and changes nothing else") {
    TestMarket market;
    market.list_reserve(0).supply(0, kAlice, kToken).revision(10).prices(1, kUsd);
    REQUIRE(market.seal().empty());
    market.raw(a_token(0), {events::Mint::kTopic0, Hash32{}, Hash32{}}, Bytes(31)).prices(1, kUsd);
    const auto incidents = market.seal();
    require_one_incident(incidents, "Mint", true);
    CHECK_THAT(incidents[0].text, Contains("market \"test\", block 2") && Contains("log 0"));
    REQUIRE(market.account(kAlice).status == FigureStatus::kError);
}

TEST_CASE("a log of a reserve that was never initialised says that following began too late") {
    TestMarket market;
    market.log<events::Supply>(kPool, {asset(3), kAlice, kAlice, U256(1), 0});
    const auto incidents = market.seal();
    require_one_incident(incidents, "never initialised", true);
    CHECK_THAT(incidents[0].text, Contains("start_block") && Contains("block 7"));
}

TEST_CASE("a burn above the balance means a lost log, not a negative balance") {
    TestMarket market;
    market.list_reserve(0).supply(0, kAlice, 10);
    market.log<events::Burn>(a_token(0), {kAlice, kAlice, U256(11), U256(0), ray()});
    require_one_incident(market.seal(), "does not fit its scaled balance 10", true);
}

TEST_CASE("an index that goes down is a log that was altered, and changes nothing") {
    TestMarket market;
    market.list_reserve(0);
    const U256 higher = *checked_add(ray(), U256(5));
    market.log<events::ReserveDataUpdated>(kPool, {asset(0), 1, 0, 1, higher, higher});
    REQUIRE(market.seal().empty());
    const bool debt = GENERATE(false, true);
    const U256 lower = *checked_sub(higher, U256(1));
    market.log<events::ReserveDataUpdated>(
        kPool, {asset(0), 2, 0, 2, debt ? higher : lower, debt ? lower : higher}
    );
    const auto incidents = market.seal();
    require_one_incident(incidents, "an index of reserve " + asset(0).hex() + " would go", true);
    CHECK_THAT(incidents[0].text, Contains("log 0 of ") && Contains("in transaction 0x01"));
    const ReserveRow& row = *market.markets.tables().reserves.find({0, 0});
    CHECK(row.liquidity_index_ray == higher);
    CHECK(row.liquidity_rate_ray == U256(1));
}

TEST_CASE("a token of one reserve cannot become another's") {
    TestMarket market;
    market.list_reserve(0);
    REQUIRE(market.seal().empty());
    const auto list = [&](const Address& a, const Address& v) {
        market.log<events::ATokenInitialized>(
            a, {asset(1), kPool, Address{}, Address{}, 6, "a", "a", BytesView{}}
        );
        market.log<events::ReserveInitialized>(
            kConfigurator, {asset(1), a, Address{}, v, Address{}}
        );
    };
    SECTION("as aToken") {
        list(a_token(0), v_token(1));
    }
    SECTION("as debt token") {
        list(a_token(1), v_token(0));
    }
    SECTION("twice in one reserve") {
        list(a_token(1), a_token(1));
    }
    require_one_incident(market.seal(), "cannot be listed", true);
    CHECK(market.markets.tables().contracts.find({0, a_token(0)})->reserve == 0);
    CHECK(market.markets.tables().reserves.find({0, 1}) == nullptr);
}

TEST_CASE("a liquidation of an asset against itself takes the debt in first") {
    TestMarket market;
    market.list_reserve(0).supply(0, kAlice, 10);
    const auto underlying = [&] {
        return market.markets.tables().reserves.find({0, 0})->virtual_underlying_balance;
    };
    REQUIRE(market.seal().empty());
    REQUIRE(underlying() == U256(10));
    market.log<events::LiquidationCall>(
        kPool, {asset(0), asset(0), kAlice, U256(100), U256(105), kBob, false}
    );
    REQUIRE(market.seal().empty());
    CHECK(underlying() == U256(5));
    // One that does not fit changes nothing of either reserve.
    market.log<events::LiquidationCall>(
        kPool, {asset(0), asset(0), kAlice, U256(100), U256(106), kBob, false}
    );
    require_one_incident(market.seal(), "would fall below zero", true);
    CHECK(underlying() == U256(5));
}

TEST_CASE("events of contracts that are not the market's are ignored, even with its topics") {
    TestMarket market;
    market.list_reserve(0).supply(0, kAlice, 10);
    const Address stranger = address(200);
    market.log<events::Mint>(stranger, {kBob, kBob, U256(5), U256(0), ray()});
    market.log<events::Supply>(stranger, {asset(0), kBob, kBob, U256(5), 0});
    market.log<events::ReserveInitialized>(
        stranger, {asset(1), a_token(1), Address{}, v_token(1), Address{}}
    );
    market.log<events::ATokenInitialized>(
        stranger, {asset(0), kPool, Address{}, Address{}, 18, "x", "x", BytesView{}}
    );
    REQUIRE(market.seal().empty());
    REQUIRE(market.markets.tables().users.find({0, kBob}) == nullptr);
    REQUIRE(market.markets.tables().reserves.find({0, 0})->config.decimals == 6);
}

TEST_CASE("an event nobody knows from a market's own contract changes nothing") {
    TestMarket market;
    market.list_reserve(0);
    REQUIRE(market.seal().empty());
    const auto before = market.ledger.dump();
    Hash32 unknown;
    unknown.bytes[0] = 0xee;
    market.raw(kPool, {unknown}, {})
        .raw(a_token(0), {unknown}, {})
        .raw(kConfigurator, {unknown}, {})
        .raw(kPool, {}, {});
    REQUIRE(market.seal().empty());
    REQUIRE(market.ledger.dump() == before);
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
    CHECK(planned(true) == std::vector{prices});
    REQUIRE(market.seal().empty());
    CHECK(planned(true) == std::vector{revision_read(kPool), prices});
    market.revision(10);
    CHECK(planned(true) == std::vector{prices});
    REQUIRE(market.seal().empty());
    CHECK(planned(true) == std::vector{prices});
    market.log<events::Upgraded>(kPool, {address(9)});
    CHECK(planned(false).empty());
    CHECK(planned(true) == std::vector{revision_read(address(9)), prices});
    const Address next_oracle = address(50);
    market.log<events::PriceOracleUpdated>(kProvider, {kOracle, next_oracle});
    CHECK(planned(true)[1] == prices_read(next_oracle, {asset(0)}));
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
