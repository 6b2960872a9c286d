// SPDX-License-Identifier: Apache-2.0
// What the exposure graph is told of cTokens, where it is told little.
#include "core/protocols/compound_v2/events.hpp"
#include "unit/core/protocols/compound_v2/market_fixture.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/exposure.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace faultline::compound_v2 {
namespace {

using protocol::Leg;
using protocol::LegSide;

Hash32 part_of(const Address& ctoken) {
    return Hash32::from_bytes(word_number(ctoken).to_be_bytes());
}

std::vector<Leg> legs(const TestMarket& market, const Address& account) {
    return market.protocol->legs(0, {.account = account, .part = {}});
}

protocol::PartExposure part(const TestMarket& market, const Address& ctoken) {
    const protocol::MarketExposure all = market.protocol->exposure(0, market.at);
    const auto found = std::ranges::find(all.parts, part_of(ctoken), &protocol::PartExposure::part);
    REQUIRE(found != all.parts.end());
    return *found;
}

}  // namespace

TEST_CASE("a cToken is collateral of whoever entered its market, from that log on") {
    TestMarket market;
    CHECK(market.protocol->exposure(0, market.at).parts.empty());
    CHECK(legs(market, kAlice).empty());
    market.begins();
    market.mints(kCUni, kUni, kAlice, tokens(7)).seal_quietly();
    const Leg claim{.part = part_of(kCUni), .side = LegSide::kSupplied, .units = tokens(7)};
    CHECK(legs(market, kAlice) == std::vector{claim});
    market.enters(kCUni, kAlice).enters(kCUni, kBob).seal_quietly();
    const Leg secured{.part = part_of(kCUni), .side = LegSide::kCollateral, .units = tokens(7)};
    CHECK(legs(market, kAlice) == std::vector{secured});
    CHECK(legs(market, kBob).empty());
    CHECK(market.protocol->legs(0, {.account = kAlice, .part = part_of(kCUni)}).empty());
}

TEST_CASE("each debt grows from its own index to what the contract says") {
    TestMarket market;
    market.begins();
    market.mints(kCDai, kDai, kBob, tokens(100)).enters(kCDai, kAlice);
    market.borrows(kCDai, kDai, kAlice, U256(1'000'000'007)).seal_quietly();
    market.log<events::AccrueInterest>(
        kCDai,
        {wrapping_sub(tokens(100), U256(1'000'000'007)),
         U256(3),
         wei("1000000003000000001"),
         U256(1'000'000'010)}
    );
    static_cast<void>(market.seal());
    REQUIRE(legs(market, kAlice).size() == 1);
    const protocol::PartSide owed = part(market, kCDai).owed;
    CHECK(
        owed.scale.amount(legs(market, kAlice)[0].units) ==
        market.word(kCDai, View::kDebtStored, kAlice)
    );
    CHECK(market.word(kCDai, View::kDebtStored, kAlice) == U256(1'000'000'010));
    CHECK(owed.scale.amount(owed.total_units.value) == U256(1'000'000'010));
}

TEST_CASE("what a cToken lends has a token, or is the chain's own coin") {
    TestMarket market;
    market.begins().lists(kCEth, {});
    static_cast<void>(market.seal());
    CHECK(part(market, kCDai).claims.token == kDai);
    CHECK_FALSE(part(market, kCDai).claims.decimals);
    CHECK(part(market, kCEth).owed.token.is_zero());
    CHECK(part(market, kCEth).owed.decimals == std::uint8_t{18});
    CHECK(part(market, kCEth).receipt == kCEth);
    CHECK(market.protocol->exposure(0, market.at).oracle == kOracle);
}

TEST_CASE("exposures of cTokens are withheld with what they need") {
    TestMarket market;
    market.begins();
    market.mints(kCDai, kDai, kBob, tokens(100)).seal_quietly();
    const protocol::PartExposure known = part(market, kCDai);
    CHECK(known.claims.total_units.value == tokens(100));
    CHECK(known.claims.price.value == protocol::UnitPrice{.price = wad(), .unit = wad()});
    CHECK(known.available.value == tokens(100));

    SECTION("a price of 0 is none") {
        market.price(kCDai, U256());
        static_cast<void>(market.seal());
        CHECK(part(market, kCDai).claims.price.status == FigureStatus::kError);
        CHECK(part(market, kCDai).claims.total_units.ok());
    }
    SECTION("history has no prices") {
        market.history().seal_quietly();
        CHECK(part(market, kCDai).owed.price.status == FigureStatus::kStale);
        CHECK(part(market, kCDai).owed.total_units.ok());
    }
    SECTION("a degraded market says why") {
        market.log<events::MarketListed>(kComptroller, {kCDai});
        static_cast<void>(market.seal());
        const protocol::PartExposure none = part(market, kCDai);
        CHECK(none.claims.total_units.status == FigureStatus::kError);
        CHECK_THAT(none.owed.price.reason, Catch::Contains("is listed already"));
        CHECK(none.available.status == FigureStatus::kError);
        CHECK_FALSE(legs(market, kBob).empty());
    }
}

}  // namespace faultline::compound_v2
