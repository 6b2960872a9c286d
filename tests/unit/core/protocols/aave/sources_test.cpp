// SPDX-License-Identifier: Apache-2.0
// Where a market's oracle has its prices from.
#include "core/protocols/aave/reads.hpp"
#include "core/protocols/aave/told_events.hpp"
#include "unit/core/protocols/aave/market_fixture.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocols/aave/market.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace faultline::aave {
namespace {

const Address kFeed = address(150);
const Address kOtherFeed = address(151);

Address feed_of(const TestMarket& market, std::uint8_t n) {
    const auto exposure = market.protocols.of(0).exposure(0, {.number = 300, .timestamp = {9'000}});
    const auto is_of_asset = [n](const protocol::PartExposure& one) {
        return asset(n) == Address::from_bytes(one.part.view().last(Address::kSize));
    };
    return std::ranges::find_if(exposure.parts, is_of_asset)->feed;
}

Bytes word_of(const Address& address) {
    Bytes out(12);
    out.insert(out.end(), address.bytes.begin(), address.bytes.end());
    return out;
}

bool asks(const TestMarket& market, const eth::Read& read, std::uint64_t at) {
    eth::Block block = market.pending();
    block.header.ref.number = at;
    return std::ranges::count(market.markets.plan_reads(block), read) > 0;
}

void list(TestMarket& market) {
    market.list_reserve(0).list_reserve(1).revision(10).prices(2, kUsd);
    REQUIRE(market.seal().empty());
}

TEST_CASE("a source that the oracle in force logs is the feed, and is taken back") {
    TestMarket market;
    list(market);
    CHECK(feed_of(market, 0).is_zero());
    market.log<events::AssetSourceUpdated>(kOracle, {asset(0), kFeed});
    market.log<events::AssetSourceUpdated>(address(99), {asset(1), kFeed});
    market.log<events::AssetSourceUpdated>(kOracle, {address(98), kFeed});
    market.seal();
    const std::vector<ledger::RowChange> changes = market.changes;
    CHECK(feed_of(market, 0) == kFeed);
    CHECK(feed_of(market, 1).is_zero());
    market.log<events::AssetSourceUpdated>(kOracle, {asset(0), kOtherFeed});
    market.seal();
    CHECK(feed_of(market, 0) == kOtherFeed);
    REQUIRE(market.ledger.undo(market.changes));
    CHECK(feed_of(market, 0) == kFeed);
    REQUIRE(market.ledger.undo(changes));
    CHECK(feed_of(market, 0).is_zero());
}

TEST_CASE("the rest is asked now and then, and of another oracle anew") {
    TestMarket market;
    list(market);
    const eth::Read first = source_read(kOracle, asset(0));
    const eth::Read second = source_read(kOracle, asset(1));
    CHECK_FALSE(asks(market, first, 254));
    CHECK(asks(market, first, 255));
    while (market.last.ref().number < 254) {
        market.prices(2, kUsd);
        market.seal();
    }
    market.prices(2, kUsd).read(first, word_of(kFeed)).unanswered(second);
    market.seal();
    CHECK(feed_of(market, 0) == kFeed);
    CHECK(feed_of(market, 1).is_zero());
    CHECK_FALSE(asks(market, first, 511));
    CHECK(asks(market, second, 511));
    const Address other = address(5);
    market.log<events::PriceOracleUpdated>(kProvider, {kOracle, other});
    market.seal();
    CHECK(feed_of(market, 0).is_zero());
    CHECK(asks(market, source_read(other, asset(0)), 511));
}

TEST_CASE("an oracle that tells no source is not asked again") {
    CHECK(
        decode_source({.read = {}, .outcome = eth::ReadOutcome::kReverted, .result = {}}) ==
        Address{}
    );
    CHECK(
        decode_source({.read = {}, .outcome = eth::ReadOutcome::kReturned, .result = Bytes(31)}) ==
        Address{}
    );
    CHECK_FALSE(decode_source({.read = {}, .outcome = eth::ReadOutcome::kNoAnswer, .result = {}}));
}

}  // namespace
}  // namespace faultline::aave
