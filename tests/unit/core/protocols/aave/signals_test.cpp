// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/events.hpp"
#include "unit/core/protocols/aave/market_fixture.hpp"
#include "unit/core/protocols/aave/v2_fixture.hpp"
#include "unit/core/signals/signals_said.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace faultline::aave {
namespace {

signals::Said said(const TestMarket& market, std::string_view only = {}) {
    return signals::said(
        market.protocols.of(0),
        0,
        {.number = market.last.ref().number, .timestamp = market.last.header.timestamp},
        only
    );
}

std::string of(
    const TestMarket& market, const std::string& name, std::uint8_t n, const std::string& more = {}
) {
    const std::string protocol =
        market.markets.configs()[0].generation == Generation::kV2 ? "aave_v2" : "aave_v3";
    return signals::shown(
        said(market),
        name + "{" + more + "market=\"test\", part=\"\", protocol=\"" + protocol + "\", token=\"" +
            asset(n).hex() + "\"}"
    );
}

U256 percent(std::uint64_t n) {
    return *checked_mul(U256(n), pow10(25));
}

}  // namespace

TEST_CASE("caps are used as the pool judges them, and no cap says nothing", "[signals]") {
    TestMarket market;
    market.created(9)
        .list_reserve(0)
        .prices(1, kUsd)
        .supply(0, kAlice, 10 * kToken)
        .borrow(0, kAlice, 4 * kToken);
    REQUIRE(market.seal().empty());
    CHECK(of(market, "supply_cap_usage", 0) == "nothing");
    CHECK(of(market, "borrow_cap_usage", 0) == "nothing");
    market.prices(1, kUsd)
        .log<events::SupplyCapChanged>(kConfigurator, {asset(0), U256(0), U256(40)})
        .log<events::BorrowCapChanged>(kConfigurator, {asset(0), U256(0), U256(5)});
    REQUIRE(market.seal().empty());
    CHECK(of(market, "supply_cap_usage", 0) == "0.25");
    CHECK(of(market, "borrow_cap_usage", 0) == "0.8");
    CHECK(said(market, "borrow_cap_usage").size() == 1);
    // What is due to the treasury counts, as in validateSupply.
    market.prices(1, kUsd)
        .log<events::ReserveFactorChanged>(kConfigurator, {asset(0), U256(0), U256(10'000)})
        .log<events::ReserveDataUpdated>(
            kPool, {asset(0), U256(0), U256(0), percent(31'536'000), ray(), ray()}
        );
    REQUIRE(market.seal().empty());
    market.prices(1, kUsd);
    REQUIRE(market.seal().empty());
    CHECK(of(market, "supply_cap_usage", 0) > "0.25");
    CHECK(of(market, "supply_rate", 0) == "0");
    CHECK(of(market, "borrow_rate", 0) == "315360");
}

TEST_CASE("rates, indexes and flags of a reserve are said", "[signals]") {
    TestMarket market;
    market.created(9).list_reserve(0).prices(1, kUsd);
    market.log<events::ReserveActive>(kConfigurator, {asset(0), true})
        .log<events::ReserveBorrowing>(kConfigurator, {asset(0), true})
        .log<events::ReserveDataUpdated>(
            kPool, {asset(0), percent(3), U256(0), percent(5), ray(), *checked_mul(ray(), U256(2))}
        );
    REQUIRE(market.seal().empty());
    CHECK(of(market, "supply_rate", 0) == "0.03");
    CHECK(of(market, "borrow_rate", 0) == "0.05");
    CHECK(of(market, "exchange_rate", 0) == "1");
    CHECK(of(market, "debt_index", 0) == "2");
    CHECK(of(market, "borrowing_enabled", 0) == "1");
    CHECK(of(market, "reserve_paused", 0) == "0");
    CHECK(of(market, "reserve_frozen", 0) == "0");
    CHECK(of(market, "liquidation_grace_seconds", 0) == "0");
    const std::uint64_t next = market.last.header.timestamp.value + 12;
    market.prices(1, kUsd)
        .log<events::ReservePaused>(kConfigurator, {asset(0), true})
        .log<events::ReserveFrozen>(kConfigurator, {asset(0), true})
        .log<events::ReserveBorrowing>(kConfigurator, {asset(0), false})
        .log<events::LiquidationGracePeriodChanged>(kConfigurator, {asset(0), next + 3600});
    REQUIRE(market.seal().empty());
    CHECK(of(market, "borrowing_enabled", 0) == "0");
    CHECK(of(market, "reserve_paused", 0) == "1");
    CHECK(of(market, "reserve_frozen", 0) == "1");
    CHECK(of(market, "liquidation_grace_seconds", 0) == "3600");
}

TEST_CASE("a deficit is worth what the oracle says, and stale without its word", "[signals]") {
    TestMarket market;
    market.created(9)
        .list_reserve(0)
        .prices(1, 2 * kUsd)
        .supply(0, kAlice, 10 * kToken)
        .borrow(0, kAlice, 4 * kToken);
    market.log<events::Burn>(v_token(0), {kAlice, Address{}, U256(3 * kToken), U256(0), ray()})
        .log<events::DeficitCreated>(kPool, {kAlice, asset(0), U256(3 * kToken)});
    REQUIRE(market.seal().empty());
    CHECK(of(market, "deficit_value", 0, "currency=\"USD\", ") == "6");
    REQUIRE(market.seal().empty());
    CHECK(of(market, "deficit_value", 0, "currency=\"USD\", ").starts_with("stale: "));
}

TEST_CASE("isolated debt is held to its ceiling until 3.6", "[signals]") {
    TestMarket market;
    market.created(8).list_reserve(0).prices(1, kUsd);
    market.log<events::DebtCeilingChanged>(kConfigurator, {asset(0), U256(0), U256(1000)})
        .log<events::IsolationModeTotalDebtUpdated>(kPool, {asset(0), U256(250)});
    REQUIRE(market.seal().empty());
    CHECK(of(market, "debt_ceiling_usage", 0) == "0.25");
}

TEST_CASE(
    "V2 has no caps; its whole pool is paused, and what is not followed has rates", "[signals]"
) {
    V2Market market(asset(1));
    market.list(0).list(1).rates(0, 2, 7).prices(2, 2);
    market.log<events::v2::Paused>(kPool, {});
    REQUIRE(market.seal().empty());
    CHECK(of(market, "borrow_rate", 0) == "0.07");
    CHECK(of(market, "reserve_paused", 0) == "1");
    CHECK(of(market, "reserve_paused", 1) == "1");
    CHECK(of(market, "supply_cap_usage", 0) == "nothing");
    CHECK(of(market, "deficit_value", 0) == "nothing");
    CHECK(of(market, "liquidation_grace_seconds", 0) == "nothing");
}

TEST_CASE("a degraded market says why it has no signals", "[signals]") {
    TestMarket market;
    CHECK(said(market).empty());
    market.created(9).list_reserve(0).prices(1, kUsd).supply(0, kAlice, 10);
    REQUIRE(market.seal().empty());
    market.log<events::Burn>(a_token(0), {kAlice, kAlice, U256(11), U256(0), ray()});
    require_one_incident(market.seal(), "does not fit its scaled balance 10", true);
    const signals::Said all = said(market);
    CHECK_FALSE(all.empty());
    for (const auto& [name, value] : all) {
        INFO(name);
        CHECK(value.status == FigureStatus::kError);
    }
}

TEST_CASE("signals are the same after a block is taken back and applied again", "[signals]") {
    TestMarket market;
    market.created(9).list_reserve(0).prices(1, kUsd).supply(0, kAlice, 10 * kToken);
    REQUIRE(market.seal().empty());
    market.prices(1, 2 * kUsd)
        .log<events::SupplyCapChanged>(kConfigurator, {asset(0), U256(0), U256(40)})
        .borrow(0, kAlice, 4 * kToken);
    REQUIRE(market.seal().empty());
    const signals::Said before = said(market);
    const auto again = market.ledger.undo(market.changes);
    REQUIRE(again);
    CHECK(said(market) != before);
    REQUIRE(market.ledger.undo(*again));
    CHECK(said(market) == before);
}

}  // namespace faultline::aave
