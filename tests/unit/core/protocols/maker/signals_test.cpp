// SPDX-License-Identifier: Apache-2.0
// What rules read of Maker, and what they are told.
#include "core/protocols/maker/events.hpp"
#include "core/protocols/maker/notes.hpp"
#include "unit/core/protocols/maker/maker_fixture.hpp"
#include "unit/core/signals/signals_said.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/activity.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <string>

namespace faultline::maker {
namespace {

signals::Said said(const TestMaker& maker) {
    return signals::said(*maker.protocol, 0, maker.at());
}

std::string of(
    const TestMaker& maker,
    const std::string& name,
    const std::string& part,
    const std::string& token = {}
) {
    const bool by_token = signals::kind_of(name)->labels.size() == 4;
    return signals::shown(
        said(maker),
        name + "{market=\"test\", part=\"" + part + "\", protocol=\"maker\"" +
            (by_token ? ", token=\"" + token + "\"" : std::string()) + "}"
    );
}

const protocol::Activity& activity(const TestMaker& maker, std::size_t n = 0) {
    REQUIRE(n < maker.activities.size());
    REQUIRE(maker.activities[n].activity);
    return *maker.activities[n].activity;
}

}  // namespace

TEST_CASE("ceilings, rates and surplus of a Vat are said", "[signals]") {
    TestMaker maker;
    CHECK(said(maker).empty());
    maker.open_vault();
    CHECK(of(maker, "debt_ceiling_usage", "ETH-A") == "0.1");
    CHECK(of(maker, "debt_ceiling_usage", "") == "0.001");
    CHECK(of(maker, "borrow_rate", "ETH-A") == "0");
    CHECK(of(maker, "debt_index", "ETH-A") == "1");
    CHECK(of(maker, "savings_rate", "dsr") == "0");
    CHECK(of(maker, "hole_usage", "") == "nothing");
    CHECK(
        signals::shown(
            said(maker), "surplus_value{currency=\"USD\", market=\"test\", protocol=\"maker\"}"
        ) == "0"
    );
    // 5 % a year, as governance files it.
    maker.lib(
        kJug,
        note_topic<"file(bytes32,bytes32,uint256)">(),
        {word_of(kEth),
         word_of(bytes32("duty")),
         *U256::from_decimal("1000000001547125957863212448")}
    );
    maker.seal_well();
    CHECK(of(maker, "borrow_rate", "ETH-A").starts_with("0.0499999999999999"));
    REQUIRE(maker.activities.size() == 1);
    CHECK(activity(maker).event == "governance");
    CHECK(activity(maker).detail == "parameter");
    CHECK_THAT(
        maker.activities[0].text,
        Catch::Contains("Jug.file(ilk ETH-A, duty 1.000000001547125957); was 1")
    );
}

TEST_CASE("fees and halts of a PSM are said", "[signals]") {
    TestMaker maker;
    maker.open_vault();
    maker.event<events::FileUint>(kPsm, {bytes32("tin"), U256::max()});
    maker.event<events::FileUint>(kPsm, {bytes32("tout"), U256(10'000'000'000'000'000)});
    maker.event<events::Transfer>(kGem, {kAlice, kPocket, U256(2'500'000)});
    maker.seal_well();
    const std::string ilk = text_of(kPsmIlk);
    CHECK(of(maker, "psm_tin", ilk, kGem.hex()) == "no_data: it is halted");
    CHECK(of(maker, "psm_tout", ilk, kGem.hex()) == "0.01");
    CHECK(of(maker, "psm_balance", ilk, kGem.hex()) == "2.5");
    REQUIRE(maker.activities.size() == 2);
    CHECK_THAT(maker.activities[0].text, Catch::Contains("a PSM.file(tin 2^256-1); was 0"));
    CHECK_THAT(maker.activities[1].text, Catch::Contains("tout 0.01"));
}

TEST_CASE("a Bark is a liquidation of what was due", "[activity]") {
    TestMaker maker;
    maker.open_vault();
    maker.event<events::Bark>(
        kDog, {kEth, kAlice, wads(15), wads(1000), rad(1000), address(77), U256(1)}
    );
    static_cast<void>(maker.seal());
    REQUIRE(maker.activities.size() == 2);
    CHECK(activity(maker).event == "liquidation");
    CHECK(activity(maker).account == kAlice);
    CHECK(activity(maker).value == Figure<Decimal>::of(Decimal::of(1000)));
    // At the price of 100 that the vault was opened at.
    CHECK(activity(maker, 1).event == "seized");
    CHECK(activity(maker, 1).detail == kEth.hex());
    CHECK(activity(maker, 1).account == kAlice);
    CHECK(activity(maker, 1).value == Figure<Decimal>::of(Decimal::of(1500)));
}

TEST_CASE("oracles, wards and cages are told, the price of every hour is not", "[activity]") {
    TestMaker maker;
    maker.open_vault();
    maker.poke(101);
    maker.lib(
        kSpotter,
        note_topic<"file(bytes32,bytes32,address)">(),
        {word_of(kEth), word_of(bytes32("pip")), word_of(address(88))}
    );
    maker.vat(note_topic<"rely(address)">(), {word_of(kAlice)});
    maker.event<events::Deny>(kDog, {kAlice});
    maker.event<events::Cage>(kDog, {});
    maker.seal_well();
    REQUIRE(maker.activities.size() == 4);
    CHECK(activity(maker, 0).event == "source_changed");
    CHECK_THAT(maker.activities[0].text, Catch::Contains("; was " + kPip.hex()));
    CHECK(activity(maker, 1).detail == "admin");
    CHECK_THAT(maker.activities[1].text, Catch::Contains("Vat.rely(usr " + kAlice.hex()));
    CHECK(activity(maker, 2).detail == "admin");
    CHECK(activity(maker, 3).detail == "paused");
    CHECK_THAT(maker.activities[3].text, Catch::Contains("block 2 (") && Catch::Contains("log "));
}

TEST_CASE("signals of Maker are the same after undo and apply", "[signals]") {
    TestMaker maker;
    maker.open_vault();
    const signals::Said now = said(maker);
    const auto again = maker.ledger.undo(maker.undo.back());
    REQUIRE(again);
    REQUIRE(maker.ledger.undo(*again));
    CHECK(said(maker) == now);
}

}  // namespace faultline::maker
