// SPDX-License-Identifier: Apache-2.0
// accruedToTreasury: what no account's figure needs, and getReserveData tells.
#include "unit/core/protocols/aave/market_fixture.hpp"

#include <faultline/base/fixed_point.hpp>
#include <faultline/core/protocols/aave/interest.hpp>

#include <catch2/catch.hpp>

namespace faultline::aave {

namespace {

/// A reserve whose debt of 1000 earns interest at 50 % a year, of which a tenth is the treasury's.
struct EarningMarket : TestMarket {
    EarningMarket() {
        const U256 rate = *checked_mul(U256(5), pow10(26));
        list_reserve(0).supply(0, kAlice, 2000 * kToken).borrow(0, kAlice, 1000 * kToken);
        log<events::ReserveFactorChanged>(kConfigurator, {asset(0), 0, 1000});
        log<events::ReserveDataUpdated>(kPool, {asset(0), rate, 0, rate, ray(), ray()});
        prices(1, kUsd);
    }

    [[nodiscard]] const ReserveRow& reserve() const {
        return *markets.tables().reserves.find({0, 0});
    }

    /// ReserveLogic._accrueToTreasury of the block to come, by hand; `factor` in basis points.
    [[nodiscard]] U256 share(std::uint64_t factor) const {
        ReserveRow next = reserve();
        next.config.reserve_factor_bps = 0;
        REQUIRE(update_state(newest_rules(), next, {next.last_update.value + 12}));
        const U256 grown =
            *checked_sub(next.variable_borrow_index_ray, reserve().variable_borrow_index_ray);
        const U256 interest = *ray_mul_floor(reserve().scaled_debt, grown);
        const U256 part = *percent_mul_half_up(interest, U256(factor));
        const U256 out = *ray_div_floor(part, next.liquidity_index_ray);
        REQUIRE_FALSE(out.is_zero());
        return out;
    }

    /// Repays a little by liquidating the reserve against itself.
    void liquidate_against_itself() {
        const U256 index =
            *normalized_debt_ray(newest_rules(), reserve(), {reserve().last_update.value + 12});
        log<events::Burn>(v_token(0), {kAlice, kAlice, U256(5), U256(0), index});
        log<events::LiquidationCall>(kPool, {asset(0), asset(0), kAlice, 5, 5, kBob, false});
    }
};

}  // namespace

TEST_CASE("the treasury earns the reserve factor's share, of the factor until then") {
    EarningMarket market;
    REQUIRE(market.revision(11).seal().empty());
    CHECK(market.reserve().accrued_to_treasury == U256());
    const U256 first = market.share(1000);
    market.log<events::ReserveFactorChanged>(kConfigurator, {asset(0), 1000, 2000});
    REQUIRE(market.seal().empty());
    CHECK(market.reserve().accrued_to_treasury == first);
    const U256 second = market.share(2000);
    const U256 index = *normalized_debt_ray(
        newest_rules(), market.reserve(), {market.reserve().last_update.value + 12}
    );
    market.log<events::Mint>(v_token(0), {kBob, kBob, U256(7), U256(0), index});
    REQUIRE(market.seal().empty());
    CHECK(market.reserve().accrued_to_treasury == *checked_add(first, second));
    // All of a flash loan's premium, by the index of that moment; none of one that became a debt.
    market.log<events::ReserveDataUpdated>(
        kPool, {asset(0), 0, 0, 0, *checked_mul(ray(), U256(2)), *checked_mul(ray(), U256(2))}
    );
    REQUIRE(market.seal().empty());
    const U256 before = market.reserve().accrued_to_treasury;
    market.log<events::FlashLoan>(kPool, {kAlice, kAlice, asset(0), 100, 0, 9, 0});
    market.log<events::FlashLoan>(kPool, {kAlice, kAlice, asset(0), 100, 2, 9, 0});
    REQUIRE(market.seal().empty());
    CHECK(market.reserve().accrued_to_treasury == *checked_add(before, U256(4)));
    market.log<events::MintedToTreasury>(kPool, {asset(0), 1});
    REQUIRE(market.seal().empty());
    CHECK(market.reserve().accrued_to_treasury == U256());
}

TEST_CASE("3.6 accrues twice when an asset is liquidated against itself, 3.7 once") {
    EarningMarket market;
    const std::uint64_t revision = GENERATE(0U, 10U, 11U);
    if (revision != 0) {
        market.revision(revision);
    }
    REQUIRE(market.seal().empty());
    const U256 share = market.share(1000);
    market.liquidate_against_itself();
    REQUIRE(market.seal().empty());
    CHECK(market.reserve().treasury_unknown == (revision == 0));
    CHECK(
        market.reserve().accrued_to_treasury == *checked_mul(share, U256(revision == 10 ? 2 : 1))
    );
    market.log<events::MintedToTreasury>(kPool, {asset(0), 1});
    REQUIRE(market.seal().empty());
    CHECK_FALSE(market.reserve().treasury_unknown);
}

TEST_CASE("an update earlier in the block leaves nothing to accrue twice") {
    EarningMarket market;
    REQUIRE(market.revision(10).seal().empty());
    const U256 share = market.share(1000);
    const U256 index = *normalized_debt_ray(
        newest_rules(), market.reserve(), {market.reserve().last_update.value + 12}
    );
    market.log<events::Mint>(v_token(0), {kBob, kBob, U256(7), U256(0), index});
    market.next_transaction();
    market.liquidate_against_itself();
    REQUIRE(market.seal().empty());
    CHECK(market.reserve().accrued_to_treasury == share);
}

}  // namespace faultline::aave
