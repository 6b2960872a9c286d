// SPDX-License-Identifier: Apache-2.0
// Who has how many cTokens, and how many there are.
#include "core/protocols/compound_v2/events.hpp"
#include "core/protocols/compound_v2/view_calls.hpp"
#include "unit/core/protocols/compound_v2/market_fixture.hpp"

#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/incident.hpp>

#include <catch2/catch.hpp>

namespace faultline::compound_v2 {
namespace {

using protocol::IncidentKind;

U256 balance(const TestMarket& market, const Address& who, const Address& ctoken = kCDai) {
    return market.word(ctoken, View::kBalance, who);
}

}  // namespace

TEST_CASE("a mint and its transfer make cTokens once") {
    TestMarket market;
    market.begins();
    market.mints(kCDai, kDai, kAlice, tokens(100)).seal_quietly();
    CHECK(balance(market, kAlice) == tokens(100));
    CHECK(balance(market, kCDai).is_zero());
    CHECK(market.word(kCDai, View::kSupply) == tokens(100));
    CHECK(market.word(kCDai, View::kCash) == tokens(100));
    CHECK(market.word(kCDai, View::kRateStored) == wad());
    CHECK(market.protocol->broken_laws().empty());
    CHECK(market.protocol->holders(0) == 1);
}

TEST_CASE("a redemption burns what was sent to the cToken right before it") {
    TestMarket market;
    market.begins();
    market.mints(kCDai, kDai, kAlice, tokens(100)).seal_quietly();
    market.log<events::Transfer>(kDai, {kCDai, kAlice, tokens(30)});
    market.log<events::Transfer>(kCDai, {kAlice, kCDai, tokens(30)});
    market.log<events::Redeem>(kCDai, {kAlice, tokens(30), tokens(30)}).seal_quietly();
    CHECK(balance(market, kAlice) == tokens(70));
    CHECK(balance(market, kCDai).is_zero());
    CHECK(market.word(kCDai, View::kSupply) == tokens(70));
    CHECK(market.word(kCDai, View::kCash) == tokens(70));
    CHECK(market.protocol->broken_laws().empty());
}

TEST_CASE("cTokens sent to their own contract are a gift and burn nothing") {
    TestMarket market;
    market.begins();
    market.mints(kCDai, kDai, kAlice, tokens(100)).seal_quietly();
    market.log<events::Transfer>(kCDai, {kAlice, kCDai, tokens(10)}).next_transaction();
    // Of another account: not the one before it.
    market.mints(kCDai, kDai, kBob, tokens(5)).seal_quietly();
    CHECK(balance(market, kAlice) == tokens(90));
    CHECK(balance(market, kCDai) == tokens(10));
    CHECK(market.word(kCDai, View::kSupply) == tokens(105));
    CHECK(market.protocol->broken_laws().empty());
    CHECK(market.protocol->holders(0) == 3);
}

TEST_CASE("the underlying sent to a cToken is cash, and nobody's") {
    TestMarket market;
    market.begins();
    market.mints(kCDai, kDai, kAlice, tokens(100)).seal_quietly();
    market.log<events::Transfer>(kDai, {kBob, kCDai, tokens(50)});
    market.log<events::Transfer>(kUni, {kBob, kCDai, tokens(7)}).seal_quietly();
    CHECK(market.word(kCDai, View::kCash) == tokens(150));
    CHECK(market.word(kCDai, View::kRateStored) == wei("1500000000000000000"));
}

TEST_CASE("a mint or redemption that does not pair is quarantined and degrades the market") {
    TestMarket market;
    market.begins();
    market.mints(kCDai, kDai, kAlice, tokens(100)).seal_quietly();
    const char* part = "without its Transfer";
    SECTION("another log of the cToken after Mint") {
        market.log<events::Mint>(kCDai, {kBob, tokens(1), tokens(1)});
        market.log<events::AccrueInterest>(kCDai, {tokens(100), U256(), wad(), U256()});
    }
    SECTION("a Transfer of other cTokens after Mint") {
        market.log<events::Mint>(kCDai, {kBob, tokens(1), tokens(1)});
        market.log<events::Transfer>(kCDai, {kCDai, kBob, tokens(2)});
    }
    SECTION("Redeem by another than the one before it") {
        market.log<events::Transfer>(kCDai, {kAlice, kCDai, tokens(1)});
        market.log<events::Redeem>(kCDai, {kBob, tokens(1), tokens(1)});
    }
    SECTION("Redeem in another transaction") {
        market.log<events::Transfer>(kCDai, {kAlice, kCDai, tokens(1)}).next_transaction();
        market.log<events::Redeem>(kCDai, {kAlice, tokens(1), tokens(1)});
    }
    SECTION("more leaves than there is") {
        market.log<events::Transfer>(kCDai, {kBob, kAlice, tokens(1)});
        part = "has 0 cTokens of";
    }
    require_incident(market.seal(), IncidentKind::kDegrades, part);
    CHECK(market.quarantine.total(0) == 1);
    CHECK(market.protocol->usable(0).status == FigureStatus::kError);
    CHECK(market.view(view_read(kCDai, View::kSupply)).status == FigureStatus::kError);
    CHECK_THAT(market.protocol->degraded(0), Catch::Contains("market \"test\", block 3"));
    // What follows is no news.
    market.log<events::Redeem>(kCDai, {kBob, tokens(1), tokens(1)});
    CHECK(market.seal().empty());
    CHECK(market.quarantine.total(0) == 2);
}

TEST_CASE("a mint whose transfer never came breaks the law of the supply") {
    TestMarket market;
    market.begins();
    market.log<events::Mint>(kCDai, {kBob, tokens(1), tokens(1)}).seal_quietly();
    const auto broken = market.protocol->broken_laws();
    REQUIRE(broken.size() == 1);
    CHECK(broken[0].law == "cToken supply = sum of balances");
    CHECK_THAT(
        broken[0].text, Catch::Contains("supply of 1000000000000000000, and accounts hold 0")
    );
}

TEST_CASE("Venus logs mints and redemptions with a fourth word, which is no supply") {
    TestMarket market;
    market.begins();
    market.log<events::MintWithBalance>(kCDai, {kAlice, tokens(9), tokens(9), tokens(9)});
    market.log<events::Transfer>(kCDai, {kCDai, kAlice, tokens(9)});
    market.log<events::MintBehalf>(kCDai, {kAlice, kBob, tokens(4), tokens(4), tokens(4)});
    market.log<events::Transfer>(kCDai, {kCDai, kBob, tokens(4)});
    market.log<events::RedeemFee>(kCDai, {kAlice, tokens(1), tokens(2)});
    market.log<events::Transfer>(kCDai, {kAlice, kCDai, tokens(2)});
    market.log<events::RedeemWithBalance>(kCDai, {kAlice, tokens(1), tokens(2), tokens(7)});
    market.seal_quietly();
    CHECK(balance(market, kAlice) == tokens(7));
    CHECK(balance(market, kBob) == tokens(4));
    CHECK(market.word(kCDai, View::kSupply) == tokens(11));
    CHECK(market.protocol->broken_laws().empty());
}

TEST_CASE("a seizure burns the protocol's share where there is one") {
    TestMarket market;
    market.begins();
    market.mints(kCDai, kDai, kAlice, tokens(100)).seal_quietly();
    market.log<events::Transfer>(kCDai, {kAlice, kBob, tokens(10)});
    SECTION("older cTokens have none") {
        market.seal_quietly();
        CHECK(market.word(kCDai, View::kSupply) == tokens(100));
        CHECK(market.word(kCDai, View::kReserves).is_zero());
        CHECK(balance(market, kAlice) == tokens(90));
    }
    SECTION("newer ones burn it for reserves") {
        market.log<events::Transfer>(kCDai, {kAlice, kCDai, tokens(2)});
        market.log<events::ReservesAdded>(kCDai, {kCDai, tokens(2), tokens(2)}).seal_quietly();
        CHECK(market.word(kCDai, View::kSupply) == tokens(98));
        CHECK(market.word(kCDai, View::kReserves) == tokens(2));
        CHECK(balance(market, kAlice) == tokens(88));
        CHECK(balance(market, kCDai).is_zero());
    }
    CHECK(balance(market, kBob) == tokens(10));
    CHECK(market.protocol->broken_laws().empty());
}

TEST_CASE("reserves that others add or an admin takes are told by their logs") {
    TestMarket market;
    market.begins();
    market.log<events::ReservesAdded>(kCDai, {kBob, tokens(3), tokens(3)}).seal_quietly();
    market.log<events::ReservesReduced>(kCDai, {kBob, tokens(1), tokens(2)}).seal_quietly();
    CHECK(market.word(kCDai, View::kReserves) == tokens(2));
    market.log<events::ReservesAdded>(kCDai, {kBob, tokens(1), tokens(9)});
    require_incident(market.seal(), IncidentKind::kDegrades, "ReservesAdded to");
}

}  // namespace faultline::compound_v2
