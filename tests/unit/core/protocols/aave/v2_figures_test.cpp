// SPDX-License-Identifier: Apache-2.0
// What V2's views and liquidations say, by hand from protocol-v2 ce53c4a8.
#include "core/protocols/aave/seizure.hpp"
#include "core/protocols/aave/view_calls.hpp"
#include "unit/core/protocols/aave/v2_fixture.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/audit.hpp>
#include <faultline/core/protocols/aave/bootstrap.hpp>
#include <faultline/core/protocols/aave/interest.hpp>
#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>
#include <faultline/core/protocols/aave/views.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace faultline::aave {
namespace {

/// Alice has 1000 of reserve 0 at 2 and owes 900 of reserve 1 at 2, all of it whole tokens.
void lend(V2Market& market) {
    market.list(0).list(1).deposit(0, kAlice, 1000 * kToken).deposit(1, kBob, 1000 * kToken);
    market.next_transaction();
    market.lend(1, kAlice, 900 * kToken).prices(2, 2);
    REQUIRE(market.seal().empty());
}

U256 word_of(const Address& one) {
    return U256::from_be_bytes(one.view());
}

std::vector<std::string> asked(const V2Market& market, const protocol::Subject& subject) {
    std::vector<std::string> out;
    for (const eth::Read& read :
         audit_reads(market.markets.tables(), TestMarket::config(Generation::kV2), subject)) {
        out.push_back(call_name(read.data));
    }
    return out;
}

Figure<ViewFigure> answer(const V2Market& market, const eth::Read& read) {
    const MarketConfig config = TestMarket::config(Generation::kV2);
    return *Views(market.markets.tables(), config, 0, market.last.header).answer(read);
}

}  // namespace

// GenericLogic: percentMul(C, T / C) wadDiv D; average threshold down, the others half up.
TEST_CASE("V2's account data is that of the average threshold") {
    V2Market market;
    lend(market);
    const auto data = market.account(kAlice);
    REQUIRE(data.ok());
    CHECK(data.value.total_collateral_base == U256(2000));
    CHECK(data.value.total_debt_base == U256(1800));
    CHECK(data.value.available_borrows_base.is_zero());
    CHECK(data.value.current_liquidation_threshold_bps == U256(8500));
    CHECK(data.value.ltv_bps == U256(8000));
    // 1700 / 1800 in wads, half up.
    CHECK(data.value.health_factor_wad == *U256::from_decimal("944444444444444444"));
}

// MathUtils.calculateCompoundedInterest: at ten per cent, a rate that 31,536,000 does not divide.
TEST_CASE("V2 compounds by a rate per second that is rounded down first") {
    const U256 rate = *checked_mul(U256(1), pow10(26));
    const auto ours = compounded_interest_ray(Compounding::kPerSecond, rate, 2);
    // 1e26 / 31536000 = 3170979198376458650; twice that, and its square over a ray: 10055109077.
    CHECK(ours == *U256::from_decimal("1000000006341958406808026377"));
    CHECK(compounded_interest_ray(Compounding::kPerSecond, rate, 0) == ray());
}

// LendingPoolCollateralManager: the bonus comes before the division by the price, and half of the
// debt is the most, however ill the account is.
TEST_CASE("V2 liquidates half, and multiplies by the bonus before it divides") {
    const Rules& rules = newest_rules(Generation::kV2);
    LiquidationPair pair;
    pair.debt = 101;
    pair.variable_debt = 101;
    pair.debt_price_base = 1;
    pair.debt_unit = 1;
    pair.debt_index_ray = ray();
    pair.collateral = 1000;
    pair.scaled_collateral = 1000;
    pair.collateral_price_base = 3;
    pair.collateral_unit = 1;
    pair.income_index_ray = ray();
    pair.bonus_bps = 10'500;
    AccountData ill;
    ill.health_factor_wad = 1;
    CHECK(close_factor_debt(rules, pair, ill) == U256(51));  // 50.5, half up
    // 20 * 1.05 = 21 over 3 is 7; divided first, 6 * 1.05 = 6.3 would be 6.
    CHECK(seizure(rules, pair, 20)->to_liquidator == U256(7));
    CHECK(seizure(*rules_of(1), pair, 20)->to_liquidator == U256(6));
    pair.collateral = 6;
    const auto all = seizure(rules, pair, 20);
    CHECK(all->to_liquidator == U256(6));
    CHECK(all->debt_covered == U256(17));  // 18 / 1.05 = 17.14
}

TEST_CASE("V2's liquidations wait for nobody's word but a new collateral manager's, and a pause") {
    V2Market market;
    lend(market);
    const auto terms = [&] {
        const Valuation valuation(
            market.markets.tables(), 0, market.last.ref().number, market.last.header.timestamp
        );
        return valuation.liquidations(kAlice).value.at(0).terms;
    };
    REQUIRE(terms().ok());
    CHECK(terms().value.open);
    CHECK(terms().value.debt_covered == U256(450 * kToken));
    CHECK(terms().value.collateral_taken == U256(472'500'000));
    market.log<events::v2::Paused>(kPool, {});
    market.prices(2, 2);
    REQUIRE(market.seal().empty());
    CHECK(terms().value.closed_because == "the pool is paused");
    market.log<events::v2::Unpaused>(kPool, {});
    market.log<events::v2::CollateralManagerUpdated>(kProvider, {address(61)});
    market.prices(2, 2);
    REQUIRE(market.seal().empty());
    CHECK(terms().value.open);
    market.log<events::v2::CollateralManagerUpdated>(kProvider, {address(62)});
    market.prices(2, 2);
    REQUIRE(market.seal().empty());
    CHECK(terms().status == FigureStatus::kNoData);
    CHECK_THAT(terms().reason, Catch::Contains(address(62).hex()));
}

// DataTypes.ReserveData of V2.
TEST_CASE("V2's views have V2's layout, and those of V3 have no figure") {
    V2Market market;
    lend(market);
    const auto data =
        answer(market, view_read(kPool, View::kReserveData, word_of(asset(1)))).value.words;
    REQUIRE(data.size() == 12);
    CHECK(data[1] == ray());
    CHECK(data[6] == U256(market.last.header.timestamp.value));
    CHECK(data[7] == word_of(a_token(1)));
    CHECK(data[8] == word_of(s_token(1)));
    CHECK(data[9] == word_of(v_token(1)));
    CHECK(data[11] == U256(1));
    CHECK(answer(market, view_read(kPool, View::kLendingPoolRevision)).value.words[0] == U256(2));
    CHECK(answer(market, view_read(kPool, View::kPaused)).value.words[0] == U256(0));
    for (const View view : {View::kUserEMode, View::kDeficit, View::kVirtualBalance}) {
        CHECK_FALSE(answer(market, view_read(kPool, view, U256(1))).ok());
    }
    CHECK_FALSE(answer(market, view_read(kPool, View::kPoolRevision)).ok());
}

TEST_CASE("an audit asks V2 only for what it has") {
    V2Market market;
    lend(market);
    const auto about = [](protocol::SubjectKind kind, const Address& of) {
        return protocol::Subject{.market = 0, .kind = kind, .holder = {.account = of, .part = {}}};
    };
    CHECK(
        asked(market, about(protocol::SubjectKind::kMarket, {})) ==
        std::vector<std::string>{"LENDINGPOOL_REVISION()"}
    );
    CHECK(
        asked(market, about(protocol::SubjectKind::kAccount, kAlice)) ==
        std::vector<std::string>{
            "getUserAccountData(address)",
            "getUserConfiguration(address)",
            "scaledBalanceOf(address)",
            "balanceOf(address)",
            "scaledBalanceOf(address)",
            "balanceOf(address)",
            "balanceOf(address)"
        }
    );
    for (const eth::Read& read : audit_reads(
             market.markets.tables(),
             TestMarket::config(Generation::kV2),
             about(protocol::SubjectKind::kPart, asset(0))
         )) {
        INFO(call_name(read.data));
        CHECK(answer(market, read).ok());
    }
}

TEST_CASE("who uses an asset whose tokens are not followed has no figures, and others have theirs"
) {
    V2Market market(asset(1));
    market.list(0).list(1).deposit(0, kAlice, kToken).deposit(0, kBob, kToken);
    // Logs that fit no balance, as of an aToken that rebases.
    market.log<events::v2::ATokenBurn>(a_token(1), {kBob, kBob, 5, ray()});
    market.log<events::CollateralEnabled>(kPool, {asset(1), kBob});
    market.prices(2, 2);
    REQUIRE(market.seal().empty());
    CHECK(market.account(kAlice).ok());
    CHECK(market.account(kBob).status == FigureStatus::kNoData);
    CHECK_THAT(market.account(kBob).reason, Catch::Contains("unfollowed_assets"));
    const Valuation valuation(
        market.markets.tables(), 0, market.last.ref().number, market.last.header.timestamp
    );
    CHECK(valuation.positions(kBob).status == FigureStatus::kNoData);
    CHECK(valuation.liquidations(kBob).status == FigureStatus::kNoData);
    CHECK(valuation.positions(kAlice).value.size() == 1);
}

TEST_CASE("a market of V2 is not begun by view calls") {
    ledger::Ledger ledger;
    Tables tables(ledger);
    const MarketConfig config = TestMarket::config(Generation::kV2);
    Bootstrap bootstrap(tables, config, {});
    std::vector<eth::ReadAnswer> answers;
    for (const eth::Read& read : bootstrap.calls()) {
        answers.push_back({.read = read, .outcome = eth::ReadOutcome::kReverted, .result = {}});
    }
    const auto taken = bootstrap.take(answers);
    REQUIRE_FALSE(taken);
    CHECK_THAT(taken.error().message(), Catch::Contains("cannot be begun by view calls"));
}

TEST_CASE("revisions of V2 and of V3 are not taken for each other") {
    CHECK(rules_of(2, Generation::kV2)->release == "2");
    CHECK(rules_of(2)->release == "3.0");
    CHECK(rules_of(1, Generation::kV2) == nullptr);
    CHECK(rules_of(11, Generation::kV2) == nullptr);
    const Rules& rules = newest_rules(Generation::kV2);
    CHECK(rounding_of(3, rules) == Rounding::kHalfUp);
    CHECK_FALSE(rounding_of(4, rules));
    CHECK(carries_over(*rules_of(2, Generation::kV2), *rules_of(4, Generation::kV2)));
    CHECK_FALSE(carries_over(rules, *rules_of(1)));
}

}  // namespace faultline::aave
