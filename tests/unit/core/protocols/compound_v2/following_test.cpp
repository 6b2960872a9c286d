// SPDX-License-Identifier: Apache-2.0
// How cTokens are found and followed, and what others log.
#include "core/protocols/compound_v2/events.hpp"
#include "core/protocols/compound_v2/transition.hpp"
#include "core/protocols/compound_v2/view_calls.hpp"
#include "unit/core/protocols/compound_v2/market_fixture.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/protocol.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace faultline::compound_v2 {
namespace {

using protocol::IncidentKind;

const Address kNew = address(50);

}  // namespace

TEST_CASE("a cToken is followed from its beginning and announced when it is listed") {
    TestMarket market;
    market.begins();
    market.answers(view_read(kNew, View::kUnderlying), word_bytes(kDai));
    market.answers(view_read(kNew, View::kRateStored), U256(77));
    market.log<events::NewComptroller>(kNew, {Address{}, kComptroller});
    market.log<events::NewMarketInterestRateModel>(kNew, {Address{}, kModel}).seal_quietly();
    // Sent before it is listed.
    market.log<events::Transfer>(kDai, {kBob, kNew, tokens(3)}).seal_quietly();
    CHECK(market.protocol->parts(0).size() == 2);
    market.price(kNew, wad()).log<events::MarketListed>(kComptroller, {kNew});
    market.answers(view_read(kNew, View::kCash), tokens(3));
    const auto incidents = market.seal();
    REQUIRE(incidents.size() == 2);
    CHECK(incidents[0].kind == IncidentKind::kNotice);
    CHECK_THAT(incidents[0].text, Catch::Contains("was listed and is followed"));
    CHECK_FALSE(incidents[1].degrades());  // Its cash is not what was seen of it.
    CHECK(market.protocol->parts(0).size() == 3);
    CHECK(market.word(kNew, View::kCash) == tokens(3));
    CHECK(market.word(kNew, View::kRateStored) == U256(77));
    CHECK(market.word(kNew, View::kBorrowIndex) == wad());
    CHECK(market.word(kNew, View::kAccrualBlock) == U256(2));
    CHECK(market.word(kNew, View::kModel) == word_number(kModel));
    CHECK(market.word(view_read(kComptroller, View::kAllMarkets)) == U256(3));
    CHECK(market.word(view_read(kComptroller, View::kMarkets, kNew)) == U256(1));
    market.log<events::MarketListed>(kComptroller, {kNew});
    require_incident(market.seal(), IncidentKind::kDegrades, "is listed already");
}

TEST_CASE("nobody who only says that he is a cToken is asked anything") {
    // What he answers, out of gas or a megabyte, would be in his hands, and hold up the block.
    TestMarket market;
    market.begins();
    market.log<events::NewComptroller>(kNew, {Address{}, kComptroller});
    market.log<events::NewMarketInterestRateModel>(kNew, {Address{}, address(51)}).seal_quietly();
    const auto of_stranger = [](const eth::Read& read) {
        return read.to == kNew || read.to == address(51);
    };
    CHECK(std::ranges::none_of(market.asked, of_stranger));
    market.seal_quietly();
    CHECK(std::ranges::none_of(market.asked, of_stranger));
}

TEST_CASE("what others log as cTokens or models is passed over, and little of it is kept") {
    TestMarket market;
    market.begins();
    const auto before = market.ledger.dump().size();
    // Of nobody: no row at all.
    market.mints(address(60), kDai, kAlice, tokens(5));
    market.log<events::MarketEntered>(address(61), {kCDai, kAlice});
    market.log<events::MarketListed>(address(61), {address(60)});
    market.log<events::NewComptroller>(address(60), {Address{}, address(61)});
    market.raw(address(62), {events::NewComptroller::kTopic0}, {1, 2, 3});
    market.raw(address(62), {events::NewJumpParams::kTopic0}, {1, 2, 3});
    market.raw(address(62), {events::Transfer::kTopic0}, {}).seal_quietly();
    CHECK(market.ledger.dump().size() == before);
    CHECK(market.quarantine.total(0) == 0);
    // One that names this Comptroller is a candidate: it has no accounts, and cannot degrade.
    market.answers(view_read(address(60), View::kUnderlying), word_bytes(kDai));
    market.log<events::NewComptroller>(address(60), {Address{}, kComptroller});
    market.mints(address(60), kDai, kAlice, tokens(5));
    market.raw(address(60), {events::AccrueInterest::kTopic0}, {1});
    market.log<events::NewImplementation>(address(60), {address(1), address(2)});
    market.log<events::Transfer>(kDai, {address(60), kBob, tokens(999)}).seal_quietly();
    CHECK(market.ledger.dump().size() == before + 1);
    CHECK(market.protocol->holders(0) == 0);
    CHECK(market.protocol->usable(0).ok());
    // Many of them push out the oldest.
    for (std::size_t i = 0; i < 2 * kMostCandidates; ++i) {
        Address liar = address(static_cast<std::uint8_t>(i));
        liar.bytes[0] = 1;
        market.log<events::NewComptroller>(liar, {Address{}, kComptroller});
    }
    for (std::size_t i = 0; i < 2 * kMostUnnamedModels; ++i) {
        Address model = address(static_cast<std::uint8_t>(i));
        model.bytes[1] = static_cast<std::uint8_t>(1 + (i >> 8U));
        market.log<events::NewParams>(model, {U256(1), U256(1)});
    }
    market.seal_quietly();
    CHECK(market.ledger.dump().size() == before + kMostCandidates + kMostUnnamedModels);
}

TEST_CASE("a log of its own contracts that does not decode degrades a market") {
    TestMarket market;
    market.begins();
    SECTION("the Comptroller's") {
        market.raw(kComptroller, {events::MarketEntered::kTopic0}, {1, 2, 3});
    }
    SECTION("a cToken's") {
        market.raw(kCDai, {events::Transfer::kTopic0}, {});
    }
    SECTION("about what was never listed") {
        market.enters(address(60), kAlice);
    }
    const auto incidents = market.seal();
    REQUIRE(incidents.size() == 1);
    CHECK(incidents[0].kind == IncidentKind::kDegrades);
    CHECK(market.quarantine.total(0) == 1);
    CHECK(market.protocol->usable(0).status == FigureStatus::kError);
    CHECK(market.protocol->views(market.at, protocol::Trust::kAsFolded)
              ->answer(view_read(kCDai, View::kSupply))
              ->ok());
}

TEST_CASE("a delegate that changes is told, and the cToken goes on") {
    TestMarket market;
    market.begins();
    market.mints(kCDai, kDai, kAlice, tokens(5)).seal_quietly();
    market.log<events::NewImplementation>(kCDai, {address(200), address(201)});
    require_incident(market.seal(), IncidentKind::kNotice, "runs 0x");
    CHECK(market.word(kCDai, View::kImplementation) == word_number(address(201)));
    CHECK(market.word(kCDai, View::kBalance, kAlice) == tokens(5));
    market.log<events::NewImplementation>(kComptroller, {address(210), address(211)});
    require_incident(market.seal(), IncidentKind::kNotice, "the Comptroller runs");
    CHECK(market.word(kComptroller, View::kComptrollerImplementation) == word_number(address(211)));
}

TEST_CASE("caps, pauses and factors are as last logged") {
    TestMarket market;
    market.begins();
    market.log<events::NewBorrowCap>(kComptroller, {kCDai, tokens(9)});
    market.log<events::NewBorrowCap>(kComptroller, {kNew, tokens(8)});
    market.log<events::ActionPaused>(kComptroller, {"Transfer", true});
    market.log<events::ActionPaused>(kComptroller, {"Seize", true});
    market.log<events::ActionPaused>(kComptroller, {"Mint", true});
    market.log<events::ActionPausedOf>(kComptroller, {kCDai, "Mint", true});
    market.log<events::NewCloseFactor>(kComptroller, {U256(), U256(5)});
    market.log<events::NewLiquidationIncentive>(kComptroller, {U256(), U256(6)});
    market.log<events::MarketComped>(kComptroller, {kCDai, true}).seal_quietly();
    CHECK(market.word(kComptroller, View::kBorrowCap, kCDai) == tokens(9));
    CHECK(market.word(kComptroller, View::kBorrowCap, kNew) == tokens(8));
    CHECK(market.word(kComptroller, View::kBorrowCap, kCUni).is_zero());
    CHECK(market.word(kComptroller, View::kTransferPaused) == U256(1));
    CHECK(market.word(kComptroller, View::kSeizePaused) == U256(1));
    CHECK(market.word(kComptroller, View::kMintPaused, kCDai) == U256(1));
    CHECK(market.word(kComptroller, View::kMintPaused, kCUni).is_zero());
    CHECK(market.word(kComptroller, View::kCloseFactor) == U256(5));
    CHECK(market.word(kComptroller, View::kIncentive) == U256(6));
    CHECK(market.word(view_read(kComptroller, View::kMarkets, kCDai), 2) == U256(1));
    CHECK(market.view({.to = kCDai, .data = {1, 2, 3, 4}}).status == FigureStatus::kNoData);
    CHECK_FALSE(market.protocol->views(market.at, protocol::Trust::kWithhold)
                    ->answer(view_read(address(99), View::kCash)));
}

TEST_CASE("history asks only what no later block changes") {
    TestMarket market;
    market.log<events::NewPriceOracle>(kComptroller, {Address{}, kOracle});
    market.lists(kCDai, kDai).history().seal_quietly();
    REQUIRE(market.asked.size() == 1);
    CHECK(market.was_asked(view_read(kCDai, View::kUnderlying)));
    market.mints(kCDai, kDai, kAlice, tokens(5)).history().seal_quietly();
    CHECK(market.asked.empty());
    CHECK(market.protocol->usable(0).status == FigureStatus::kNoData);
    CHECK(market.protocol->usable(0).reason == "no prices were read yet");
    CHECK_FALSE(market.protocol->asks_in_history({}));
    market.answers(view_read(kCDai, View::kCash), tokens(5)).seal_quietly();
    CHECK(market.was_asked(view_read(kCDai, View::kCash)));
    CHECK(market.protocol->usable(0).ok());
    CHECK(market.word(kCDai, View::kCash) == tokens(5));
    market.seal_quietly();
    CHECK_FALSE(market.was_asked(view_read(kCDai, View::kCash)));
}

TEST_CASE("cash that is not what transfers left is read at each block") {
    TestMarket market;
    market.begins();
    const eth::Read cash = view_read(kCDai, View::kCash);
    SECTION("found when it is first read") {
        market.answers(cash, tokens(1));
        require_incident(market.seal(), IncidentKind::kAnomaly, "it is read at each block");
    }
    SECTION("found by the cToken's own log") {
        market.answers(cash, U256()).seal_quietly();
        market.falls_silent(cash);
        market.log<events::AccrueInterest>(kCDai, {tokens(1), U256(), wad(), U256()});
        require_incident(market.seal(), IncidentKind::kAnomaly, "it is read at each block");
        CHECK_FALSE(market.was_asked(cash));
    }
    SECTION("found where it would be below zero") {
        market.answers(cash, U256()).seal_quietly();
        market.log<events::Transfer>(kDai, {kCDai, kBob, tokens(1)});
        require_incident(market.seal(), IncidentKind::kAnomaly, "it is read at each block");
    }
    market.answers(cash, tokens(2)).seal_quietly();
    CHECK(market.word(cash) == tokens(2));
    market.answers(cash, tokens(4)).seal_quietly();
    CHECK(market.word(cash) == tokens(4));
    market.falls_silent(cash).seal_quietly();
    CHECK(market.was_asked(cash));
    CHECK(market.view(cash).status == FigureStatus::kStale);
}

TEST_CASE("the cash of ether is read, be there a log of it or not") {
    TestMarket market;
    market.begins();
    const bool first = GENERATE(true, false);
    market.lists(kCEth, Address{});
    if (first) {  // The first cETH takes any call for a mint, and answers nothing.
        market.answers(view_read(kCEth, View::kUnderlying), Bytes());
    }
    market.answers(view_read(kCEth, View::kCash), tokens(1)).seal();
    CHECK(market.word(kCEth, View::kCash) == tokens(1));
    market.answers(view_read(kCEth, View::kCash), tokens(2)).seal_quietly();
    CHECK(market.word(kCEth, View::kCash) == tokens(2));
    market.falls_silent(view_read(kCEth, View::kCash)).seal_quietly();
    CHECK(market.view(view_read(kCEth, View::kCash)).status == FigureStatus::kStale);
}

TEST_CASE("a market that is given up has no figures, for that reason") {
    TestMarket market;
    market.begins();
    market.protocol->give_up(0, "its endpoint has no state");
    CHECK(market.protocol->usable(0).status == FigureStatus::kError);
    CHECK(market.protocol->degraded(0) == "its endpoint has no state");
}

TEST_CASE("audits ask what every fork answers, of market, cToken and account") {
    TestMarket market;
    market.begins();
    market.mints(kCDai, kDai, kAlice, tokens(5)).enters(kCDai, kAlice).seal_quietly();
    const auto reads = [&](protocol::SubjectKind kind, const Address& about) {
        return market.protocol->audit_reads(
            {.market = 0, .kind = kind, .holder = {.account = about, .part = {}}}
        );
    };
    CHECK(reads(protocol::SubjectKind::kMarket, {}).size() == 4);
    CHECK(reads(protocol::SubjectKind::kPart, kCDai).size() == 11);
    CHECK(reads(protocol::SubjectKind::kPart, kDai).empty());
    CHECK(reads(protocol::SubjectKind::kAccount, kAlice).size() == 3);
    CHECK(reads(protocol::SubjectKind::kAccount, kBob).empty());
    for (const eth::Read& read : reads(protocol::SubjectKind::kPart, kCDai)) {
        INFO(call_text(read.data));
        CHECK(market.view(read).ok());
    }
    CHECK(market.protocol->holders_of(0, kAlice).size() == 1);
    CHECK(market.protocol->holders_of(0, kBob).empty());
    CHECK(market.protocol->holder_sources(0) == std::vector<Address>{kCDai, kCUni, kComptroller});
}

}  // namespace faultline::compound_v2
