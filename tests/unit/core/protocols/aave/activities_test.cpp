// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/events.hpp"
#include "core/protocols/aave/told_events.hpp"
#include "unit/core/protocols/aave/market_fixture.hpp"
#include "unit/core/protocols/aave/v2_fixture.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/activity.hpp>
#include <faultline/core/protocol/seizure.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace faultline::aave {
namespace {

using protocol::Activity;

const Activity& activity(const TestMarket& market, std::size_t n = 0) {
    REQUIRE(n < market.activities.size());
    REQUIRE(market.activities[n].activity);
    return *market.activities[n].activity;
}

/// A market with a reserve, and nothing told yet.
void begin(TestMarket& market) {
    market.created(9)
        .list_reserve(0)
        .prices(1, 2 * kUsd)
        .supply(0, kAlice, 10 * kToken)
        .borrow(0, kAlice, 4 * kToken);
    REQUIRE(market.seal().empty());
    market.prices(1, 3 * kUsd);
}

}  // namespace

TEST_CASE("a liquidation tells whose debt, and what it was worth in its block", "[activity]") {
    TestMarket market;
    begin(market);
    market.log<events::Burn>(v_token(0), {kAlice, Address{}, U256(2 * kToken), U256(0), ray()})
        .log<events::LiquidationCall>(
            kPool, {asset(0), asset(0), kAlice, U256(2 * kToken), U256(kToken), kBob, true}
        );
    REQUIRE(market.seal().empty());
    REQUIRE(market.activities.size() == 2);
    const Activity& told = activity(market);
    CHECK(told.event == "liquidation");
    CHECK(told.detail.empty());
    CHECK(told.token == asset(0));
    CHECK(told.account == kAlice);
    CHECK(told.value == Figure<Decimal>::of(Decimal::of(6)));
    CHECK_THAT(
        market.activities[0].text,
        Catch::Contains("market \"test\", block 2 (") && Catch::Contains("debtToCover 2000000") &&
            Catch::Contains("log 1 of " + kPool.hex() + " in transaction 0x")
    );
    const Activity& taken = activity(market, 1);
    CHECK(taken.event == "seized");
    CHECK(taken.detail == protocol::part_of_address(asset(0)).hex());
    CHECK(taken.token == asset(0));
    CHECK(taken.account == kAlice);
    CHECK(taken.value == Figure<Decimal>::of(Decimal::of(3)));
}

TEST_CASE(
    "a deficit is bad debt, a flash loan is told, and without a price there is no value",
    "[activity]"
) {
    TestMarket market;
    begin(market);
    REQUIRE(market.seal().empty());
    market.log<events::FlashLoan>(kPool, {kBob, kAlice, asset(0), U256(kToken), 0, U256(0), 0});
    market.log<events::Burn>(v_token(0), {kAlice, Address{}, U256(3 * kToken), U256(0), ray()})
        .log<events::DeficitCreated>(kPool, {kAlice, asset(0), U256(3 * kToken)});
    REQUIRE(market.seal().empty());
    REQUIRE(market.activities.size() == 2);
    CHECK(activity(market, 0).event == "flash_loan");
    CHECK(activity(market, 0).account == kAlice);
    CHECK(activity(market, 0).value.status == FigureStatus::kStale);
    CHECK(activity(market, 1).event == "bad_debt");
}

TEST_CASE("a changed parameter is told with what it was", "[activity]") {
    TestMarket market;
    begin(market);
    market
        .log<events::CollateralConfigurationChanged>(
            kConfigurator, {asset(0), U256(7000), U256(7500), U256(10600)}
        )
        .log<events::CollateralConfigurationChanged>(
            kConfigurator, {asset(0), U256(6000), U256(7500), U256(10600)}
        )
        .log<events::SupplyCapChanged>(kConfigurator, {asset(0), U256(0), U256(40)})
        .log<events::DebtCeilingChanged>(kConfigurator, {asset(0), U256(0), U256(1234)});
    REQUIRE(market.seal().empty());
    REQUIRE(market.activities.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(activity(market, i).event == "governance");
        CHECK(activity(market, i).detail == "parameter");
        CHECK(activity(market, i).token == asset(0));
        CHECK(activity(market, i).value.status == FigureStatus::kNoData);
    }
    CHECK_THAT(
        market.activities[0].text,
        Catch::Contains(
            "ltv 7000 bps, liquidationThreshold 7500 bps, liquidationBonus 10600 bps); was ltv "
            "8000 bps, liquidationThreshold 8500 bps"
        )
    );
    CHECK_THAT(market.activities[1].text, !Catch::Contains("; was"));
    CHECK_THAT(market.activities[2].text, Catch::Contains("oldSupplyCap 0, newSupplyCap 40)"));
    CHECK_THAT(market.activities[3].text, Catch::Contains("newDebtCeiling 12.34)"));
}

TEST_CASE("new sources of prices, admins, pauses and code are told apart", "[activity]") {
    TestMarket market;
    begin(market);
    market.log<events::AssetSourceUpdated>(kOracle, {asset(0), address(77)})
        .log<events::AssetSourceUpdated>(address(78), {asset(0), address(77)})
        .log<events::ACLAdminUpdated>(kProvider, {address(1), address(2)})
        .log<events::ReservePaused>(kConfigurator, {asset(0), true})
        .log<events::ReserveInterestRateDataChanged>(
            kConfigurator, {asset(0), address(5), BytesView(Bytes(128))}
        )
        .log<events::PriceOracleUpdated>(kProvider, {kOracle, kOracle})
        .upgraded(9);
    REQUIRE(market.seal().empty());
    const std::vector<std::pair<std::string, std::string>> expected{
        {"source_changed", ""},
        {"governance", "admin"},
        {"governance", "paused"},
        {"governance", "parameter"},
        {"source_changed", ""},
        {"governance", "upgraded"},
    };
    REQUIRE(market.activities.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK(activity(market, i).event == expected[i].first);
        CHECK(activity(market, i).detail == expected[i].second);
    }
    CHECK_THAT(market.activities[3].text, Catch::Contains("variableRateSlope2 0 bps"));
}

TEST_CASE(
    "what is told alone and does not decode is an anomaly, and no figure is lost", "[activity]"
) {
    TestMarket market;
    begin(market);
    market.raw(kOracle, {events::AssetSourceUpdated::kTopic0}, {});
    const auto incidents = market.seal();
    require_one_incident(incidents, "AssetSourceUpdated", false);
    CHECK(incidents[0].kind == protocol::IncidentKind::kAnomaly);
    CHECK(market.account(kAlice).ok());
}

TEST_CASE("V2's admins and reserve factor are told, too", "[activity]") {
    V2Market market;
    market.list(0).prices(1, 2);
    REQUIRE(market.seal().empty());
    market.log<events::v2::EmergencyAdminUpdated>(kProvider, {kBob})
        .log<events::v2::ReserveFactorChanged>(kConfigurator, {asset(0), U256(500)});
    REQUIRE(market.seal().empty());
    REQUIRE(market.activities.size() == 2);
    CHECK(activity(market, 0).detail == "admin");
    CHECK_THAT(market.activities[1].text, Catch::Contains("factor 500 bps); was 0 bps"));
}

}  // namespace faultline::aave
