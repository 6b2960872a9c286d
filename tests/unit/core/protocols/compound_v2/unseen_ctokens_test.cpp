// SPDX-License-Identifier: Apache-2.0
// cTokens whose beginning was not followed.
#include "core/protocols/compound_v2/events.hpp"
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

namespace faultline::compound_v2 {
namespace {

using protocol::IncidentKind;

const Address kNew = address(50);

}  // namespace

TEST_CASE("a cToken whose beginning was not seen is read while nobody has any of it") {
    TestMarket market;
    market.begins();
    const bool announced = GENERATE(true, false);
    if (announced) {  // It comes from another Comptroller.
        market.log<events::NewComptroller>(kNew, {address(99), kComptroller}).seal_quietly();
    }
    market.answers(view_read(kNew, View::kUnderlying), word_bytes(kDai));
    market.answers(view_read(kNew, View::kCash), tokens(3));
    market.log<events::MarketListed>(kComptroller, {kNew}).seal();
    // Nobody else is touched by it.
    CHECK(market.protocol->usable(0).ok());
    CHECK(market.view(view_read(kNew, View::kCash)).status == FigureStatus::kNoData);
    CHECK(market.view(view_read(kNew, View::kBalance, kAlice)).status == FigureStatus::kNoData);
    CHECK(
        market.view(view_read(kComptroller, View::kBorrowCap, kNew)).status == FigureStatus::kNoData
    );
    CHECK(market.view(view_read(kCDai, View::kCash)).ok());
    for (const View view :
         {View::kBorrowIndex, View::kReserves, View::kAccrualBlock, View::kReserveFactor}) {
        market.answers(view_read(kNew, view), U256(7));
    }
    market.answers(view_read(kNew, View::kBorrows), U256());
    market.answers(view_read(kNew, View::kModel), word_bytes(kModel));
    market.reverts(view_read(kComptroller, View::kBorrowCap, kNew));
    market.answers(view_read(kNew, View::kRateStored), wad());
    SECTION("nobody has") {
        market.answers(view_read(kNew, View::kSupply), U256()).seal_quietly();
        CHECK(market.protocol->usable(0).ok());
        CHECK(market.word(kNew, View::kBorrowIndex) == U256(7));
        CHECK(market.word(kNew, View::kCash) == tokens(3));
        CHECK(market.word(kComptroller, View::kBorrowCap, kNew).is_zero());
        market.log<events::Transfer>(kDai, {kBob, kNew, tokens(1)});
        market.answers(view_read(kNew, View::kCash), tokens(4)).seal_quietly();
        CHECK(market.word(kNew, View::kCash) == tokens(4));
    }
    SECTION("somebody has") {
        market.answers(view_read(kNew, View::kSupply), U256(1));
        require_incident(market.seal(), IncidentKind::kDegrades, "had accounts before it was");
    }
}

namespace {

/// cNEW, of which nothing was seen, at the end of the block that lists it: supplied with 9 and lent
/// 4 of them, at an index and with reserves from before.
void tells_of_unseen(TestMarket& market) {
    market.answers(view_read(kNew, View::kUnderlying), word_bytes(kDai));
    market.answers(view_read(kNew, View::kModel), word_bytes(kModel));
    market.answers(view_read(kNew, View::kSupply), tokens(9));
    market.answers(view_read(kNew, View::kBorrows), tokens(4));
    market.answers(view_read(kNew, View::kReserves), tokens(2));
    market.answers(view_read(kNew, View::kCash), tokens(7));
    market.answers(view_read(kNew, View::kBorrowIndex), tokens(2));
    market.answers(view_read(kNew, View::kAccrualBlock), U256(2));
    market.answers(view_read(kNew, View::kReserveFactor), U256(7));
    market.answers(view_read(kNew, View::kRateStored), wad());
    market.answers(view_read(kComptroller, View::kBorrowCap, kNew), tokens(8));
    market.price(kNew, wad());
}

void is_listed_and_used(TestMarket& market) {
    market.log<events::MarketListed>(kComptroller, {kNew});
    market.mints(kNew, kDai, kAlice, tokens(9)).enters(kNew, kAlice);
    market.log<events::ReservesAdded>(kNew, {kBob, tokens(1), tokens(2)});
    market.borrows(kNew, kDai, kAlice, tokens(4));
}

}  // namespace

TEST_CASE("a cToken whose beginning was not seen may be used in the block that lists it") {
    TestMarket market;
    market.begins();
    tells_of_unseen(market);
    is_listed_and_used(market);
    SECTION("by nobody before") {
        const bool model_answers = GENERATE(true, false);
        if (model_answers) {
            market.reverts(view_read(kModel, View::kKink));
        }
        require_incident(market.seal(), IncidentKind::kNotice, "was listed and is followed");
        CHECK(market.was_asked(view_read(kModel, View::kKink)));
        CHECK(market.protocol->broken_laws().empty());
        CHECK(market.word(kNew, View::kSupply) == tokens(9));
        CHECK(market.word(kNew, View::kBalance, kAlice) == tokens(9));
        CHECK(market.word(kNew, View::kReserves) == tokens(2));
        CHECK(market.word(kComptroller, View::kBorrowCap, kNew) == tokens(8));
        CHECK(market.word(kNew, View::kRateStored) == wad());
        CHECK(market.word(kNew, View::kDebtStored, kAlice) == tokens(4));
        // The debt is of the index that was read.
        market.log<events::AccrueInterest>(kNew, {tokens(7), tokens(2), tokens(3), tokens(6)});
        market.seal_quietly();
        CHECK(market.word(kNew, View::kDebtStored, kAlice) == tokens(6));
    }
    SECTION("read later, at another index") {
        market.falls_silent(view_read(kNew, View::kSupply));
        market.seal();
        CHECK(market.view(view_read(kNew, View::kSupply)).status == FigureStatus::kNoData);
        CHECK(market.health(kAlice).status == FigureStatus::kNoData);
        market.log<events::AccrueInterest>(kNew, {tokens(7), tokens(2), tokens(3), tokens(6)});
        market.answers(view_read(kNew, View::kBorrows), tokens(6));
        market.answers(view_read(kNew, View::kBorrowIndex), tokens(3));
        market.answers(view_read(kNew, View::kSupply), tokens(9)).seal_quietly();
        const eth::Read debt = view_read(kNew, View::kDebtStored, kAlice);
        CHECK(market.view(debt).status == FigureStatus::kNoData);
        // Of no index, it is no leg of any size.
        const protocol::Holder alice{.account = kAlice, .part = {}};
        CHECK(market.protocol->legs(0, alice).size() == 1);
        market.answers(debt, tokens(6)).seal_quietly();
        CHECK(market.word(debt) == tokens(6));
        CHECK(market.protocol->legs(0, alice).size() == 2);
    }
    SECTION("with a supply from before") {
        market.answers(view_read(kNew, View::kSupply), tokens(10));
        CHECK(market.seal().back().kind == IncidentKind::kDegrades);
    }
    SECTION("with debts from before") {
        market.answers(view_read(kNew, View::kBorrows), tokens(5));
        CHECK(market.seal().back().kind == IncidentKind::kDegrades);
    }
}

TEST_CASE("a cToken that cannot be read withholds those who entered its market, and nobody else") {
    TestMarket market;
    market.begins();
    market.mints(kCUni, kUni, kAlice, tokens(100)).enters(kCUni, kAlice);
    market.mints(kCUni, kUni, kBob, tokens(100)).enters(kCUni, kBob);
    market.mints(kCDai, kDai, kBob, tokens(100));
    market.borrows(kCDai, kDai, kAlice, tokens(10)).enters(kCDai, kAlice).seal_quietly();
    tells_of_unseen(market);
    market.gives_up(view_read(kNew, View::kBorrowIndex));
    market.log<events::MarketListed>(kComptroller, {kNew});
    market.mints(kNew, kDai, kBob, tokens(9)).enters(kNew, kBob);
    market.borrows(kNew, kDai, kBob, tokens(4)).seal();
    CHECK(market.health(kBob).status == FigureStatus::kNoData);
    CHECK(market.health(kAlice).ok());
    CHECK(market.view(view_read(kComptroller, View::kLiquidity, kAlice)).ok());
    CHECK(market.protocol->market_sheet(0, market.at).lists.size() == 1);
    CHECK_FALSE(market.protocol->account_sheet(0, kBob, market.at).lists.empty());
    market.log<events::ReservesAdded>(kNew, {kBob, tokens(1), tokens(2)});
    market.answers(view_read(kNew, View::kBorrowIndex), tokens(2)).seal_quietly();
    CHECK(market.health(kBob).ok());
}

}  // namespace faultline::compound_v2
