// SPDX-License-Identifier: Apache-2.0
// What ilks are tokens of, and how much there is of each.
#include "core/protocols/maker/joins.hpp"

#include "core/protocols/maker/collateral.hpp"
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/view_calls.hpp"
#include "unit/core/protocols/maker/maker_fixture.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/incident.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <vector>

namespace faultline::maker {
namespace {

const Address kJoin = address(60);
const Address kOtherJoin = address(61);
const Address kWeth = address(62);

eth::Read gem_read(const Address& join) {
    return view_read(join, View::kJoinGem);
}

/// ETH-A of kJoin, whose token has so many decimals.
void open_with_join(TestMaker& test, std::uint64_t decimals) {
    test.pending().live = true;
    test.rely(kJoin);
    test.answer_join(kJoin, kEth, kWeth, decimals);
    test.open_vault();
}

protocol::PartExposure part_of(const TestMaker& test) {
    const protocol::MarketExposure market = test.protocol->exposure(0, test.at());
    REQUIRE(market.parts.size() == 1);
    return market.parts[0];
}

std::size_t contradictions(const std::vector<protocol::Incident>& incidents) {
    std::size_t out = 0;
    for (const protocol::Incident& one : incidents) {
        out += one.text.find("joins name different tokens") != std::string::npos ? 1 : 0;
    }
    return out;
}

}  // namespace

TEST_CASE("a ward of the Vat that says it is a join says what its ilk is a token of") {
    TestMaker test;
    test.pending().live = true;
    test.seal_well();
    test.rely(kJoin);
    CHECK(test.asks(gem_read(kJoin)));
    CHECK(test.asks(view_read(kJoin, View::kJoinIlk)));
    CHECK(test.asks(view_read(kJoin, View::kJoinDec)));
    test.answer_join(kJoin, kEth, kWeth, 18);
    test.open_vault();
    CHECK_FALSE(test.asks(gem_read(kJoin)));
    const protocol::PartExposure eth = part_of(test);
    CHECK(eth.claims.token == kWeth);
    CHECK(eth.claims.decimals == 18);
    CHECK(eth.claims.scale.amount(wads(15)) == wads(15));
    CHECK(eth.claims.total_units.value == wads(15));
    CHECK(eth.claims.price.value == protocol::UnitPrice{.price = rays(100), .unit = U256(1)});
    CHECK(eth.disputed.empty());
}

TEST_CASE("collateral is told in the units of its token, rounded down") {
    TestMaker test;
    open_with_join(test, 6);
    const protocol::PartExposure eth = part_of(test);
    CHECK(eth.claims.decimals == 6);
    CHECK(eth.claims.scale.amount(wads(15)) == U256(15'000'000));
    CHECK(eth.claims.scale.amount(wrapping_sub(wads(15), U256(1))) == U256(14'999'999));
    const protocol::UnitPrice& price = eth.claims.price.value;
    CHECK(mul_div_floor(U256(15'000'000), price.price, price.unit) == rad(1500));
}

TEST_CASE("wards that are no joins are asked once, and who has no answer again") {
    TestMaker test;
    test.pending().live = true;
    test.rely(kJoin);
    test.rely(kOtherJoin);
    for (const eth::Read& read : join_reads(kJoin)) {
        test.answer(read, {}, true);
    }
    for (const eth::Read& read : join_reads(kOtherJoin)) {
        test.unanswered(read);
    }
    test.seal_well();
    CHECK_FALSE(test.asks(gem_read(kJoin)));
    CHECK(test.asks(gem_read(kOtherJoin)));
    test.answer_join(kOtherJoin, kEth, kWeth, 18);
    test.open_vault();
    CHECK(part_of(test).claims.token == kWeth);
}

TEST_CASE("joins of history are asked at the next live block, and those that are no wards forgotten"
) {
    TestMaker test;
    test.rely(kJoin);
    test.rely(kOtherJoin);
    CHECK(test.protocol->plan_reads(test.pending()).empty());
    test.seal_well();
    test.vat(note_topic<"deny(address)">(), {word_of(kOtherJoin)});
    test.seal_well();
    test.pending().live = true;
    CHECK(test.asks(gem_read(kJoin)));
    CHECK_FALSE(test.asks(gem_read(kOtherJoin)));
    test.answer_join(kJoin, kEth, kWeth, 18);
    test.open_vault();
    CHECK(part_of(test).claims.token == kWeth);
    test.vat(note_topic<"deny(address)">(), {word_of(kJoin)});
    test.seal_well();
    CHECK(part_of(test).claims.token == Address{});
}

TEST_CASE("a join that is configured is asked though no log names it, and no deny takes it away") {
    MarketConfig config = TestMaker::config();
    config.joins = {kJoin};
    TestMaker test(config);
    test.pending().live = true;
    test.seal_well();
    test.vat(note_topic<"deny(address)">(), {word_of(kJoin)});
    CHECK(test.asks(gem_read(kJoin)));
    test.answer_join(kJoin, kEth, kWeth, 18);
    test.open_vault();
    CHECK(part_of(test).claims.token == kWeth);
}

TEST_CASE("joins that contradict each other are shown, and none is chosen") {
    TestMaker test;
    open_with_join(test, 18);
    test.rely(kOtherJoin);
    test.answer_join(kOtherJoin, kEth, kGem, 6);
    CHECK(contradictions(test.seal()) == 1);
    const protocol::PartExposure eth = part_of(test);
    CHECK(eth.claims.token == Address{});
    CHECK_FALSE(eth.claims.decimals);
    CHECK(eth.disputed == std::vector{kGem, kWeth});
    CHECK(eth.claims.scale == protocol::Scale{});
    CHECK(contradictions(test.seal()) == 0);

    static_cast<void>(test.ledger.undo(test.undo.back()));
    static_cast<void>(test.ledger.undo(test.undo[test.undo.size() - 2]));
    CHECK(part_of(test).claims.token == kWeth);
    CHECK(part_of(test).disputed.empty());
}

TEST_CASE("a token with more decimals than a wad is none that a join could convert") {
    TestMaker test;
    open_with_join(test, 19);
    CHECK(part_of(test).claims.token == Address{});
}

TEST_CASE("the collateral of an ilk is the sum of ink and gem, by frob, fork, flux and grab") {
    TestMaker test;
    open_with_join(test, 18);
    const auto total = [&test] {
        const Figure<U256> figure = part_of(test).claims.total_units;
        INFO(figure.reason);
        REQUIRE(figure.ok());
        return figure.value;
    };
    test.vat(note_topic<"slip(bytes32,address,int256)">(), {word_of(kEth), word_of(kBob), wads(4)});
    test.frob(kBob, wads(3), U256());
    test.seal_well();
    CHECK(total() == wads(19));
    test.vat(
        note_topic<"fork(bytes32,address,address,int256,int256)">(),
        {word_of(kEth), word_of(kBob), word_of(kAlice), wads(2), U256()}
    );
    test.vat(
        note_topic<"flux(bytes32,address,address,uint256)">(),
        {word_of(kEth), word_of(kBob), word_of(kClip), wads(1)}
    );
    test.seal_well();
    CHECK(total() == wads(19));
    test.vat(
        note_topic<"grab(bytes32,address,address,address,int256,int256)">(),
        {word_of(kEth),
         word_of(kAlice),
         word_of(kClip),
         word_of(kVow),
         minus_word(wads(17)),
         minus_word(wads(1000))}
    );
    test.seal_well();
    CHECK(total() == wads(19));
    test.vat(
        note_topic<"slip(bytes32,address,int256)">(),
        {word_of(kEth), word_of(kClip), minus_word(wads(18))}
    );
    test.seal_well();
    CHECK(total() == wads(1));
    static_cast<void>(test.ledger.undo(test.undo.back()));
    CHECK(total() == wads(19));
}

}  // namespace faultline::maker
