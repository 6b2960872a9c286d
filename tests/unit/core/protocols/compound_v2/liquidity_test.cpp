// SPDX-License-Identifier: Apache-2.0
// What accounts may borrow, and when they can be liquidated.
#include "core/protocols/compound_v2/events.hpp"
#include "core/protocols/compound_v2/view_calls.hpp"
#include "unit/core/protocols/compound_v2/market_fixture.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/sheet.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

namespace faultline::compound_v2 {
namespace {

using protocol::IncidentKind;

/// Alice supplied 100 UNI, entered, and borrowed 60 DAI, of 100 that Bob supplied.
void lend(TestMarket& market) {
    market.begins();
    market.mints(kCDai, kDai, kBob, tokens(100));
    market.mints(kCUni, kUni, kAlice, tokens(100));
    market.enters(kCUni, kAlice).enters(kCDai, kAlice);
    market.borrows(kCDai, kDai, kAlice, tokens(60)).seal_quietly();
}

const protocol::SheetEntry& entry(const protocol::Sheet& sheet, const std::string& name) {
    const auto found = std::ranges::find(sheet.entries, name, &protocol::SheetEntry::name);
    INFO(name);
    REQUIRE(found != sheet.entries.end());
    return *found;
}

U256 amount(const protocol::Sheet& sheet, const std::string& name) {
    return std::get<U256>(entry(sheet, name).value);
}

}  // namespace

TEST_CASE("liquidity is by collateral factors, stored values and the oracle's prices") {
    TestMarket market;
    lend(market);
    const eth::Read liquidity = view_read(kComptroller, View::kLiquidity, kAlice);
    CHECK(market.word(liquidity, 0).is_zero());
    CHECK(market.word(liquidity, 1) == tokens(15));
    CHECK(market.word(liquidity, 2).is_zero());
    CHECK(market.health(kAlice).value.health_factor_wad == wei("1250000000000000000"));
    CHECK(market.health(kAlice).value.collateral_base == tokens(100));
    CHECK(market.health(kAlice).value.debt_base == tokens(60));
    // Bob never entered: what he has lends nothing.
    CHECK(market.word(view_read(kComptroller, View::kLiquidity, kBob), 1).is_zero());
    CHECK(market.health(kBob).value.health_factor_wad == U256::max());
}

TEST_CASE("health is below one exactly where the Comptroller tells a shortfall") {
    TestMarket market;
    lend(market);
    // 75 % of 100 UNI at 0.8 are the debt of 60.
    const auto [price, health, shortfall] = GENERATE(table<const char*, const char*, const char*>(
        {{"800000000000000000", "1000000000000000000", "0"},
         {"799999999999999999", "999999999999999998", "100"},
         {"400000000000000000", "500000000000000000", "30000000000000000000"}}
    ));
    market.price(kCUni, wei(price)).seal_quietly();
    const Figure<protocol::PositionHealth> of = market.health(kAlice);
    CHECK(of.value.health_factor_wad == wei(health));
    CHECK(market.word(view_read(kComptroller, View::kLiquidity, kAlice), 2) == wei(shortfall));
    std::size_t indebted = 0;
    market.protocol->health(0, market.at)->each_indebted([&](const auto& holder, const auto& one) {
        ++indebted;
        CHECK(holder.account == kAlice);
        CHECK(one.value.health_factor_wad == of.value.health_factor_wad);
    });
    CHECK(indebted == 1);
}

TEST_CASE("a price of 0 is the view's error code, and no health") {
    TestMarket market;
    lend(market);
    market.price(kCUni, U256());
    require_incident(market.seal(), IncidentKind::kAnomaly, "has no price of cToken");
    const eth::Read liquidity = view_read(kComptroller, View::kLiquidity, kAlice);
    CHECK(market.word(liquidity, 0) == U256(13));
    CHECK(market.word(liquidity, 1).is_zero());
    CHECK(market.health(kAlice).status == FigureStatus::kError);
    CHECK_THAT(market.health(kAlice).reason, Catch::Contains("PRICE_ERROR"));
    const auto sheet = market.protocol->account_sheet(0, kAlice, market.at);
    CHECK(entry(sheet, "shortfall_base").status == FigureStatus::kError);
    market.seal_quietly();  // Told once.
    market.price(kCUni, wad()).seal_quietly();
    CHECK(market.word(liquidity, 1) == tokens(15));
}

TEST_CASE("an oracle that reverts makes the view revert, and one that is silent withholds it") {
    TestMarket market;
    lend(market);
    const eth::Read price = view_read(kOracle, View::kPrice, kCUni);
    market.reverts(price);
    require_incident(market.seal(), IncidentKind::kAnomaly, "has no price of cToken");
    const eth::Read liquidity = view_read(kComptroller, View::kLiquidity, kAlice);
    CHECK(market.view(liquidity).status == FigureStatus::kError);
    CHECK(market.view(price).status == FigureStatus::kError);
    market.falls_silent(price).seal_quietly();
    CHECK(market.view(liquidity).status == FigureStatus::kNoData);
    CHECK(market.health(kAlice).status == FigureStatus::kNoData);
    // Bob has nothing entered, so nothing is missing.
    CHECK(market.health(kBob).ok());
}

TEST_CASE("a new oracle is asked in the block that names it") {
    TestMarket market;
    lend(market);
    const Address other = address(9);
    market.price(kCDai, tokens(2), other).price(kCUni, wad(), other);
    market.log<events::NewPriceOracle>(kComptroller, {kOracle, other}).seal_quietly();
    CHECK(market.was_asked(view_read(other, View::kPrice, kCDai)));
    CHECK_FALSE(market.was_asked(view_read(kOracle, View::kPrice, kCDai)));
    CHECK(market.word(other, View::kPrice, kCDai) == tokens(2));
    CHECK(market.health(kAlice).value.debt_base == tokens(120));
    CHECK(market.word(kComptroller, View::kOracle) == word_number(other));
}

TEST_CASE("prices of another block are stale") {
    TestMarket market;
    lend(market);
    market.history().seal_quietly();
    CHECK(market.health(kAlice).status == FigureStatus::kStale);
    CHECK_FALSE(market.protocol->figures_of(0, market.at.number));
    market.seal_quietly();
    CHECK(market.health(kAlice).ok());
    CHECK(market.protocol->figures_of(0, market.at.number));
}

TEST_CASE("the last market takes the place of the one that is left") {
    TestMarket market;
    market.begins();
    market.lists(kCEth, Address{}).seal();
    market.enters(kCDai, kAlice).enters(kCUni, kAlice).enters(kCEth, kAlice).seal_quietly();
    market.log<events::MarketExited>(kComptroller, {kCDai, kAlice}).seal_quietly();
    const auto in = market.view(view_read(kComptroller, View::kAssetsIn, kAlice));
    CHECK(in.value.array);
    CHECK(
        in.value.words ==
        std::vector<std::optional<U256>>{2, word_number(kCEth), word_number(kCUni)}
    );
    market.log<events::MarketExited>(kComptroller, {kCEth, kAlice});
    market.log<events::MarketExited>(kComptroller, {kCUni, kAlice}).seal_quietly();
    CHECK(market.protocol->holders(0) == 0);
    SECTION("leaving what was not entered") {
        market.log<events::MarketExited>(kComptroller, {kCDai, kAlice});
        require_incident(market.seal(), IncidentKind::kDegrades, "is not in the market of");
    }
    SECTION("entering twice") {
        market.enters(kCDai, kAlice).enters(kCDai, kAlice);
        require_incident(market.seal(), IncidentKind::kDegrades, "already");
    }
}

TEST_CASE("debts to a deprecated cToken are liquidatable without a shortfall") {
    TestMarket market;
    lend(market);
    const eth::Read deprecated = view_read(kComptroller, View::kDeprecated, kCDai);
    CHECK(market.word(deprecated).is_zero());
    market.log<events::ActionPausedOf>(kComptroller, {kCDai, "Borrow", true});
    market.log<events::NewReserveFactor>(kCDai, {U256(), wad()}).seal_quietly();
    CHECK(market.word(deprecated).is_zero());
    market
        .log<events::NewCollateralFactor>(kComptroller, {kCDai, wei("750000000000000000"), U256()})
        .seal_quietly();
    CHECK(market.word(deprecated) == U256(1));
    CHECK(market.word(kComptroller, View::kBorrowPaused, kCDai) == U256(1));
    const auto sheet = market.protocol->account_sheet(0, kAlice, market.at);
    CHECK(std::get<bool>(entry(sheet, "liquidatable_as_deprecated").value));
    CHECK(amount(sheet, "shortfall_base").is_zero());
    const auto others = market.protocol->account_sheet(0, kBob, market.at);
    CHECK_FALSE(std::get<bool>(entry(others, "liquidatable_as_deprecated").value));
}

TEST_CASE("sheets tell stored figures and those after interest") {
    TestMarket market;
    lend(market);
    market.seal_quietly();
    market.seal_quietly();
    const auto account = market.protocol->account_sheet(0, kAlice, market.at);
    CHECK(amount(account, "liquidity_base") == tokens(15));
    // 1e9 + 0.6 * 2e9 a block over three blocks: 396e9 of 60 tokens more are owed.
    CHECK(amount(account, "accrued_liquidity_base") == wei("14999999604000000000"));
    REQUIRE(account.lists.size() == 1);
    REQUIRE(account.lists[0].second.size() == 2);
    CHECK(amount(account.lists[0].second[0], "debt_wei") == tokens(60));
    CHECK(amount(account.lists[0].second[0], "accrued_debt_wei") == wei("60000000396000000000"));
    CHECK(amount(account.lists[0].second[1], "supplied_wei") == tokens(100));
    const auto whole = market.protocol->market_sheet(0, market.at);
    CHECK(amount(whole, "close_factor_wad") == wei("500000000000000000"));
    REQUIRE(whole.lists[0].second.size() == 2);
    CHECK(amount(whole.lists[0].second[0], "cash_wei") == tokens(40));
    CHECK(amount(whole.lists[0].second[0], "accrued_borrows_wei") == wei("60000000396000000000"));
}

TEST_CASE("with a VAI controller nobody's debt is all in the cTokens") {
    TestMarket market;
    lend(market);
    market.log<events::NewVaiController>(kComptroller, {Address{}, address(77)}).seal_quietly();
    CHECK(market.health(kAlice).status == FigureStatus::kNoData);
    CHECK_THAT(market.health(kAlice).reason, Catch::Contains("VAI"));
    CHECK(market.word(kCDai, View::kDebtStored, kAlice) == tokens(60));
}

TEST_CASE("a price nobody could read is no revert: health is withheld until there is one") {
    TestMarket market;
    lend(market);
    REQUIRE(market.health(kAlice).ok());
    market.gives_up(view_read(kOracle, View::kPrice, kCUni)).seal_quietly();
    CHECK(market.health(kAlice).status == FigureStatus::kNoData);
    CHECK(market.health(kBob).ok());  // He entered nothing.
    market.price(kCUni, wad()).seal_quietly();
    CHECK(market.health(kAlice).ok());
}

TEST_CASE("a model whose parameters nobody could read is asked again, not taken for another") {
    TestMarket market;
    market.answers(view_read(kModel, View::kBaseRate), U256(1'000'000'000));
    market.answers(view_read(kModel, View::kMultiplier), U256(2'000'000'000));
    market.reverts(view_read(kModel, View::kJumpMultiplier));
    market.gives_up(view_read(kModel, View::kKink));
    market.answers(view_read(kCDai, View::kBorrowRate), U256(1'000'000'000));
    market.begins().seal_quietly();
    CHECK(market.was_asked(view_read(kModel, View::kKink)));
    market.reverts(view_read(kModel, View::kKink)).seal_quietly();
    market.seal_quietly();
    CHECK_FALSE(market.was_asked(view_read(kCDai, View::kBorrowRate)));
}

}  // namespace faultline::compound_v2
