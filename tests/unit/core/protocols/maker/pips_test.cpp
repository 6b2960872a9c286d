// SPDX-License-Identifier: Apache-2.0
// Oracles that log nothing of their prices: those of Uniswap's shares, DSValue.
#include "unit/core/protocols/maker/maker_fixture.hpp"

#include <faultline/core/protocol/standing.hpp>

namespace faultline::maker {
namespace {

eth::Read as_spotter(View view) {
    eth::Read out = view_read(kPip, view);
    out.from = kSpotter;
    return out;
}

const eth::Read kPeep = as_spotter(View::kPeep);
const eth::Read kPeek = as_spotter(View::kPeek);
const eth::Read kStopped = as_spotter(View::kStopped);

protocol::Sheet ilk_of(const TestMaker& test) {
    return list_of(test.protocol->market_sheet(0, test.at()), "ilks").at(0);
}

bool is_void(const TestMaker& test) {
    const auto standings = test.protocol->standings();
    return contains(standings, "oracle " + kPip.hex() + " is void", &protocol::Standing::name);
}

}  // namespace

TEST_CASE("prices that no log announces are read at each live block, and told at that only") {
    TestMaker test;
    test.open_vault();
    test.pending().live = true;
    for (const std::uint64_t price : {60U, 90U}) {
        REQUIRE(test.asks(kPeep));
        REQUIRE(test.asks(kPeek));
        REQUIRE(test.asks(kStopped));
        test.answer(kPeep, {wads(price), U256(1)});
        test.answer(kPeek, {wads(2 * price), U256(1)});
        test.answer(kStopped, {U256()});
        test.seal_well();
        CHECK(number_of(ilk_of(test), "next_spot_ray") == *TestMaker::rday(price));
        CHECK(number_of(ilk_of(test), "oracle_price_wad") == wads(2 * price));
        CHECK(std::get<bool>(entry_of(ilk_of(test), "oracle_stopped").value) == false);
    }
    const std::vector<ledger::RowChange> before = test.ledger.dump();
    SECTION("nobody answers") {
        test.unanswered(kPeep);
        test.seal_well();
    }
    SECTION("a block of history, at which nothing is read") {
        test.pending().live = false;
        test.seal_well();
    }
    for (const char* name : {"next_spot_ray", "oracle_price_wad", "oracle_stopped"}) {
        CHECK(entry_of(ilk_of(test), name).status == FigureStatus::kNoData);
    }
    REQUIRE(test.ledger.undo(test.undo.back()));
    CHECK(test.ledger.dump() == before);
    CHECK(number_of(ilk_of(test), "next_spot_ray") == *TestMaker::rday(90));
}

TEST_CASE("an oracle that logs its price is asked for the next one once a log, over reorgs too") {
    TestMaker test;
    test.open_vault();
    test.pending().live = true;
    test.event<events::LogValue>(kPip, {Hash32::from_bytes(wads(100).to_be_bytes())});
    test.answer(kPeep, {wads(50), U256(1)});
    test.answer(kStopped, {U256()});
    test.seal_well();
    CHECK_FALSE(test.asks(kPeep));
    CHECK_FALSE(test.asks(kPeek));
    CHECK_FALSE(test.asks(kStopped));
    test.seal_well();
    CHECK(number_of(ilk_of(test), "next_spot_ray") == *TestMaker::rday(50));
    CHECK(number_of(ilk_of(test), "oracle_price_wad") == wads(100));
    REQUIRE(test.ledger.undo(test.undo.back()));
    REQUIRE(test.ledger.undo(test.undo.at(test.undo.size() - 2)));
    CHECK(test.asks(kPeep));
    CHECK(test.asks(kPeek));
}

TEST_CASE("an oracle without a next price is void where it says so, or a poke does") {
    TestMaker test;
    test.open_vault();
    test.pending().live = true;
    test.answer(kPeep, {}, true);
    test.answer(kStopped, {}, true);
    SECTION("it says so") {
        test.answer(kPeek, {U256(), U256()});
        test.seal_well();
        CHECK(is_void(test));
        CHECK_THAT(entry_of(ilk_of(test), "oracle_price_wad").reason, Catch::Contains("void"));
        CHECK_FALSE(test.asks(kPeep));
        CHECK_FALSE(test.asks(kStopped));
        test.unanswered(kPeek);
        test.seal_well();
        CHECK(is_void(test));
        REQUIRE(test.asks(kPeek));
        test.answer(kPeek, {wads(70), U256(1)});
    }
    SECTION("a poke does") {
        test.answer(kPeek, {wads(70), U256(1)});
        test.seal_well();
        CHECK_FALSE(is_void(test));
        CHECK_FALSE(test.asks(kPeek));
        test.poke(0);
        test.seal_well();
        CHECK(is_void(test));
        test.poke(80);
    }
    test.seal_well();
    CHECK_FALSE(is_void(test));
    // Nothing would say that it changed.
    CHECK(entry_of(ilk_of(test), "oracle_price_wad").status == FigureStatus::kNoData);
    CHECK(entry_of(ilk_of(test), "oracle_stopped").status == FigureStatus::kNoData);
}

}  // namespace faultline::maker
