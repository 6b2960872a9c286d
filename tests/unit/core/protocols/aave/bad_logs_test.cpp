// SPDX-License-Identifier: Apache-2.0
// Logs that contradict the rows, or are none of the market's.
#include "unit/core/protocols/aave/market_fixture.hpp"

#include <catch2/catch.hpp>

namespace faultline::aave {

using Catch::Contains;

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

}  // namespace faultline::aave
