// SPDX-License-Identifier: Apache-2.0
// What rules read of cTokens, and what they are told.
#include "core/protocols/compound_v2/events.hpp"
#include "core/protocols/compound_v2/told_events.hpp"
#include "unit/core/protocols/compound_v2/market_fixture.hpp"
#include "unit/core/signals/signals_said.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/activity.hpp>
#include <faultline/core/protocol/seizure.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <string>

namespace faultline::compound_v2 {
namespace {

std::string of(const TestMarket& market, const std::string& name, const std::string& before = {}) {
    return signals::shown(
        signals::said(*market.protocol, 0, market.at),
        name + "{" + before + "market=\"test\", part=\"" + kCDai.hex() +
            "\", protocol=\"compound_v2\", token=\"" + kDai.hex() + "\"}"
    );
}

const protocol::Activity& activity(const TestMarket& market, std::size_t n = 0) {
    REQUIRE(n < market.activities.size());
    REQUIRE(market.activities[n].activity);
    return *market.activities[n].activity;
}

}  // namespace

TEST_CASE("a cToken says how much of it is lent, at what rate and cap", "[signals]") {
    TestMarket market;
    CHECK(signals::said(*market.protocol, 0, market.at).empty());
    market.begins();
    CHECK(of(market, "utilisation") == "0");
    market.mints(kCDai, kDai, kBob, tokens(100))
        .mints(kCUni, kUni, kAlice, tokens(100))
        .enters(kCUni, kAlice)
        .borrows(kCDai, kDai, kAlice, tokens(25))
        .log<events::NewBorrowCap>(kComptroller, {kCDai, tokens(50)})
        .seal_quietly();
    CHECK(of(market, "utilisation") == "0.25");
    CHECK(of(market, "borrow_cap_usage") == "0.5");
    CHECK(of(market, "borrow_rate_per_block") != "0");
    CHECK(of(market, "exchange_rate") == "1");
    CHECK(of(market, "debt_index") == "1");
    CHECK(of(market, "reserves_value", "currency=\"USD\", ") == "0");
    CHECK(of(market, "deprecated") == "0");
    CHECK(of(market, "action_paused", "action=\"borrow\", ") == "0");
    CHECK(signals::said(*market.protocol, 0, market.at, "deprecated").size() == 2);
}

TEST_CASE("pauses and what is deprecated are flags", "[signals]") {
    TestMarket market;
    market.begins()
        .log<events::ActionPausedOf>(kComptroller, {kCDai, "Borrow", true})
        .log<events::ActionPaused>(kComptroller, {"Seize", true})
        .log<events::NewCollateralFactor>(kComptroller, {kCDai, wei("750000000000000000"), U256()})
        .log<events::NewReserveFactor>(kCDai, {U256(), wei("1000000000000000000")})
        .seal_quietly();
    CHECK(of(market, "deprecated") == "1");
    CHECK(of(market, "action_paused", "action=\"borrow\", ") == "1");
    CHECK(of(market, "action_paused", "action=\"mint\", ") == "0");
    CHECK(
        signals::shown(
            signals::said(*market.protocol, 0, market.at),
            "action_paused{action=\"seize\", market=\"test\", part=\"\", "
            "protocol=\"compound_v2\", token=\"\"}"
        ) == "1"
    );
    REQUIRE(market.activities.size() == 4);
    CHECK(activity(market, 0).detail == "paused");
    CHECK(activity(market, 0).token == kDai);
    CHECK(activity(market, 1).token.is_zero());
    CHECK(activity(market, 2).detail == "parameter");
    CHECK_THAT(
        market.activities[2].text,
        Catch::Contains("oldCollateralFactorMantissa 0.75, newCollateralFactorMantissa 0)")
    );
    CHECK(activity(market, 3).token == kDai);
}

TEST_CASE(
    "a liquidation is told with what was repaid, and the fold never sees its log", "[activity]"
) {
    TestMarket market;
    market.begins();
    market.price(kCDai, wei("2000000000000000000")).price(kCUni, wei("6500000000000000000"));
    // Between a mint's two logs nothing else of the cToken may come: this is not for the fold.
    market.log<events::Transfer>(kDai, {kBob, kCDai, tokens(100)})
        .log<events::Mint>(kCDai, {kBob, tokens(100), tokens(100)})
        .log<events::LiquidateBorrow>(kCDai, {kBob, kAlice, tokens(3), kCUni, tokens(1)})
        .log<events::Transfer>(kCDai, {kCDai, kBob, tokens(100)})
        .seal_quietly();
    REQUIRE(market.activities.size() == 2);
    CHECK(activity(market).event == "liquidation");
    CHECK(activity(market).account == kAlice);
    CHECK(activity(market).token == kDai);
    CHECK(activity(market).value == Figure<Decimal>::of(Decimal::of(6)));
    CHECK(activity(market, 1).event == "seized");
    CHECK(activity(market, 1).detail == protocol::part_of_address(kCUni).hex());
    CHECK(activity(market, 1).account == kAlice);
    CHECK(activity(market, 1).token == kUni);
    CHECK(activity(market, 1).value == Figure<Decimal>::of(*Decimal::parse("6.5")));
}

TEST_CASE(
    "oracles, admins, code and models of a market are told; those of others are not", "[activity]"
) {
    TestMarket market;
    market.begins();
    market.log<events::NewPriceOracle>(kComptroller, {kOracle, kOracle})
        .log<events::NewAdmin>(kCDai, {address(1), address(2)})
        .log<events::NewPendingImplementation>(kComptroller, {address(1), address(2)})
        .log<events::NewParams>(kModel, {U256(1), U256(2)})
        .log<events::NewAdmin>(address(99), {address(1), address(2)})
        .log<events::NewParams>(address(99), {U256(1), U256(2)})
        .log<events::NewBorrowCap>(kComptroller, {kCDai, U256(7)})
        .log<events::NewBorrowCap>(kComptroller, {kCDai, U256(8)})
        .seal_quietly();
    REQUIRE(market.activities.size() == 6);
    CHECK(activity(market, 0).event == "source_changed");
    CHECK(activity(market, 1).detail == "admin");
    CHECK(activity(market, 2).detail == "queued");
    CHECK(activity(market, 3).detail == "parameter");
    market.log<events::NewBorrowCap>(kComptroller, {kCDai, U256(9)}).seal_quietly();
    CHECK_THAT(market.activities[0].text, Catch::Contains("newBorrowCap 9); was 8"));
}

TEST_CASE("signals of cTokens are the same after undo and apply", "[signals]") {
    TestMarket market;
    market.begins().mints(kCDai, kDai, kBob, tokens(100)).seal_quietly();
    const signals::Said now = signals::said(*market.protocol, 0, market.at);
    const auto again = market.ledger.undo(market.changes);
    REQUIRE(again);
    REQUIRE(market.ledger.undo(*again));
    CHECK(signals::said(*market.protocol, 0, market.at) == now);
}

}  // namespace faultline::compound_v2
