// SPDX-License-Identifier: Apache-2.0
// Interest and debts.
#include "core/protocols/compound_v2/events.hpp"
#include "core/protocols/compound_v2/view_calls.hpp"
#include "unit/core/protocols/compound_v2/market_fixture.hpp"

#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/incident.hpp>

#include <catch2/catch.hpp>

namespace faultline::compound_v2 {
namespace {

using protocol::IncidentKind;

/// Alice supplied 100 UNI and borrowed 40 DAI, of 100 that Bob supplied.
void lend(TestMarket& market) {
    market.begins();
    market.mints(kCDai, kDai, kBob, tokens(100));
    market.mints(kCUni, kUni, kAlice, tokens(100));
    market.enters(kCUni, kAlice).enters(kCDai, kAlice);
    market.borrows(kCDai, kDai, kAlice, tokens(40)).seal_quietly();
}

}  // namespace

TEST_CASE("both forms of AccrueInterest move index, borrows and reserves") {
    TestMarket market;
    lend(market);
    market.log<events::NewReserveFactor>(kCDai, {U256(), wei("100000000000000000")});
    market.seal_quietly();
    const bool first = GENERATE(true, false);
    const U256 interest = 19;  // A tenth of it is 1.9, and truncated.
    const U256 borrows = wrapping_add(tokens(40), interest);
    const U256 index = wrapping_add(wad(), 1'000);
    if (first) {
        market.log<events::FirstAccrueInterest>(kCDai, {interest, index, borrows});
    } else {
        market.log<events::AccrueInterest>(kCDai, {tokens(60), interest, index, borrows});
    }
    // Comes after the accrual it is part of, which is by the factor before.
    market.log<events::NewReserveFactor>(kCDai, {U256(), wad()});
    market.seal_quietly();
    CHECK(market.word(kCDai, View::kBorrowIndex) == index);
    CHECK(market.word(kCDai, View::kBorrows) == borrows);
    CHECK(market.word(kCDai, View::kReserves) == U256(1));
    CHECK(market.word(kCDai, View::kAccrualBlock) == U256(market.at.number));
    CHECK(market.word(kCDai, View::kDebtStored, kAlice) == wei("40000000000000040000"));
    CHECK(market.word(kCDai, View::kReserveFactor) == wad());
}

TEST_CASE("interest that does not follow from what was is a contradiction") {
    TestMarket market;
    lend(market);
    SECTION("borrows") {
        market.log<events::AccrueInterest>(kCDai, {tokens(60), U256(1), wad(), tokens(40)});
    }
    SECTION("an index that goes down") {
        market.log<events::AccrueInterest>(kCDai, {tokens(60), U256(), U256(5), tokens(40)});
    }
    require_incident(market.seal(), IncidentKind::kDegrades, "does not follow from borrows of");
    CHECK(market.quarantine.total(0) == 1);
}

TEST_CASE("a repayment leaves what its log says, and nothing of a debt that is paid") {
    TestMarket market;
    lend(market);
    CHECK(market.word(kCDai, View::kCash) == tokens(60));
    market.log<events::Transfer>(kDai, {kBob, kCDai, tokens(15)});
    market.log<events::RepayBorrow>(kCDai, {kBob, kAlice, tokens(15), tokens(25), tokens(25)});
    market.seal_quietly();
    CHECK(market.word(kCDai, View::kDebtStored, kAlice) == tokens(25));
    CHECK(market.word(kCDai, View::kCash) == tokens(75));
    market.log<events::Transfer>(kDai, {kAlice, kCDai, tokens(25)});
    market.log<events::RepayBorrow>(kCDai, {kAlice, kAlice, tokens(25), U256(), U256()});
    market.seal_quietly();
    CHECK(market.word(kCDai, View::kDebtStored, kAlice).is_zero());
    CHECK_FALSE(market.protocol->health(0, market.at)->has_debt({.account = kAlice, .part = {}}));
    CHECK(market.word(kCDai, View::kRateStored) == wad());
}

TEST_CASE("a debt that does not follow from the one before is a contradiction") {
    TestMarket market;
    lend(market);
    SECTION("of the account, borrowing") {
        market.log<events::Borrow>(kCDai, {kAlice, tokens(1), tokens(42), tokens(41)});
    }
    SECTION("of all, borrowing") {
        market.log<events::Borrow>(kCDai, {kAlice, tokens(1), tokens(41), tokens(42)});
    }
    SECTION("of the account, repaying") {
        market.log<events::RepayBorrow>(kCDai, {kBob, kAlice, tokens(1), tokens(38), tokens(39)});
    }
    SECTION("of all, repaying") {
        market.log<events::RepayBorrow>(kCDai, {kBob, kAlice, tokens(1), tokens(39), tokens(38)});
    }
    require_incident(market.seal(), IncidentKind::kDegrades, "the debt of");
}

TEST_CASE("views that accrue go by the model's rate over the blocks since") {
    TestMarket market;
    lend(market);
    market.seal_quietly();
    market.seal_quietly();
    // 40 of 100 are lent: 1e9 + 0.4 * 2e9 per block, over the two blocks since the debt began.
    CHECK(market.word(kCDai, View::kBorrowRate) == U256(1'800'000'000));
    CHECK(market.word(kCDai, View::kSupplyRate) == U256(720'000'000));
    CHECK(market.word(kCDai, View::kDebtStored, kAlice) == tokens(40));
    // The market began a block before the debt: its index counts from there.
    CHECK(market.word(kCDai, View::kDebtCurrent, kAlice) == wei("40000000216000000000"));
    CHECK(market.word(kCDai, View::kBorrowsCurrent) == wei("40000000216000000000"));
    CHECK(market.word(kCDai, View::kRateCurrent) == wei("1000000002160000000"));
}

TEST_CASE("a rate above the most makes what accrues revert and leaves what is stored") {
    TestMarket market;
    lend(market);
    market.log<events::NewParams>(kModel, {U256(5'000'000'000'001), U256(1)}).seal_quietly();
    CHECK(market.view(view_read(kCDai, View::kRateCurrent)).status == FigureStatus::kError);
    CHECK(market.view(view_read(kCDai, View::kDebtCurrent, kBob)).status == FigureStatus::kError);
    CHECK(market.word(kCDai, View::kRateStored) == wad());
}

TEST_CASE("a jump model rises faster above its kink") {
    TestMarket market;
    lend(market);
    market
        .log<events::NewJumpParams>(
            kModel,
            {U256(1'000'000'000),
             U256(2'000'000'000),
             U256(50'000'000'000),
             wei("300000000000000000")}
        )
        .seal_quietly();
    // 1e9 + 0.3 * 2e9 + 0.1 * 5e10
    CHECK(market.word(kCDai, View::kBorrowRate) == U256(6'600'000'000));
}

TEST_CASE("rates are held to the contract's own, and read where the model gives others") {
    TestMarket market;
    lend(market);
    const eth::Read rate = view_read(kCDai, View::kBorrowRate);
    CHECK(market.was_asked(rate));
    CHECK(market.was_asked(view_read(kModel, View::kKink)));
    market.answers(view_read(kModel, View::kBaseRate), U256(1'000'000'000));
    market.answers(view_read(kModel, View::kMultiplier), U256(2'000'000'000));
    market.reverts(view_read(kModel, View::kJumpMultiplier));
    SECTION("the same") {
        market.reverts(view_read(kModel, View::kKink));
        market.answers(rate, U256(1'800'000'000)).seal_quietly();
        market.falls_silent(rate).seal_quietly();
        CHECK_FALSE(market.was_asked(rate));
        CHECK(market.word(rate) == U256(1'800'000'000));
    }
    SECTION("another") {
        market.reverts(view_read(kModel, View::kKink));
        market.answers(rate, U256(77)).seal_quietly();
        CHECK(market.word(rate) == U256(77));
        market.answers(rate, U256(78)).seal_quietly();
        CHECK(market.word(rate) == U256(78));
        CHECK(market.view(view_read(kCDai, View::kSupplyRate)).status == FigureStatus::kNoData);
        market.falls_silent(rate).seal_quietly();
        CHECK(market.view(rate).status == FigureStatus::kNoData);
    }
    SECTION("the same for borrowers, where suppliers earn Dai's savings rate besides") {
        market.reverts(view_read(kModel, View::kKink));
        market.answers(view_read(kModel, View::kSavingsRate), U256());
        market.answers(rate, U256(1'800'000'000)).seal_quietly();
        CHECK(market.word(rate) == U256(1'800'000'000));
        CHECK(market.view(view_read(kCDai, View::kSupplyRate)).status == FigureStatus::kNoData);
        market.answers(rate, U256(78)).seal_quietly();
        CHECK(market.word(rate) == U256(78));
    }
    SECTION("a kink without a jump is of the first jump models, which take words otherwise") {
        market.answers(view_read(kModel, View::kKink), U256(5));
        market.answers(rate, U256(1'800'000'000)).seal_quietly();
        market.answers(rate, U256(79)).seal_quietly();
        CHECK(market.word(rate) == U256(79));
    }
}

TEST_CASE("a model that is named again is asked again") {
    TestMarket market;
    lend(market);
    // The first jump models log (base, multiplier, kink, jump), and answer jump() alone. Below the
    // kink, as taken from the log, both forms give the same.
    const eth::Read rate = view_read(kCDai, View::kBorrowRate);
    market.answers(view_read(kCUni, View::kBorrowRate), U256(1'000'000'000));
    market.answers(view_read(kModel, View::kBaseRate), U256(1'000'000'000));
    market.answers(view_read(kModel, View::kMultiplier), U256(2'000'000'000));
    market.reverts(view_read(kModel, View::kJumpMultiplier));
    market.answers(view_read(kModel, View::kKink), wad());
    market.log<events::NewJumpParams>(
        kModel, {U256(1'000'000'000), U256(2'000'000'000), wad(), wad()}
    );
    market.answers(rate, U256(1'800'000'000)).seal_quietly();
    CHECK(market.view(view_read(kCDai, View::kSupplyRate)).status == FigureStatus::kNoData);
    market.log<events::NewMarketInterestRateModel>(kCDai, {kModel, kModel}).seal_quietly();
    CHECK(market.was_asked(view_read(kModel, View::kKink)));
    CHECK(market.word(rate) == U256(1'800'000'000));
    CHECK(market.view(view_read(kCDai, View::kSupplyRate)).status == FigureStatus::kNoData);
    market.answers(rate, U256(77)).seal_quietly();
    CHECK(market.word(rate) == U256(77));
}

TEST_CASE("a model that does not answer stays unchecked, whatever its log gives") {
    TestMarket market;
    lend(market);
    const eth::Read rate = view_read(kCDai, View::kBorrowRate);
    market.answers(view_read(kCUni, View::kBorrowRate), U256(1'000'000'000));
    market.answers(rate, U256(1'800'000'000)).seal_quietly();
    CHECK(market.word(rate) == U256(1'800'000'000));
    market.seal_quietly();
    CHECK(market.was_asked(view_read(kModel, View::kKink)));
}

}  // namespace faultline::compound_v2
