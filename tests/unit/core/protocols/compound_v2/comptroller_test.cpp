// SPDX-License-Identifier: Apache-2.0
// What Comptrollers newer than Compound's log.
#include "core/protocols/compound_v2/events.hpp"
#include "core/protocols/compound_v2/view_calls.hpp"
#include "unit/core/protocols/compound_v2/market_fixture.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/event.hpp>
#include <faultline/core/protocol/incident.hpp>

#include <catch2/catch.hpp>

namespace faultline::compound_v2 {
namespace {

using protocol::IncidentKind;

const Address kNew = address(50);

}  // namespace

TEST_CASE("Comptroller events of which words are indexed are the same events") {
    using Listed = eth::Event<"MarketListed(address indexed cToken)">;
    using Entered = eth::Event<"MarketEntered(address indexed cToken, address indexed account)">;
    using Exited = eth::Event<"MarketExited(address indexed cToken, address indexed account)">;
    using Factor = eth::Event<
        "NewCollateralFactor(address indexed cToken, uint256 oldCollateralFactorMantissa, uint256 "
        "newCollateralFactorMantissa)">;
    TestMarket market;
    market.begins();
    market.answers(view_read(kNew, View::kUnderlying), word_bytes(kDai));
    market.answers(view_read(kNew, View::kRateStored), U256(77));
    market.log<events::NewComptroller>(kNew, {Address{}, kComptroller});
    market.log<events::NewMarketInterestRateModel>(kNew, {Address{}, kModel}).seal_quietly();
    market.price(kNew, wad()).log<Listed>(kComptroller, {kNew});
    require_incident(market.seal(), IncidentKind::kNotice, "was listed and is followed");
    market.log<Factor>(kComptroller, {kNew, U256(), U256(5)});
    market.log<Entered>(kComptroller, {kNew, kBob}).seal_quietly();
    CHECK(market.word(view_read(kComptroller, View::kMarkets, kNew), 1) == U256(5));
    CHECK(market.word(view_read(kComptroller, View::kAssetsIn, kBob)) == U256(1));
    market.log<Exited>(kComptroller, {kNew, kBob}).seal_quietly();
    CHECK(market.word(view_read(kComptroller, View::kAssetsIn, kBob)) == U256());
}

TEST_CASE("what such a listing needs is read with it, and whom such an entry names is known") {
    using Listed = eth::Event<"MarketListed(address indexed cToken)">;
    using Entered = eth::Event<"MarketEntered(address indexed cToken, address indexed account)">;
    TestMarket market;
    market.begins();
    market.log<Listed>(kComptroller, {kNew});
    require_incident(market.seal(), IncidentKind::kNotice, "was listed and is followed");
    CHECK(market.was_asked(view_read(kNew, View::kUnderlying)));
    CHECK(market.was_asked(view_read(kComptroller, View::kBorrowCap, kNew)));
    const eth::EncodedLog encoded = *Entered::encode({kCDai, kBob});
    eth::Log log;
    log.address = kComptroller;
    log.topics = encoded.topics;
    log.data = encoded.data;
    const auto named = market.protocol->named_holders(log);
    REQUIRE(named.size() == 1);
    CHECK(named[0].account == kBob);
}

TEST_CASE("a Comptroller that values by what is not followed degrades its market and says so") {
    TestMarket market;
    market.begins();
    SECTION("an e-mode is entered") {
        market.log<events::PoolSelected>(kComptroller, {kBob, U256(), U256(2)});
    }
    SECTION("a threshold is set") {
        market.log<events::PoolLiquidationThreshold>(kComptroller, {U256(1), kCDai, U256(), wad()});
    }
    SECTION("a collateral factor of a pool is set") {
        market.log<events::PoolCollateralFactor>(kComptroller, {U256(1), kCDai, U256(), wad()});
    }
    SECTION("a cToken is unlisted") {
        market.log<events::MarketUnlisted>(kComptroller, {kCDai});
    }
    require_incident(market.seal(), IncidentKind::kDegrades, "which is not followed");
}

}  // namespace faultline::compound_v2
