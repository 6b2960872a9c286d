// SPDX-License-Identifier: Apache-2.0
// What a liquidation of V2 takes, against LendingPoolCollateralManager in integers without bounds.
#include "core/protocols/aave/seizure.hpp"
#include "property/aave_model/exact_math.hpp"
#include "property/aave_model/market_life.hpp"

#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>

namespace faultline::aave_model {
namespace {

struct Drawn {
    Int debt;
    Int debt_price;
    unsigned debt_decimals = 0;
    Int balance;
    Int price;
    unsigned decimals = 0;
    std::uint16_t bonus_bps = 0;
};

Drawn draw(Chance& chance) {
    Drawn out;
    out.debt = chance.up_to_digits(24);
    out.debt_price = chance.up_to_digits(20);
    out.debt_decimals = static_cast<unsigned>(chance.below(std::uint64_t{19}));
    out.balance = chance.up_to_digits(24);
    out.price = chance.up_to_digits(20);
    out.decimals = static_cast<unsigned>(chance.below(std::uint64_t{19}));
    out.bonus_bps = static_cast<std::uint16_t>(10'001 + chance.below(std::uint64_t{2'000}));
    return out;
}

aave::LiquidationPair pair_of(const Drawn& drawn) {
    aave::LiquidationPair pair;
    pair.debt = to_word(drawn.debt);
    pair.variable_debt = pair.debt;
    pair.debt_price_base = to_word(drawn.debt_price);
    pair.debt_unit = to_word(pow10(drawn.debt_decimals));
    pair.debt_index_ray = to_word(ray());
    pair.collateral = to_word(drawn.balance);
    pair.scaled_collateral = pair.collateral;
    pair.collateral_price_base = to_word(drawn.price);
    pair.collateral_unit = to_word(pow10(drawn.decimals));
    pair.income_index_ray = to_word(ray());
    pair.bonus_bps = drawn.bonus_bps;
    return pair;
}

struct Taken {
    Int collateral;
    Int debt;
};

/// _calculateAvailableCollateralToLiquidate.
Taken taken(const Drawn& of, const Int& cover) {
    const Int unit = pow10(of.decimals);
    const Int debt_unit = pow10(of.debt_decimals);
    const Int most =
        percent_mul(of.debt_price * cover * unit, of.bonus_bps) / (of.price * debt_unit);
    if (most <= of.balance) {
        return {.collateral = most, .debt = cover};
    }
    const Int worth = of.price * of.balance * debt_unit / (of.debt_price * unit);
    return {
        .collateral = of.balance,
        .debt = (worth * 10'000 + of.bonus_bps / 2) / of.bonus_bps  // percentDiv
    };
}

}  // namespace

TEST_CASE("what V2 takes of a collateral is what its collateral manager computes") {
    Chance chance(7);
    const aave::Rules& rules = aave::newest_rules(aave::Generation::kV2);
    std::size_t whole = 0;
    constexpr std::size_t kPairs = 20'000;
    for (std::size_t i = 0; i < kPairs; ++i) {
        const Drawn drawn = draw(chance);
        const aave::LiquidationPair pair = pair_of(drawn);
        const auto limit = aave::close_factor_debt(rules, pair, {});
        const Int half = percent_mul(drawn.debt, 5'000);
        const auto ours = aave::seizure(rules, pair, to_word(half));
        const Taken theirs = taken(drawn, half);
        const bool equal =
            limit == to_word(half) && ours && ours->to_liquidator == to_word(theirs.collateral) &&
            ours->debt_covered == to_word(theirs.debt) && ours->protocol_fee.is_zero();
        INFO(i);
        REQUIRE(equal);
        whole += theirs.collateral == drawn.balance ? 1U : 0U;
    }
    const bool both = whole > kPairs / 10 && whole < kPairs - kPairs / 10;
    CHECK(both);
}

}  // namespace faultline::aave_model
