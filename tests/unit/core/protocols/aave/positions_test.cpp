// SPDX-License-Identifier: Apache-2.0
// An account reserve by reserve. That the balances are the contracts' own is the e2e test's.
#include "unit/core/protocols/aave/market_fixture.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

namespace faultline::aave {
namespace {

constexpr std::uint8_t kReserves = 4;

/// A drawn market in which Alice has some collateral and some debts, with prices per reserve.
struct Drawn {
    std::array<std::uint64_t, kReserves> supplied{};
    std::array<std::uint64_t, kReserves> borrowed{};
    std::array<std::uint64_t, kReserves> price_base{};

    explicit Drawn(std::uint64_t seed) {
        std::mt19937_64 random(seed);
        for (std::size_t i = 0; i < kReserves; ++i) {
            supplied.at(i) = random() % 3 == 0 ? 0 : 1 + (random() % (1000 * kToken));
            borrowed.at(i) = random() % 2 == 0 ? 0 : 1 + (random() % (500 * kToken));
            price_base.at(i) = 1 + (random() % (random() % 2 == 0 ? 1000 : 5000 * kUsd));
        }
    }

    /// With the price of one reserve replaced.
    [[nodiscard]] std::unique_ptr<TestMarket> market(std::uint8_t reserve, const U256& price)
        const {
        auto made = std::make_unique<TestMarket>();
        TestMarket& market = *made;
        std::vector<Address> assets;
        for (std::uint8_t i = 0; i < kReserves; ++i) {
            market.list_reserve(i).supply(i, kBob, 1000 * kToken);
            assets.push_back(asset(i));
            if (supplied.at(i) > 0) {
                market.supply(i, kAlice, supplied.at(i));
            }
            if (borrowed.at(i) > 0) {
                market.borrow(i, kAlice, borrowed.at(i));
            }
        }
        market.revision(10).read(prices_read(kOracle, assets), {}, true);
        for (std::uint8_t i = 0; i < kReserves; ++i) {
            const auto word = (i == reserve ? price : U256(price_base.at(i))).to_be_bytes();
            market.read(price_read(kOracle, asset(i)), Bytes(word.begin(), word.end()));
        }
        REQUIRE(market.seal().empty());
        return made;
    }

    [[nodiscard]] bool liquidatable(std::uint8_t reserve, const U256& price) const {
        const Figure<AccountData> data = market(reserve, price)->account(kAlice);
        REQUIRE(data.ok());
        return data.value.health_factor_wad < wad();
    }
};

Figure<std::vector<PositionFigures>> positions(const TestMarket& market, const Address& account) {
    return Valuation(
               market.markets.tables(), 0, market.last.ref().number, market.last.header.timestamp
    )
        .positions(account);
}

}  // namespace

TEST_CASE("an account's parts add up to the whole, and each collateral has its liquidation price") {
    int found = 0;
    int none = 0;
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        CAPTURE(seed);
        const Drawn drawn(seed);
        const auto made = drawn.market(0, U256(drawn.price_base[0]));
        const TestMarket& market = *made;
        const auto all = positions(market, kAlice);
        REQUIRE(all.ok());
        const Figure<AccountData> whole = market.account(kAlice);
        U256 collateral_base;
        U256 debt_base;
        for (const PositionFigures& one : all.value) {
            CAPTURE(one.reserve);
            CHECK(one.asset == asset(static_cast<std::uint8_t>(one.reserve)));
            CHECK(one.supplied == U256(drawn.supplied.at(one.reserve)));
            CHECK(one.borrowed == U256(drawn.borrowed.at(one.reserve)));
            CHECK(one.collateral == (drawn.supplied.at(one.reserve) > 0));
            collateral_base = wrapping_add(collateral_base, one.supplied_base.value);
            debt_base = wrapping_add(debt_base, one.borrowed_base.value);
            const auto reserve = static_cast<std::uint8_t>(one.reserve);
            if (one.liquidation_price_base.ok()) {
                ++found;
                const U256 price = one.liquidation_price_base.value;
                CHECK(drawn.liquidatable(reserve, price));
                CHECK_FALSE(drawn.liquidatable(reserve, wrapping_add(price, U256(1))));
            } else if (one.collateral && one.liquidation_price_base.reason != "nothing is owed") {
                // Owing the same asset as well, a rise may be what hurts.
                ++none;
                CHECK(
                    (!drawn.liquidatable(reserve, U256()) || drawn.liquidatable(reserve, pow10(30)))
                );
            }
        }
        CHECK(collateral_base == whole.value.total_collateral_base);
        CHECK(debt_base == whole.value.total_debt_base);
    }
    CHECK(found > 100);
    CHECK(none > 20);
}

TEST_CASE("what has no price or owes nothing says why there is no liquidation price") {
    TestMarket market;
    market.list_reserve(0).supply(0, kAlice, kToken).revision(10).prices(1, kUsd);
    REQUIRE(market.seal().empty());
    auto alone = positions(market, kAlice);
    REQUIRE(alone.ok());
    REQUIRE(alone.value.size() == 1);
    CHECK(alone.value[0].liquidation_price_base.status == FigureStatus::kNoData);
    CHECK(alone.value[0].liquidation_price_base.reason == "nothing is owed");
    CHECK(positions(market, kBob).value.empty());

    market.list_reserve(1).supply(1, kBob, 10 * kToken).borrow(1, kAlice, kToken / 2);
    market.read(prices_read(kOracle, {asset(0), asset(1)}), {}, true).price(0, kUsd);
    market.read(price_read(kOracle, asset(1)), {}, true);
    REQUIRE(market.seal().size() == 1);
    const auto unpriced = positions(market, kAlice);
    REQUIRE(unpriced.ok());
    REQUIRE(unpriced.value.size() == 2);
    CHECK(unpriced.value[0].liquidation_price_base.status == FigureStatus::kError);
    CHECK(unpriced.value[0].supplied_base.ok());
    CHECK(unpriced.value[1].borrowed_base.status == FigureStatus::kError);
    CHECK(unpriced.value[1].borrowed == U256(kToken / 2));
}

}  // namespace faultline::aave
