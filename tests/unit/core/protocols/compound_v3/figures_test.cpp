// SPDX-License-Identifier: Apache-2.0
// Health, sheets and laws.
#include "core/protocols/compound_v3/calls.hpp"
#include "core/protocols/compound_v3/events.hpp"
#include "unit/core/protocols/compound_v3/comet_chain.hpp"
#include "unit/core/protocols/compound_v3/comet_model.hpp"
#include "unit/core/protocols/compound_v3/comet_node.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocol/view.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace faultline::compound_v3::tests {
namespace {

const protocol::SheetEntry& entry(const protocol::Sheet& sheet, const std::string& name) {
    const auto found = std::ranges::find(sheet.entries, name, &protocol::SheetEntry::name);
    INFO(name);
    REQUIRE(found != sheet.entries.end());
    return *found;
}

template <class T>
T value(const protocol::Sheet& sheet, const std::string& name) {
    INFO(name);
    return std::get<T>(entry(sheet, name).value);
}

U256 view(const CometChain& chain, View view, std::initializer_list<U256> arguments = {}) {
    const CometModel& comet = chain.models.front();
    return answer_of(comet, view_read(comet.comet, view, arguments))->front();
}

}  // namespace

TEST_CASE("the health factor is below one exactly where isLiquidatable says so, to the unit") {
    const auto chain = a_market();
    std::size_t liquidatable = 0;
    for (std::uint64_t price = 75'00; price > 65'00; --price) {
        chain->block([&](CometModel& comet) {
            comet.prices[comet.listed[0].feed] = kUsd / 100 * price;
            comet.accrue();
        });
        const auto health = chain->markets().health(0, chain->at());
        const auto bob = health->of({.account = kBob, .part = {}});
        REQUIRE(bob.ok());
        REQUIRE((bob.value.health_factor_wad < wad()) == chain->comet().liquidatable(kBob, false));
        liquidatable += bob.value.health_factor_wad < wad() ? 1 : 0;
    }
    CHECK(liquidatable > 0);
    CHECK(liquidatable < 1'000);
    const auto health = chain->markets().health(0, chain->at());
    const auto alice = health->of({.account = kAlice, .part = {}});
    CHECK(alice.value.health_factor_wad == U256::max());
    CHECK(alice.value.debt_base.is_zero());
    CHECK(health->of({.account = address(5), .part = {}}).value.health_factor_wad == U256::max());
    CHECK(health->has_debt({.account = kBob, .part = {}}));
    CHECK_FALSE(health->has_debt({.account = kAlice, .part = {}}));
    CHECK_FALSE(health->has_debt({.account = address(5), .part = {}}));
    std::set<Address> indebted;
    health->each_indebted([&](const protocol::Holder& holder, const auto& figure) {
        CHECK(figure.ok());
        indebted.insert(holder.account);
    });
    CHECK(indebted == std::set{kBob, kCarol});
    // Of another block the same rows say nothing.
    const auto stale = chain->markets().health(0, {.number = 1, .timestamp = {}});
    CHECK(stale->of({.account = kBob, .part = {}}).status == FigureStatus::kStale);
}

TEST_CASE("a debt too small to have a value is covered by nothing") {
    const auto chain = a_market();
    chain->block([](CometModel& comet) {
        comet.prices[comet.base_feed] = 1;
        comet.supply_collateral(kDave, comet.listed[0], 1);
    });
    chain->block([](CometModel& comet) { comet.withdraw(kDave, 999); });
    CHECK(chain->different(kAll) == 0);
    CHECK_FALSE(chain->comet().liquidatable(kDave, false));
    const auto figure = chain->markets().health(0, chain->at())->of({.account = kDave, .part = {}});
    CHECK(figure.value.health_factor_wad == U256::max());
    CHECK(figure.value.debt_base.is_zero());
}

TEST_CASE("an account can be liquidatable for whoever accrues before the view says so") {
    const auto chain = a_market();
    chain->block([](CometModel& comet) {
        comet.accrue();
        // Barely covered now.
        const auto debt = static_cast<U128>(-comet.present(comet.principal_of(kBob)));
        comet.prices[comet.listed[0].feed] = (debt + 100'000) * 100 * 100 / 85 / 5;
    });
    CHECK_FALSE(chain->comet().liquidatable(kBob, true));
    chain->next(86'400 * 300);
    chain->seal();
    CHECK_FALSE(chain->comet().liquidatable(kBob, false));
    CHECK(chain->comet().liquidatable(kBob, true));
    const auto sheet = chain->markets().account_sheet(0, kBob, chain->at());
    CHECK_FALSE(value<bool>(sheet, "liquidatable"));
    CHECK(value<bool>(sheet, "liquidatable_after_accrual"));
    CHECK(value<U256>(sheet, "health_factor_wad") >= wad());
    CHECK(chain->different(kAll) == 0);
}

TEST_CASE("sheets say what the views say") {
    const auto chain = a_market();
    const CometModel& comet = chain->comet();
    const auto market = chain->markets().market_sheet(0, chain->at());
    CHECK(value<U256>(market, "supply_total_wei") == view(*chain, View::kTotalSupply));
    CHECK(value<U256>(market, "debt_total_wei") == view(*chain, View::kTotalBorrow));
    CHECK(value<U256>(market, "utilization_wad") == view(*chain, View::kGetUtilization));
    CHECK(value<Address>(market, "base_token") == comet.base);
    const auto reserves = value<protocol::Signed>(market, "reserves_wei");
    CHECK(
        (reserves.negative ? wrapping_sub(U256(), reserves.magnitude) : reserves.magnitude) ==
        view(*chain, View::kGetReserves)
    );
    CHECK(value<bool>(market, "sells_collateral"));
    CHECK_FALSE(value<bool>(market, "absorb_paused"));
    CHECK(
        value<U256>(market, "borrow_rate_per_year_wad") ==
        *checked_mul(value<U256>(market, "borrow_rate_per_second_wad"), U256(31'536'000))
    );
    REQUIRE(market.lists.size() == 1);
    REQUIRE(market.lists[0].second.size() == 2);
    const auto& collateral = market.lists[0].second[0];
    CHECK(value<Address>(collateral, "asset") == comet.listed[0].asset);
    CHECK(value<U256>(collateral, "total_wei") == *checked_mul(wad(), U256(5)));
    CHECK(value<U256>(collateral, "for_sale_wei").is_zero());
    // Half of the liquidation penalty of a tenth.
    CHECK(value<U256>(collateral, "discount_wad") == U256(kWad / 20));
    CHECK(value<U256>(collateral, "ask_price_base") == U256(kUsd * 95));

    const auto account = chain->markets().account_sheet(0, kBob, chain->at());
    CHECK(value<protocol::Signed>(account, "principal").negative);
    CHECK(value<U256>(account, "supply_wei").is_zero());
    CHECK(
        value<U256>(account, "debt_wei") == view(*chain, View::kBorrowBalanceOf, {word_of(kBob)})
    );
    CHECK(value<U256>(account, "collateral_base") == U256(500 * kUsd));
    CHECK(value<bool>(account, "borrow_collateralized"));
    REQUIRE(account.lists[0].second.size() == 1);
    CHECK(value<U256>(account.lists[0].second[0], "value_base") == U256(500 * kUsd));

    const auto stale = chain->markets().market_sheet(0, {.number = 1, .timestamp = {}});
    CHECK(entry(stale, "supply_total_wei").status == FigureStatus::kStale);
    CHECK(
        entry(
            chain->markets().account_sheet(0, kBob, {.number = 1, .timestamp = {}}),
            "health_factor_wad"
        )
            .status == FigureStatus::kStale
    );
}

TEST_CASE("pauses are five bits") {
    const auto chain = a_market();
    chain->block([](CometModel& comet) { comet.pause_flags = 0b10010; });
    const auto sheet = chain->markets().market_sheet(0, chain->at());
    CHECK_FALSE(value<bool>(sheet, "supply_paused"));
    CHECK(value<bool>(sheet, "transfer_paused"));
    CHECK_FALSE(value<bool>(sheet, "withdraw_paused"));
    CHECK_FALSE(value<bool>(sheet, "absorb_paused"));
    CHECK(value<bool>(sheet, "buy_paused"));
    const auto views = chain->markets().views(chain->at(), protocol::Trust::kWithhold);
    const auto paused = [&](View of) {
        return views->answer(view_read(chain->comet().comet, of))->value.words[0] == U256(1);
    };
    CHECK_FALSE(paused(View::kIsSupplyPaused));
    CHECK(paused(View::kIsTransferPaused));
    CHECK(paused(View::kIsBuyPaused));
}

TEST_CASE("views of the configuration, and those that revert") {
    const auto chain = a_market();
    const CometModel& comet = chain->comet();
    const auto views = chain->markets().views(chain->at(), protocol::Trust::kWithhold);
    const auto ours = [&](View of, std::initializer_list<U256> arguments = {}) {
        return *views->answer(view_read(comet.comet, of, arguments));
    };
    for (const View of :
         {View::kNumAssets,
          View::kBaseToken,
          View::kBasePriceFeed,
          View::kBaseScale,
          View::kSupplyKink,
          View::kSupplyRateBase,
          View::kSupplyRateSlopeLow,
          View::kSupplyRateSlopeHigh,
          View::kBorrowKink,
          View::kBorrowRateBase,
          View::kBorrowRateSlopeLow,
          View::kBorrowRateSlopeHigh,
          View::kStoreFrontPriceFactor,
          View::kTrackingIndexScale,
          View::kTrackingSupplySpeed,
          View::kTrackingBorrowSpeed,
          View::kBaseMinForRewards,
          View::kBaseBorrowMin,
          View::kTargetReserves}) {
        CHECK(ours(of).value.words == std::vector<std::optional<U256>>{view(*chain, of)});
    }
    const auto info = ours(View::kGetAssetInfo, {U256(1)});
    CHECK(info.value.words[1] == word_of(comet.listed[1].asset));
    CHECK(info == ours(View::kGetAssetInfoByAddress, {word_of(comet.listed[1].asset)}));
    CHECK(ours(View::kGetAssetInfo, {U256(2)}).status == FigureStatus::kError);
    CHECK(ours(View::kGetAssetInfoByAddress, {word_of(kBob)}).status == FigureStatus::kError);
    CHECK(ours(View::kQuoteCollateral, {word_of(kBob), U256(1)}).status == FigureStatus::kError);
    // 95 dollars buy one at a discount of a twentieth.
    CHECK(
        ours(View::kQuoteCollateral, {word_of(comet.listed[0].asset), U256(95'000'000)})
            .value.words[0] == wad()
    );
    CHECK(
        ours(View::kQuoteCollateral, {word_of(comet.listed[0].asset), U256::max()}).status ==
        FigureStatus::kError
    );
    CHECK(ours(View::kGetPrice, {word_of(kBob)}).status == FigureStatus::kNoData);
    const U256 used = view(*chain, View::kGetUtilization);
    CHECK(
        ours(View::kGetBorrowRate, {used}).value.words[0] ==
        value<U256>(chain->markets().market_sheet(0, chain->at()), "borrow_rate_per_second_wad")
    );
    // 0.8 * low + 0.2 * high, of a whole utilisation.
    CHECK(ours(View::kGetBorrowRate, {wad()}).value.words[0] == U256(10'800'000'000));
    CHECK(ours(View::kGetSupplyRate, {U256::max()}).status == FigureStatus::kError);
    CHECK_FALSE(views->answer(view_read(kBob, View::kTotalSupply)));
    CHECK(views->answer({.to = comet.comet, .data = {1, 2, 3}})->status == FigureStatus::kNoData);
    CHECK(chain->markets().call_name(view_read(kBob, View::kIsBuyPaused).data) == "isBuyPaused()");
    CHECK_FALSE(chain->markets().call_name(Bytes{1, 2, 3, 4}));
}

TEST_CASE("a law that the rows break is told with both sides") {
    const auto chain = a_market();
    chain->hole = is_user;
    const Address comet = chain->comet().comet;
    chain->next();
    // More collateral than the token says that there is: Comet's log without the token's.
    const Address asset = chain->comet().listed[1].asset;
    chain->foreign = {
        {.address = comet, .log = *events::SupplyCollateral::encode({kBob, kBob, asset, U256(123)})}
    };
    chain->seal();
    const auto broken = chain->markets().broken_laws();
    REQUIRE(broken.size() == 1);
    CHECK(broken[0].market == 0);
    CHECK(broken[0].law == "balanceOf(comet) >= totalsCollateral");
    CHECK_THAT(
        broken[0].text, Catch::Contains(asset.hex()) && Catch::Contains("7000000000000000123")
    );
}

TEST_CASE("totals that are not the sum of principals withhold the figures until they are") {
    const auto chain = a_market();
    const auto off_by_one = [](CometModel& comet) {
        comet.total_borrow += 1;
        comet.accrue();
    };
    const auto incidents = chain->block(off_by_one);
    REQUIRE(incidents.size() == 1);
    CHECK(incidents[0].kind == protocol::IncidentKind::kAnomaly);
    CHECK_THAT(incidents[0].text, Catch::Contains("though all were read"));
    CHECK(chain->markets().usable(0).status == FigureStatus::kNoData);
    const auto broken = chain->markets().broken_laws();
    REQUIRE(broken.size() == 1);
    CHECK(broken[0].law == "totalBorrowBase = sum of debts");
    CHECK(chain->block(off_by_one).empty());
    chain->block([](CometModel& comet) { comet.total_borrow -= 2; });
    CHECK(chain->markets().broken_laws().empty());
    CHECK(chain->different(kAll) == 0);
}

TEST_CASE("a market that is first seen in mid-life has no figures") {
    const auto before = a_market();
    CometChain chain({before->comet()});
    chain.comet().logs.clear();
    chain.next();
    chain.comet().supply(kDave, kDave, 5);
    chain.seal();
    CHECK(chain.markets().usable(0).status == FigureStatus::kNoData);
    chain.block([](CometModel& comet) { comet.supply(kBob, kBob, 5); });
    CHECK_FALSE(chain.markets().usable(0).ok());
}

TEST_CASE("holders, parts and what audits ask are those that the rows know") {
    const auto chain = a_market();
    const Markets& markets = chain->markets();
    CHECK(markets.holders(0) == 3);
    const auto first = markets.holders_after(0, std::nullopt, 2);
    REQUIRE(first.size() == 2);
    CHECK(first[0].account == kAlice);
    const auto rest = markets.holders_after(0, first[1], 2);
    REQUIRE(rest.size() == 1);
    CHECK(rest[0].account == kCarol);
    CHECK(markets.holders_of(0, kDave).empty());
    CHECK(markets.holders_of(0, kBob).size() == 1);
    std::size_t visited = 0;
    markets.each_holder(0, [&](const protocol::Holder&) { ++visited; });
    CHECK(visited == 3);

    const auto views = markets.views(chain->at(), protocol::Trust::kWithhold);
    std::vector<protocol::Subject> subjects = markets.parts(0);
    CHECK(subjects.size() == 2);
    CHECK(std::ranges::is_sorted(subjects));
    subjects.push_back({.market = 0, .kind = protocol::SubjectKind::kMarket, .holder = {}});
    subjects.push_back(
        {.market = 0,
         .kind = protocol::SubjectKind::kAccount,
         .holder = {.account = kBob, .part = {}}}
    );
    for (const protocol::Subject& subject : subjects) {
        const auto reads = markets.audit_reads(subject);
        CHECK(reads.size() >= 5);
        for (const eth::Read& read : reads) {
            CHECK(views->answer(read)->ok());
        }
    }
    const auto unknown = [&](protocol::SubjectKind kind) {
        return markets.audit_reads(
            {.market = 0, .kind = kind, .holder = {.account = kDave, .part = {}}}
        );
    };
    CHECK(unknown(protocol::SubjectKind::kAccount).empty());
    CHECK(unknown(protocol::SubjectKind::kPart).empty());
    CHECK(markets.holder_sources(0) == std::vector{chain->comet().comet});
    CHECK(std::ranges::is_sorted(markets.holder_topics()));
}

TEST_CASE("logs name those whose positions they change") {
    const auto chain = a_market();
    chain->next();
    CometModel& comet = chain->comet();
    comet.supply(kAlice, kBob, 5);
    comet.transfer(kAlice, kDave, 5);
    comet.transfer_collateral(kCarol, kDave, comet.listed[1], 5);
    std::set<Address> named;
    for (const ModelLog& log : comet.logs) {
        eth::Log view;
        view.address = log.address;
        view.topics = log.log.topics;
        view.data = log.log.data;
        for (const protocol::Holder& holder : chain->markets().named_holders(view)) {
            named.insert(holder.account);
        }
    }
    CHECK(named == std::set{kAlice, kBob, kCarol, kDave});
}

TEST_CASE("what nobody could read withholds what it feeds, and the next block heals it") {
    auto chain = a_market();
    const auto health = [&](const Address& account) {
        return chain->markets().health(0, chain->at())->of({.account = account, .part = {}});
    };
    REQUIRE(health(kBob).ok());
    const View view = GENERATE(View::kTotalsBasic, View::kUserBasic, View::kLatestRoundData);
    chain->refused = [view](const eth::Read& read) {
        const KnownView* known = find_view(read.data);
        return known != nullptr && known->view == view;
    };
    chain->block([](CometModel& comet) { comet.supply(kAlice, kAlice, 1'000); });
    CHECK(health(kBob).status == FigureStatus::kNoData);
    chain->refused = nullptr;
    chain->next();
    chain->seal();
    CHECK(health(kBob).ok());
    CHECK(chain->different(kAll) == 0);
}

}  // namespace faultline::compound_v3::tests
