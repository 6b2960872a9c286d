// SPDX-License-Identifier: Apache-2.0
// What the exposure graph is told of reserves, where it is told little.
#include "core/protocols/aave/events.hpp"
#include "unit/core/protocols/aave/market_fixture.hpp"
#include "unit/core/protocols/aave/v2_fixture.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/exposure.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <vector>

namespace faultline::aave {
namespace {

using protocol::Leg;
using protocol::LegSide;

Hash32 part_of(const Address& asset) {
    return Hash32::from_bytes(U256::from_be_bytes(asset.view()).to_be_bytes());
}

std::vector<Leg> legs(const TestMarket& market, const Address& account) {
    return market.protocols.of(0).legs(0, {.account = account, .part = {}});
}

protocol::MarketExposure exposure(const TestMarket& market) {
    return market.protocols.of(0).exposure(
        0, {.number = market.last.ref().number, .timestamp = market.last.header.timestamp}
    );
}

}  // namespace

TEST_CASE("a claim is collateral from the log that flags it on") {
    TestMarket market;
    CHECK(exposure(market).parts.empty());
    market.created(9)
        .list_reserve(0)
        .prices(1, 2 * kUsd)
        .supply(0, kAlice, 10)
        .borrow(0, kAlice, 4);
    REQUIRE(market.seal().empty());
    const Leg debt{.part = part_of(asset(0)), .side = LegSide::kDebt, .units = U256(4)};
    const Leg claim{.part = part_of(asset(0)), .side = LegSide::kCollateral, .units = U256(10)};
    CHECK(legs(market, kAlice) == std::vector{claim, debt});
    CHECK(market.protocols.of(0).legs(0, {.account = kAlice, .part = claim.part}).empty());
    const protocol::MarketExposure of = exposure(market);
    CHECK(of.contract == kPool);
    CHECK(of.oracle == kOracle);
    CHECK(of.governed_by == std::vector{kProvider, kConfigurator});
    REQUIRE(of.parts.size() == 1);
    CHECK(of.parts[0].receipt == a_token(0));
    CHECK(of.parts[0].claims.token == asset(0));
    CHECK(of.parts[0].owed.decimals == std::uint8_t{6});
    CHECK(
        of.parts[0].owed.price.value ==
        protocol::UnitPrice{.price = U256(2 * kUsd), .unit = U256(kToken)}
    );
    market.log<events::CollateralDisabled>(kPool, {asset(0), kAlice});
    REQUIRE(market.seal().empty());
    const Leg free{.part = part_of(asset(0)), .side = LegSide::kSupplied, .units = U256(10)};
    CHECK(legs(market, kAlice) == std::vector{free, debt});
    CHECK(exposure(market).parts[0].claims.price.status == FigureStatus::kStale);
}

TEST_CASE("exposures of a degraded market say why there are none") {
    TestMarket market;
    market.created(9).list_reserve(0).prices(1, kUsd).supply(0, kAlice, 10);
    REQUIRE(market.seal().empty());
    market.log<events::Burn>(a_token(0), {kAlice, kAlice, U256(11), U256(0), ray()});
    require_one_incident(market.seal(), "does not fit its scaled balance 10", true);
    const protocol::PartExposure part = exposure(market).parts.at(0);
    for (const protocol::PartSide* side : {&part.claims, &part.owed}) {
        CHECK(side->total_units.status == FigureStatus::kError);
        CHECK_THAT(side->price.reason, Catch::Contains("does not fit its scaled balance 10"));
    }
    CHECK(part.available.status == FigureStatus::kError);
}

TEST_CASE("debts at fixed rates are no legs, and an asset that is not followed has no totals") {
    V2Market market(asset(1));
    market.list(0).list(1).deposit(0, kBob, kToken).prices(2, 2);
    const U256 rate = *checked_mul(U256(5), pow10(25));
    market.log<events::StableMint>(s_token(0), {kBob, kBob, 100, 0, 0, rate, rate, 100});
    REQUIRE(market.seal().empty());
    REQUIRE(legs(market, kBob).size() == 1);
    CHECK(legs(market, kBob)[0].side == LegSide::kCollateral);
    const protocol::MarketExposure of = exposure(market);
    REQUIRE(of.parts.size() == 2);
    CHECK(of.parts[0].claims.total_units.value == U256(kToken));
    CHECK(of.parts[0].owed.total_units.value.is_zero());
    CHECK(of.parts[0].claims.scale.direction == protocol::Direction::kNearest);
    CHECK(of.parts[0].available.status == FigureStatus::kNoData);
    CHECK(of.parts[1].claims.total_units.status == FigureStatus::kNoData);
    CHECK_THAT(of.parts[1].owed.total_units.reason, Catch::Contains("unfollowed_assets"));
}

}  // namespace faultline::aave
