// SPDX-License-Identifier: Apache-2.0
// Debts whose principal no log told since a bootstrap.
#include "core/protocols/compound_v2/events.hpp"
#include "core/protocols/compound_v2/reads.hpp"
#include "core/protocols/compound_v2/view_calls.hpp"
#include "unit/core/protocols/compound_v2/market_fixture.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_reading.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace faultline::compound_v2 {
namespace {

constexpr std::size_t kBorrowers = 300;

Address borrower(std::size_t n) {
    Address out = address(static_cast<std::uint8_t>(n));
    out.bytes[18] = static_cast<std::uint8_t>(1 + (n >> 8U));
    return out;
}

Bytes snapshot(const U256& debt) {
    Bytes out = word_bytes(U256());
    for (const U256& word : {U256(), debt, wad()}) {
        const Bytes bytes = word_bytes(word);
        out.insert(out.end(), bytes.begin(), bytes.end());
    }
    return out;
}

Bytes list(const std::vector<Address>& all) {
    Bytes out = word_bytes(U256(32));
    const auto add = [&](const Bytes& word) {
        out.insert(out.end(), word.begin(), word.end());
    };
    add(word_bytes(U256(all.size())));
    for (const Address& one : all) {
        add(word_bytes(one));
    }
    return out;
}

/// cDAI alone, with borrowers of 10 wei each and nobody who supplies.
void tell(TestMarket& market) {
    market.answers(view_read(kComptroller, View::kAllMarkets), list({kCDai}));
    market.answers(view_read(kComptroller, View::kOracle), word_bytes(kOracle));
    market.answers(view_read(kComptroller, View::kCloseFactor), wad());
    market.answers(view_read(kComptroller, View::kIncentive), wad());
    Bytes listed = word_bytes(U256(1));
    listed.resize(3 * kWord);
    market.answers(view_read(kComptroller, View::kMarkets, kCDai), listed);
    market.price(kCDai, wad());
    market.answers(view_read(kCDai, View::kUnderlying), word_bytes(kDai));
    market.answers(view_read(kCDai, View::kBorrowIndex), wad());
    market.answers(view_read(kCDai, View::kBorrows), U256(10 * kBorrowers));
    market.answers(view_read(kCDai, View::kModel), word_bytes(kModel));
    market.answers(view_read(kCDai, View::kRateStored), wad());
    for (const View view :
         {View::kReserves,
          View::kSupply,
          View::kAccrualBlock,
          View::kReserveFactor,
          View::kCash,
          View::kBorrowRate}) {
        market.answers(view_read(kCDai, view), U256());
    }
    Bytes short_of_ten;
    for (const U256& word : {U256(), U256(), U256(10)}) {
        const Bytes bytes = word_bytes(word);
        short_of_ten.insert(short_of_ten.end(), bytes.begin(), bytes.end());
    }
    for (std::size_t i = 0; i < kBorrowers; ++i) {
        market.answers(view_read(kComptroller, View::kAssetsIn, borrower(i)), list({kCDai}));
        market.answers(view_read(kComptroller, View::kLiquidity, borrower(i)), short_of_ten);
        market.answers(view_read(kCDai, View::kSnapshot, borrower(i)), snapshot(10));
    }
}

void read(TestMarket& market) {
    std::vector<protocol::Holder> holders;
    for (std::size_t i = 0; i < kBorrowers; ++i) {
        holders.push_back({.account = borrower(i), .part = {}});
    }
    const auto reading = market.protocol->read_market(
        {.market = 0,
         .block = {.number = 1, .hash = {}},
         .timestamp = {},
         .holders = holders,
         .holders_known = 0}
    );
    while (!reading->calls().empty()) {
        std::vector<eth::ReadAnswer> answers;
        for (const eth::Read& call : reading->calls()) {
            answers.push_back(market.answer(call));
        }
        const auto taken = reading->take(answers);
        INFO((taken ? "" : taken.error().message()));
        REQUIRE(taken);
    }
    CHECK(reading->holders_compared() == kBorrowers);
    market.ledger.seal();
}

std::size_t with_figure(const TestMarket& market) {
    std::size_t count = 0;
    market.protocol->health(0, market.at)->each_indebted([&](const auto&, const auto& health) {
        count += health.ok() ? 1 : 0;
    });
    return count;
}

}  // namespace

TEST_CASE("debts read by a bootstrap are read again when their index moves, so many a block") {
    TestMarket market;
    tell(market);
    read(market);
    market.seal_quietly();
    CHECK(with_figure(market) == kBorrowers);
    const auto debt_reads = [&] {
        return static_cast<std::size_t>(std::ranges::count_if(market.asked, [](const auto& one) {
            return find_view(one.data)->view == View::kDebtStored;
        }));
    };
    CHECK(debt_reads() == 0);
    for (std::size_t i = 0; i < kBorrowers; ++i) {
        market.answers(view_read(kCDai, View::kDebtStored, borrower(i)), U256(11));
    }
    const U256 index = wrapping_add(wad(), half(wad()));
    market.log<events::AccrueInterest>(kCDai, {U256(), U256(300), index, U256(3'300)});
    market.seal_quietly();
    CHECK(debt_reads() == kMostDebtReads);
    CHECK(with_figure(market) == kMostDebtReads);
    market.seal_quietly();
    CHECK(debt_reads() == kBorrowers - kMostDebtReads);
    CHECK(with_figure(market) == kBorrowers);
    market.seal_quietly();
    CHECK(debt_reads() == 0);
    // A log tells the principal: it is followed from here on, and never read again.
    const U256 higher = wrapping_add(index, index);
    market.log<events::Borrow>(kCDai, {borrower(7), U256(5), U256(16), U256(3'305)});
    market.log<events::AccrueInterest>(kCDai, {U256(), U256(1), higher, U256(3'306)});
    market.seal_quietly();
    CHECK(market.word(kCDai, View::kDebtStored, borrower(7)) == U256(32));
    market.log<events::AccrueInterest>(
        kCDai, {U256(), U256(1), wrapping_add(higher, higher), U256(3'307)}
    );
    market.seal_quietly();
    CHECK_FALSE(market.was_asked(view_read(kCDai, View::kDebtStored, borrower(7))));
    CHECK(market.word(kCDai, View::kDebtStored, borrower(7)) == U256(64));
}

TEST_CASE("a debt that was not read at its index is withheld, and so is what it is part of") {
    TestMarket market;
    tell(market);
    read(market);
    const U256 index = wrapping_add(wad(), half(wad()));
    market.log<events::AccrueInterest>(kCDai, {U256(), U256(300), index, U256(3'300)});
    market.seal_quietly();
    const auto debt = market.view(view_read(kCDai, View::kDebtStored, borrower(1)));
    CHECK(debt.status == FigureStatus::kNoData);
    CHECK_THAT(debt.reason, Catch::Contains("was read at another borrow index"));
    CHECK(market.health(borrower(1)).status == FigureStatus::kNoData);
    CHECK(with_figure(market) == 0);
}

TEST_CASE("a market whose utilization has no value is read, and has no rate until it has") {
    TestMarket market;
    tell(market);
    // cash + borrows = reserves: the model divides by zero.
    const eth::Read rate = view_read(kCDai, View::kBorrowRate);
    market.answers(view_read(kCDai, View::kReserves), U256(10 * kBorrowers));
    market.reverts(rate);
    const bool model_known = GENERATE(true, false);
    if (model_known) {
        market.answers(view_read(kModel, View::kBaseRate), U256(7));
        market.answers(view_read(kModel, View::kMultiplier), U256(5));
        market.reverts(view_read(kModel, View::kJumpMultiplier));
        market.reverts(view_read(kModel, View::kKink));
    }
    read(market);
    const auto missing = model_known ? FigureStatus::kError : FigureStatus::kNoData;
    market.at = {.number = 1, .timestamp = {}};
    CHECK(market.view(rate).status == missing);
    market.seal_quietly();
    CHECK(market.view(rate).status == missing);
    CHECK(market.word(kCDai, View::kDebtStored, borrower(1)) == U256(10));
    // Half of all is lent.
    market.log<events::Transfer>(kDai, {kBob, kCDai, U256(20 * kBorrowers)});
    market.answers(view_read(kCDai, View::kCash), U256(20 * kBorrowers));
    market.answers(rate, U256(model_known ? 9 : 8)).seal_quietly();
    CHECK(market.word(rate) == U256(model_known ? 9 : 8));
}

}  // namespace faultline::compound_v2
