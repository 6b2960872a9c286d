// SPDX-License-Identifier: Apache-2.0
// Dai's supply: dai.sol lets anybody send Dai to the zero address, with the log that a burn has.
#include "unit/core/protocols/maker/maker_fixture.hpp"

namespace faultline::maker {
namespace {

const Address kDaiJoin = address(21);
const eth::Read kSupply = view_read(kDai, View::kTotalSupply);

MarketConfig with_join() {
    MarketConfig out = TestMaker::config();
    out.dai_join = kDaiJoin;
    return out;
}

void move(TestMaker& test, const Address& from, const Address& to, const U256& amount_rad) {
    test.vat(
        note_topic<"move(address,address,uint256)">(), {word_of(from), word_of(to), amount_rad}
    );
}

void transfer(TestMaker& test, const Address& from, const Address& to, const U256& amount) {
    test.event<events::Transfer>(kDai, {from, to, amount});
}

/// Alice exits her 1,000 Dai.
void begin(TestMaker& test) {
    test.open_vault();
    move(test, kAlice, kDaiJoin, rad(1000));
    transfer(test, Address{}, kAlice, wads(1000));
    test.seal_well();
}

FigureStatus status(const TestMaker& test) {
    return test.view(kDai, View::kTotalSupply).status;
}

}  // namespace

TEST_CASE("what the DaiJoin burns is burnt") {
    TestMaker test(with_join());
    begin(test);
    move(test, kDaiJoin, kBob, rad(400));
    transfer(test, kAlice, Address{}, wads(400));
    CHECK_FALSE(test.asks(kSupply));
    test.seal_well();
    CHECK(test.word(kDai, View::kTotalSupply) == wads(600));
    CHECK_FALSE(test.asks(kSupply));
}

TEST_CASE("Dai that went to zero otherwise leaves the supply open until it is read") {
    const bool burnt = GENERATE(true, false);
    TestMaker test(with_join());
    begin(test);
    SECTION("alone") {}
    SECTION("after a move of another amount") {
        move(test, kDaiJoin, kDaiJoin, rad(399));
    }
    SECTION("after a move from somebody else") {
        move(test, kDaiJoin, kBob, rad(400));
        move(test, kBob, kDaiJoin, rad(400));
    }
    SECTION("after the note of another contract") {
        auto [topics, data] = TestMaker::noted(
            NoteKind::kVat,
            note_topic<"move(address,address,uint256)">(),
            {word_of(kDaiJoin), word_of(kBob), rad(400)},
            {}
        );
        test.raw(kBob, std::move(topics), std::move(data));
    }
    SECTION("after another transaction's join") {
        move(test, kDaiJoin, kDaiJoin, rad(400));
        test.next_transaction();
    }
    transfer(test, kAlice, Address{}, wads(400));
    CHECK(test.asks(kSupply));
    test.seal_well();
    CHECK(status(test) == FigureStatus::kNoData);
    CHECK(
        entry_of(test.protocol->market_sheet(0, test.at()), "dai_supply_wad").status ==
        FigureStatus::kNoData
    );
    CHECK(test.word(kDai, View::kBalanceOf, {word_of(kAlice)}) == wads(600));
    CHECK_FALSE(test.view(kDai, View::kBalanceOf, {U256()}).ok());
    CHECK(test.asks(kSupply));
    test.seal_well();
    CHECK(status(test) == FigureStatus::kNoData);
    // It was burnt, or it was not.
    const U256 supply = wads(burnt ? 600 : 1000);
    test.answer(kSupply, {supply});
    test.seal_well();
    CHECK(test.word(kDai, View::kTotalSupply) == supply);
    CHECK_FALSE(test.asks(kSupply));
    transfer(test, kAlice, kBob, wads(1));
    test.seal_well();
    CHECK(test.word(kDai, View::kTotalSupply) == supply);
    CHECK(test.quarantine.total() == 0);
}

TEST_CASE("what goes on while the supply is in doubt does not contradict the rows") {
    TestMaker test(with_join());
    begin(test);
    transfer(test, kAlice, Address{}, wads(400));
    test.seal_well();
    move(test, kDaiJoin, kBob, rad(600));
    transfer(test, kAlice, Address{}, wads(600));
    test.seal_well();
    CHECK(status(test) == FigureStatus::kNoData);
    CHECK(test.protocol->usable(0).ok());
}

TEST_CASE("a transfer of nothing to zero, and a mint for zero, leave nothing open") {
    TestMaker test(with_join());
    begin(test);
    transfer(test, kAlice, Address{}, U256());
    move(test, kDaiJoin, kAlice, U256());
    move(test, kAlice, kDaiJoin, U256());
    transfer(test, Address{}, Address{}, U256());
    CHECK_FALSE(test.asks(kSupply));
    test.seal_well();
    CHECK(test.word(kDai, View::kTotalSupply) == wads(1000));
    // DaiJoin.exit to zero: Dai of zero's, and of the supply.
    test.frob(kBob, U256(), U256());
    test.vat(note_topic<"suck(address,address,uint256)">(), {word_of(kVow), word_of(kBob), rad(5)});
    move(test, kBob, kDaiJoin, rad(5));
    transfer(test, Address{}, Address{}, wads(5));
    CHECK_FALSE(test.asks(kSupply));
    test.seal_well();
    CHECK(test.word(kDai, View::kTotalSupply) == wads(1005));
}

}  // namespace faultline::maker
