// SPDX-License-Identifier: Apache-2.0
// What could be taken of an account now, and why not. That the amounts are the contracts' own is
// shown of recorded liquidations (aave_liquidation_test.cpp).
#include "unit/core/protocols/aave/market_fixture.hpp"

#include <faultline/base/figure.hpp>
#include <faultline/core/protocols/aave/liquidation.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace faultline::aave {
namespace {

using Catch::Contains;

constexpr std::uint64_t kBonusToken = kToken / 100;

/// Alice holds 1000 of reserve 0, whose threshold is 85 %, and owes `debt` of reserve 1.
void lend(TestMarket& market, std::uint64_t revision, std::uint64_t debt) {
    market.created(revision).list_reserve(0).list_reserve(1);
    market.supply(0, kAlice, 1000 * kToken).supply(1, kBob, 10'000 * kToken);
    market.next_transaction().borrow(1, kAlice, debt * kToken).prices(2, kUsd);
    REQUIRE(market.seal().empty());
}

Figure<std::vector<Liquidation>> liquidations(
    const TestMarket& market, const U256& debt_to_cover = U256::max()
) {
    return Valuation(
               market.markets.tables(), 0, market.last.ref().number, market.last.header.timestamp
    )
        .liquidations(kAlice, debt_to_cover);
}

/// Of the one pair that Alice has.
Figure<LiquidationTerms> terms(const TestMarket& market, const U256& debt_to_cover = U256::max()) {
    const auto all = liquidations(market, debt_to_cover);
    REQUIRE(all.ok());
    REQUIRE(all.value.size() == 1);
    CHECK(all.value[0].debt_reserve == 1);
    CHECK(all.value[0].debt_asset == asset(1));
    CHECK(all.value[0].collateral_reserve == 0);
    CHECK(all.value[0].collateral_asset == asset(0));
    return all.value[0].terms;
}

void require_closed(const TestMarket& market, const std::string& because) {
    const auto shut = terms(market);
    REQUIRE(shut.ok());
    CHECK_FALSE(shut.value.open);
    CHECK_THAT(shut.value.closed_because, Contains(because));
    CHECK(shut.value.debt_covered.is_zero());
}

}  // namespace

TEST_CASE("half of a debt until 3.2 and, being small, all of it since 3.3 can be covered now") {
    TestMarket market;
    const std::uint64_t revision = GENERATE(1U, 2U, 4U, 5U, 7U, 8U, 9U, 10U, 11U);
    lend(market, revision, 860);  // A health factor of 0.988.
    const auto now = terms(market);
    REQUIRE(now.ok());
    CHECK(now.value.open);
    CHECK(now.value.closed_because.empty());
    const std::uint64_t debt = revision <= 5 ? 430 : 860;
    CHECK(now.value.close_factor_debt == U256(debt * kToken));
    CHECK(now.value.debt_covered == U256(debt * kToken));
    CHECK(now.value.collateral_taken == U256(105 * debt * kBonusToken));
    CHECK(now.value.liquidator_receives == now.value.collateral_taken);
    CHECK(now.value.protocol_fee.is_zero());
    CHECK_FALSE(now.value.writes_off_rest);
}

TEST_CASE("collateral that does not suffice is taken whole, and since 3.3 the rest written off") {
    TestMarket market;
    const std::uint64_t revision = GENERATE(1U, 4U, 5U, 7U, 8U, 9U, 10U, 11U);
    lend(market, revision, 1000);  // A health factor of 0.85.
    market.log<events::LiquidationProtocolFeeChanged>(kConfigurator, {asset(0), 0, 1000});
    REQUIRE(market.prices(2, kUsd).seal().empty());
    const auto now = terms(market);
    REQUIRE(now.ok());
    CHECK(now.value.close_factor_debt == U256(1000 * kToken));
    // 1000 / 1.05 = 952.380952.4 of debt, and a tenth of 47.619047.6 or 47.619048.
    CHECK(now.value.debt_covered == U256(revision <= 8 ? 952'380'952 : 952'380'953));
    CHECK(now.value.collateral_taken == U256(1000 * kToken));
    CHECK(now.value.protocol_fee == U256(4'761'905));
    CHECK(now.value.liquidator_receives == U256((1000 * kToken) - 4'761'905));
    CHECK(now.value.writes_off_rest == (revision >= 7));
}

// ValidationLogic.validateLiquidationCall.
TEST_CASE("a pair that is not open says what closes it") {
    TestMarket market;
    const std::uint64_t revision = GENERATE(1U, 4U, 5U, 7U, 8U, 9U, 10U, 11U);
    lend(market, revision, 860);
    SECTION("a health factor of 1 and above") {
        market.borrow(1, kBob, kToken).prices(2, kUsd);
        market.supply(0, kAlice, 100 * kToken);
        REQUIRE(market.seal().empty());
        require_closed(market, "not below 1");
    }
    SECTION("a paused reserve") {
        market.log<events::ReservePaused>(kConfigurator, {asset(1), true}).prices(2, kUsd);
        REQUIRE(market.seal().empty());
        require_closed(market, "paused");
    }
    SECTION("a reserve that is not active") {
        market.log<events::ReserveActive>(kConfigurator, {asset(0), false}).prices(2, kUsd);
        REQUIRE(market.seal().empty());
        require_closed(market, "not active");
    }
    SECTION("a collateral without threshold, until 3.5") {
        market.log<events::CollateralConfigurationChanged>(
            kConfigurator, {asset(0), U256(0), U256(0), U256(10500)}
        );
        REQUIRE(market.prices(2, kUsd).seal().empty());
        if (revision <= 9) {
            require_closed(market, "no liquidation threshold");
        } else {
            CHECK(terms(market).value.open);
        }
    }
}

// "liquidationGracePeriodUntil < uint40(block.timestamp)" since 3.1.
TEST_CASE("a grace period closes a pair up to and including its last second") {
    TestMarket market;
    lend(market, GENERATE(4U, 7U, 11U), 860);
    const std::uint64_t next_s = market.last.header.timestamp.value + 12;
    market.log<events::LiquidationGracePeriodChanged>(kConfigurator, {asset(1), next_s});
    REQUIRE(market.prices(2, kUsd).seal().empty());
    require_closed(market, "grace period");
    REQUIRE(market.prices(2, kUsd).seal().empty());
    CHECK(terms(market).value.open);
}

// "priceOracleSentinel == address(0) || healthFactor < 0.95e18 || isLiquidationAllowed()".
TEST_CASE("until 3.6 a sentinel decides what is not urgent, and it is not read") {
    TestMarket market;
    const std::uint64_t revision = GENERATE(1U, 7U, 10U, 11U);
    const bool by_id = GENERATE(false, true);
    lend(market, revision, 860);
    if (by_id) {
        Hash32 id;
        const std::string name = "PRICE_ORACLE_SENTINEL";
        std::ranges::copy(name, id.bytes.begin());
        market.log<events::AddressSet>(kProvider, {id, Address{}, address(77)});
    } else {
        market.log<events::PriceOracleSentinelUpdated>(kProvider, {Address{}, address(77)});
    }
    REQUIRE(market.prices(2, kUsd).seal().empty());
    const auto asked = terms(market);
    if (revision <= 10) {
        CHECK(asked.status == FigureStatus::kNoData);
        CHECK_THAT(asked.reason, Contains("sentinel " + address(77).hex()));
    } else {
        CHECK(asked.value.open);
    }
    market.borrow(1, kAlice, 100 * kToken).prices(2, kUsd);
    REQUIRE(market.seal().empty());
    CHECK(terms(market).value.open);  // 0.885 is urgent.
    market.log<events::PriceOracleSentinelUpdated>(kProvider, {address(77), Address{}});
    REQUIRE(market.prices(2, kUsd).seal().empty());
    CHECK(terms(market).value.open);
}

// "eModeCategories[params.userEModeCategory].liquidationBonus".
TEST_CASE("collateral of the account's eMode pays that category's bonus, other collateral its own"
) {
    TestMarket market;
    const std::uint64_t revision = GENERATE(1U, 4U, 5U, 7U, 9U, 11U);
    const bool inside = GENERATE(false, true);
    lend(market, revision, 960);
    market.log<events::EModeCategoryAdded>(
        kConfigurator, {1, U256(8300), U256(8500), U256(10100), Address{}, "stable"}
    );
    if (inside && revision <= 4) {
        market.log<events::EModeAssetCategoryChanged>(kConfigurator, {asset(0), 0, 1});
    } else if (inside) {
        market.log<events::AssetCollateralInEModeChanged>(kConfigurator, {asset(0), 1, true});
    }
    market.log<events::UserEModeSet>(kPool, {kAlice, 1});
    REQUIRE(market.prices(2, kUsd).seal().empty());
    const auto now = terms(market, U256(100 * kToken));
    REQUIRE(now.ok());
    if (revision <= 5) {
        CHECK(now.value.debt_covered == U256(100 * kToken));
        CHECK(now.value.collateral_taken == U256((inside ? 101 : 105) * kToken));
    } else {
        // Any part would leave less than 1000 dollars.
        CHECK_FALSE(now.value.open);
        CHECK_THAT(now.value.closed_because, Contains("too small"));
        CHECK(
            terms(market).value.collateral_taken ==
            (inside ? U256(101 * 960 * kBonusToken) : U256(1000 * kToken))
        );
    }
}

// LiquidationLogic._getConfigurationData of 3.0 and 3.1: "when in eMode, debt will always be in the
// same eMode category, can skip matching category check".
TEST_CASE("until 3.1 a category's price values debt outside of it too, and collateral inside") {
    TestMarket market;
    const std::uint64_t revision = GENERATE(1U, 4U);
    const bool inside = GENERATE(false, true);
    lend(market, revision, 960);
    const Address source = address(60);
    market.log<events::EModeCategoryAdded>(
        kConfigurator, {1, U256(8300), U256(8500), U256(10100), source, "stable"}
    );
    if (inside) {
        market.log<events::EModeAssetCategoryChanged>(kConfigurator, {asset(0), 0, 1});
    }
    market.log<events::UserEModeSet>(kPool, {kAlice, 1});
    market.read(prices_read(kOracle, {asset(0), asset(1), source}), {}, true);
    const auto half_dollar = U256(kUsd / 2).to_be_bytes();
    market.price(0, kUsd).price(1, kUsd);
    market.read(price_read(kOracle, source), Bytes(half_dollar.begin(), half_dollar.end()));
    REQUIRE(market.seal().empty());
    const auto now = terms(market, U256(100 * kToken));
    REQUIRE(now.ok());
    CHECK(now.value.open);
    // Debt at half a dollar buys half as much of what is outside, with the reserve's own bonus.
    CHECK(now.value.collateral_taken == U256(inside ? 101 * kToken : 525 * kToken / 10));
}

TEST_CASE("every debt is paired with every collateral, and without prices there is no figure") {
    TestMarket market;
    lend(market, 11, 860);
    market.supply(1, kAlice, 10 * kToken).borrow(0, kAlice, 500 * kToken).prices(2, kUsd);
    REQUIRE(market.seal().empty());
    const auto all = liquidations(market);
    REQUIRE(all.ok());
    REQUIRE(all.value.size() == 4);
    for (std::size_t i = 0; i < all.value.size(); ++i) {
        CHECK(all.value[i].debt_reserve == i / 2);
        CHECK(all.value[i].collateral_reserve == i % 2);
        CHECK(all.value[i].terms.value.open);
    }
    REQUIRE(market.seal().empty());
    CHECK(liquidations(market).status == FigureStatus::kStale);
}

}  // namespace faultline::aave
