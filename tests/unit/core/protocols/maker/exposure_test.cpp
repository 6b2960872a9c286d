// SPDX-License-Identifier: Apache-2.0
// What the exposure graph is told of vaults and PSMs.
#include "core/protocols/maker/events.hpp"
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/view_calls.hpp"
#include "unit/core/protocols/maker/maker_fixture.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>

#include <catch2/catch.hpp>

#include <optional>
#include <vector>

namespace faultline::maker {
namespace {

using protocol::Leg;
using protocol::LegSide;

/// The PSM's ilk at 1 Dai, with 40 of gem as ink and as debt.
void fill_psm(TestMaker& test, const U256& ink) {
    test.vat(note_topic<"init(bytes32)">(), {word_of(kPsmIlk)});
    const Hash32 file = note_topic<"file(bytes32,bytes32,uint256)">();
    test.lib(kSpotter, file, {word_of(kPsmIlk), word_of(bytes32("mat")), ray()});
    test.vat(file, {word_of(kPsmIlk), word_of(bytes32("spot")), ray()});
    test.event<events::Poke>(kSpotter, {kPsmIlk, Hash32::from_bytes(wads(1).to_be_bytes()), ray()});
    test.vat(note_topic<"slip(bytes32,address,int256)">(), {word_of(kPsmIlk), word_of(kPsm), ink});
    test.vat(
        note_topic<"frob(bytes32,address,address,address,int256,int256)">(),
        {word_of(kPsmIlk), word_of(kPsm), word_of(kPsm), word_of(kPsm), ink, wads(40)}
    );
    test.event<events::Transfer>(kGem, {Address{}, kPocket, U256(40'000'000)});
    test.seal_well();
}

}  // namespace

TEST_CASE("a vault is collateral and a debt in Dai that is rounded up") {
    TestMaker test;
    test.open_vault();
    test.vat(
        note_topic<"slip(bytes32,address,int256)">(), {word_of(kEth), word_of(kAlice), wads(2)}
    );
    test.vat(note_topic<"fold(bytes32,address,int256)">(), {word_of(kEth), word_of(kVow), U256(1)});
    test.seal_well();
    const std::vector<Leg> legs = test.protocol->legs(0, {.account = kAlice, .part = kEth});
    CHECK(
        legs ==
        std::vector<Leg>{
            {.part = kEth, .side = LegSide::kSupplied, .units = wads(2)},
            {.part = kEth, .side = LegSide::kCollateral, .units = wads(15)},
            {.part = kEth, .side = LegSide::kDebt, .units = wads(1000)},
        }
    );
    const protocol::MarketExposure market = test.protocol->exposure(0, test.at());
    CHECK(market.contract == kVat);
    CHECK(market.issued == std::vector{kDai});
    CHECK(market.governed_by == std::vector{kEnd, kEsm});
    REQUIRE(market.parts.size() == 1);
    const protocol::PartExposure& eth = market.parts[0];
    CHECK(eth.name == "ETH-A");
    CHECK(eth.feed == kPip);
    CHECK(eth.claims.price.value == protocol::UnitPrice{.price = rays(100), .unit = U256(1)});
    CHECK(eth.claims.total_units.value == wads(17));
    CHECK_FALSE(eth.claims.decimals);
    CHECK(eth.owed.token == kDai);
    CHECK(eth.owed.total_units.value == wads(1000));
    CHECK(eth.owed.scale.amount(wads(1000)) == wrapping_add(wads(1000), U256(1)));
}

TEST_CASE("what a LitePSM may mint against is no collateral, what its pocket has is a reserve") {
    TestMaker test;
    fill_psm(test, wads(1'000'000));
    const protocol::MarketExposure market = test.protocol->exposure(0, test.at());
    REQUIRE(market.reserves.size() == 1);
    const protocol::Reserve& pocket = market.reserves[0];
    CHECK(pocket.part == kPsmIlk);
    CHECK(pocket.contract == kPsm);
    CHECK(pocket.holder == kPocket);
    CHECK(pocket.token == kGem);
    CHECK(pocket.amount.value == U256(40'000'000));
    // 40 of a gem with 6 decimals are 40 Dai.
    REQUIRE(pocket.price.ok());
    CHECK(
        mul_div_floor(pocket.amount.value, pocket.price.value.price, pocket.price.value.unit) ==
        rad(40)
    );
    CHECK(
        test.protocol->legs(0, {.account = kPsm, .part = kPsmIlk}) ==
        std::vector<Leg>{{.part = kPsmIlk, .side = LegSide::kDebt, .units = wads(40)}}
    );
}

TEST_CASE("the gem of a legacy PSM is its urn's, and counted once") {
    MarketConfig config = TestMaker::config();
    config.psms[0].kind = PsmKind::kLegacy;
    config.psms[0].pocket = {};
    TestMaker test(config);
    fill_psm(test, wads(40));
    const protocol::MarketExposure market = test.protocol->exposure(0, test.at());
    CHECK(market.reserves.at(0).holder == kPsm);
    CHECK(market.reserves[0].amount.value == U256(40'000'000));
    CHECK(test.protocol->legs(0, {.account = kPsm, .part = kPsmIlk}).size() == 1);
}

TEST_CASE("exposures of a degraded Vat say why there are none") {
    TestMaker test;
    test.open_vault();
    test.frob(kBob, wads(1), U256());  // He has no gem.
    static_cast<void>(test.seal());
    const protocol::MarketExposure market = test.protocol->exposure(0, test.at());
    REQUIRE(market.parts.size() == 1);
    CHECK(market.parts[0].owed.total_units.status == FigureStatus::kError);
    CHECK(market.parts[0].owed.total_units.reason == test.protocol->degraded(0));
    CHECK(market.parts[0].claims.price.status == FigureStatus::kError);
    CHECK(market.reserves.at(0).amount.status == FigureStatus::kError);
}

}  // namespace faultline::maker
