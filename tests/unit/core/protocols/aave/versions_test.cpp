// SPDX-License-Identifier: Apache-2.0
// What differs between the releases that are accounted for, and those that are not.
#include "unit/core/protocols/aave/market_fixture.hpp"

#include <faultline/core/protocols/aave/views.hpp>

#include <catch2/catch.hpp>

namespace faultline::aave {

using Catch::Contains;

TEST_CASE("without the pool's revision there is no data; one nobody knows withholds every figure") {
    TestMarket market;
    market.list_reserve(0).supply(0, kAlice, kToken).prices(1, kUsd);
    REQUIRE(market.seal().empty());
    REQUIRE(market.account(kAlice).status == FigureStatus::kNoData);
    market.revision(12).prices(1, kUsd);
    require_one_incident(market.seal(), "revision 12", true);
    REQUIRE(market.account(kAlice).status == FigureStatus::kError);
    CHECK_THAT(market.account(kAlice).reason, Contains("revision 12"));
}

TEST_CASE("what a pool ran before it told counts in its order, a release that comes back last") {
    const Address newer = address(211);
    const Address older = address(210);
    TestMarket market;
    market.list_reserve(0).supply(0, kAlice, kToken);
    for (const Address& code : {older, newer, older}) {
        market.log<events::Upgraded>(kPool, {code});
    }
    market.prices(1, kUsd);
    REQUIRE(market.seal().empty());
    REQUIRE(market.account(kAlice).status == FigureStatus::kNoData);
    market.revision(10, older).revision(11, newer).prices(1, kUsd);
    require_one_incident(market.seal(), "the pool went from Aave 3.7 to 3.6", true);
}

// GenericLogic.calculateUserAccountData of aave-v3-origin fd1fbd91 (3.7), by hand: no recording has
// flagged collateral outside the bitmap of an isolated category.
TEST_CASE("in an isolated eMode collateral outside it lends nothing, and secures as before") {
    TestMarket market;
    market.list_reserve(0).list_reserve(1).supply(0, kAlice, 1000 * kToken);
    market.supply(1, kAlice, 1000 * kToken).borrow(0, kAlice, 100 * kToken);
    market.log<events::EModeCategoryAdded>(
        kConfigurator, {1, U256(9300), U256(9500), U256(10100), Address{}, "stable"}
    );
    market.log<events::AssetCollateralInEModeChanged>(kConfigurator, {asset(0), 1, true});
    market.log<events::UserEModeSet>(kPool, {kAlice, 1}).revision(11).prices(2, kUsd);
    const auto isolate = [&](bool isolated) {
        market.log<events::EModeCategoryIsolationChanged>(kConfigurator, {1, isolated});
        REQUIRE(market.prices(2, kUsd).seal().empty());
        const auto data = market.account(kAlice);
        REQUIRE(data.ok());
        return data.value;
    };
    const AccountData open = isolate(false);
    CHECK(open.ltv_bps == U256(8650));                            // (9300 + 8000) / 2
    CHECK(open.current_liquidation_threshold_bps == U256(9000));  // (9500 + 8500) / 2
    CHECK(open.available_borrows_base == U256(1630 * kUsd));      // 2000 x 0.865 - 100
    const AccountData isolated = isolate(true);
    CHECK(isolated.ltv_bps == U256(4650));                       // (9300 + 0) / 2
    CHECK(isolated.available_borrows_base == U256(830 * kUsd));  // 2000 x 0.465 - 100
    CHECK(isolated.current_liquidation_threshold_bps == U256(9000));
    CHECK(isolated.health_factor_wad == open.health_factor_wad);
    // Out of the category its rule is nobody's.
    market.log<events::UserEModeSet>(kPool, {kAlice, 0});
    CHECK(isolate(true).ltv_bps == U256(8000));
}

TEST_CASE("from 3.7 on a reserve shows no debt in isolation, whatever it had") {
    TestMarket market;
    market.list_reserve(0);
    market.log<events::IsolationModeTotalDebtUpdated>(kPool, {asset(0), U256(77)});
    REQUIRE(market.revision(10).prices(1, kUsd).seal().empty());
    const auto shown = [&] {
        eth::Read read{
            .to = kPool, .data = {0x35, 0xea, 0x6a, 0x75}, .from = {}
        };  // getReserveData(address)
        read.data.resize(16);
        const Address listed = asset(0);
        read.data.insert(read.data.end(), listed.bytes.begin(), listed.bytes.end());
        const MarketConfig config = TestMarket::config();
        const Views views(market.markets.tables(), config, 0, market.last.header);
        return views.answer(read)->value.words.at(14);
    };
    CHECK(shown() == U256(77));
    market.log<events::Upgraded>(kPool, {address(9)}).revision(11, address(9));
    REQUIRE(market.prices(1, kUsd).seal().empty());
    CHECK(shown() == U256(0));
}

}  // namespace faultline::aave
