// SPDX-License-Identifier: Apache-2.0
// Signals of positions, against a count of all positions.
#include "unit/core/protocols/aave/market_fixture.hpp"
#include "unit/engine/fake_world.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/rules/kinds/rule_kinds.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/position_signals.hpp>
#include <faultline/engine/rule_state.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

rules::SignalRule number(const std::string& text, const char* above = "0") {
    rules::Arguments arguments;
    arguments.set("expression", text);
    arguments.set("above", *Decimal::parse(above));
    rules::Terms terms;
    terms.name = text;
    auto rule = rules::make_rule(*rules::rule_kind("expression"), terms, arguments);
    INFO((rule ? "" : rule.error().what));
    REQUIRE(rule);
    return *std::move(rule);
}

/// Levels in no order, two of them the same number, one of a single wei below 1.
const std::vector<std::string> kLevels{"1.05", "1", "0.999999999999999999", "1.050", "1.5"};

rules::RuleSet cohorts() {
    rules::RuleSet out;
    for (const std::string& level : kLevels) {
        out.signals.push_back(number("accounts_below_health{health=\"" + level + "\"}"));
        out.signals.push_back(number("debt_below_health{health=\"" + level + "\"}"));
    }
    return out;
}

using Figures = std::map<std::string, std::string>;  ///< By "rule market".

/// What the rules read.
Figures read(const Fold& fold) {
    Figures out;
    for (const RuleState& rule : fold.rule_states()) {
        for (const RuleRow& row : rule.rows) {
            if (rule.kind == "expression") {
                out[rule.name + " " + row.labels.at("market")] =
                    row.figure.ok() ? row.figure.value.text() : row.figure.reason;
            }
        }
    }
    return out;
}

/// The same, by looking at every position for every level.
Figures counted(const Fold& fold) {
    Figures out;
    for (std::size_t i = 0; i < fold.protocols().markets(); ++i) {
        const auto market = static_cast<protocol::MarketId>(i);
        for (const std::string& level : kLevels) {
            const U256 below = Decimal::parse(level)->magnitude();
            std::size_t without = 0;
            std::size_t all = 0;
            std::uint64_t positions = 0;
            U256 debt;
            fold.protocols()
                .of(market)
                .health(market, fold.at())
                ->each_indebted([&](const protocol::Holder&, const auto& figure) {
                    ++all;
                    without += figure.ok() ? 0 : 1;
                    if (figure.ok() && figure.value.health_factor_wad < below) {
                        ++positions;
                        debt = *checked_add(debt, figure.value.debt_base);
                    }
                });
            const std::string market_name = fold.protocols().label(market).name;
            const std::string none = std::to_string(without) + " of " + std::to_string(all) +
                                     " positions have no figures";
            out["accounts_below_health{health=\"" + level + "\"} " + market_name] =
                without > 0 ? none : std::to_string(positions);
            out["debt_below_health{health=\"" + level + "\"} " + market_name] =
                without > 0 ? none : Decimal::of(debt, 8)->text();
        }
    }
    return out;
}

}  // namespace

TEST_CASE("positions below a health factor are those that a count of all finds", "[engine]") {
    constexpr std::size_t kBlocks = 200;
    std::mt19937_64 random(20'240'101);
    const auto below = [&random](std::uint64_t most) {
        return random() % most;
    };
    World world;
    world.fold.use_rules(cohorts());
    std::vector<Script> scripts;
    std::size_t reverted = 0;
    std::size_t withheld = 0;
    for (std::size_t block = 0; block < kBlocks; ++block) {
        if (!world.undo.empty() && below(5) == 0) {
            REQUIRE(world.fold.revert(world.undo.back()));
            world.undo.pop_back();
            world.chain.drop_tip();
            *world.script = scripts.back();
            scripts.pop_back();
            ++reverted;
            if (world.undo.empty()) {
                continue;
            }
            world.fold.look();
            REQUIRE(read(world.fold) == counted(world.fold));
            continue;
        }
        scripts.push_back(*world.script);
        for (std::uint64_t changes = below(6); changes > 0; --changes) {
            const protocol::Holder who = holder(static_cast<std::uint8_t>(below(20)), 1);
            // Around the levels, and often exactly on one.
            const U256 factor =
                *checked_sub(*checked_mul(U256(95 + below(60)), pow10(16)), U256(below(3)));
            world.script->health_factors_wad[who] = factor;
            world.script->debts_base[who] = U256(random());
            world.script->unvalued.erase(who);
            if (below(9) == 0) {
                world.script->health_factors_wad.erase(who);
            } else if (below(40) == 0) {
                world.script->unvalued[who] = "no price";
            }
        }
        world.next();
        withheld += world.script->unvalued.empty() ? 0 : 1;
        INFO("block " << block);
        REQUIRE(read(world.fold) == counted(world.fold));
    }
    CHECK(reverted > 20);
    CHECK(withheld > 0);
    CHECK(withheld < kBlocks / 2);
}

TEST_CASE("a rule about debt at risk fires once for a market, and says how much", "[engine]") {
    rules::Arguments arguments;
    arguments.set("health", *Decimal::parse("1.05"));
    arguments.set("measure", std::string("debt"));
    arguments.set("above", *Decimal::parse("600"));
    arguments.set("resolve_at", *Decimal::parse("500"));
    rules::Terms terms;
    terms.name = "risk";
    auto rule = rules::make_rule(*rules::rule_kind("debt_at_risk"), terms, arguments);
    REQUIRE(rule);
    FoldOptions options = fold_options();
    options.rules = {.health = {}, .signals = {*rule}};
    Fold fold(options);
    ScriptedChain chain;
    CHECK(fold.apply(chain.next(100), 0).transitions.empty());
    const Outcome outcome = fold.apply(chain.next(85), 0);
    REQUIRE(outcome.transitions.size() == 1);
    const alerts::Transition& told = outcome.transitions[0];
    CHECK(told.kind == alerts::Kind::kFiring);
    CHECK(told.labels.at("health") == "1.05");
    CHECK(told.labels.at("market") == "test");
    CHECK_FALSE(told.labels.contains("account"));
    CHECK(
        told.summary ==
        "aave_v3/test, health 1.05: debt of positions with a health factor below "
        "1.05 700 is above 600"
    );
    REQUIRE(fold.apply(chain.next(100), 0).transitions.size() == 1);
}

TEST_CASE("a market that gives no figures has no sums over its positions", "[engine]") {
    World world;
    world.fold.use_rules(
        {.health = {},
         .signals =
             {number("accounts_below_health{health=\"1.05\", protocol=\"fake\"}"),
              number("accounts_liquidatable{protocol=\"fake\"}")}}
    );
    world.script->health_factors_wad[holder(1, 1)] = pow10(17);
    world.script->unread = "it was not read yet";
    world.next();
    REQUIRE(read(world.fold).size() == 4);
    for (const auto& [name, figure] : read(world.fold)) {
        INFO(name);
        CHECK(figure == "it was not read yet");
    }
    world.script->unread.clear();
    world.next();
    for (const auto& [name, figure] : read(world.fold)) {
        INFO(name);
        CHECK(figure == "1");
    }
}

TEST_CASE("an account that a rule names has its figures, one for each of its parts", "[engine]") {
    const std::string who = holder(7, 1).account.hex();
    const std::string of = "{account=\"" + who + "\", market=\"first\"}";
    World world;
    world.fold.use_rules(
        {.health = {},
         .signals =
             {number("account_health" + of, "1"),
              number("account_debt" + of),
              number("account_collateral" + of)}}
    );
    const auto figure = [&world](std::size_t rule, const std::string& part) {
        const std::vector<RuleState> states = world.fold.rule_states();
        for (const RuleRow& row : states.at(rule).rows) {
            const auto found = row.labels.find("part");
            if (found != row.labels.end() && found->second == part) {
                CHECK(row.labels.at("account") == holder(7, 1).account.hex());
                return row.figure.ok() ? row.figure.value.text() : row.figure.reason;
            }
        }
        return std::string("nothing");
    };
    world.next();
    CHECK(figure(0, "P1") == "nothing");
    world.script->health_factors_wad[holder(7, 1)] = U256(1'234'567'890'123'456'789);
    world.script->health_factors_wad[holder(7, 2)] = U256(2);
    world.script->health_factors_wad[holder(8, 1)] = U256(3);
    world.script->debts_base[holder(7, 1)] = U256(12'345'678'901);
    world.script->unvalued[holder(7, 2)] = "no price";
    const auto told = world.next();
    CHECK(figure(0, "P1") == "1.234567890123456789");
    CHECK(figure(0, "P2") == "no price");
    CHECK(figure(1, "P1") == "123.45678901");
    CHECK(figure(2, "P1") == "0");
    REQUIRE_FALSE(told.empty());
    CHECK(told[0].labels.at("account") == who);
    // What is paid back is no debt any more, and not a figure that is missing.
    world.script->health_factors_wad.clear();
    std::size_t resolved = 0;
    for (const alerts::Transition& one : world.next()) {
        CHECK(one.kind == alerts::Kind::kResolved);
        ++resolved;
    }
    CHECK(resolved == told.size());
    world.script->unread = "it was not read yet";
    world.next();
    CHECK(figure(1, "") == "it was not read yet");
}

TEST_CASE("figures of a named account are those that its protocol has", "[engine]") {
    const std::string of = "{account=\"" + aave::kAlice.hex() + "\"}";
    FoldOptions options = fold_options();
    options.rules = {
        .health = {},
        .signals =
            {number("account_health" + of),
             number("account_debt" + of),
             number("account_collateral" + of)}
    };
    Fold fold(options);
    ScriptedChain chain;
    for (const std::uint64_t cents : {100U, 97U, 83U, 61U, 1U}) {
        fold.apply(chain.next(cents), 0);
        const auto is =
            fold.protocols().of(0).health(0, fold.at())->of({.account = aave::kAlice, .part = {}});
        REQUIRE(is.ok());
        const std::vector<RuleState> states = fold.rule_states();
        const auto figure = [&states](std::size_t rule) {
            return states.at(rule).rows.at(0).figure.value;
        };
        CHECK(figure(0) == Decimal::of(is.value.health_factor_wad, 18));
        CHECK(figure(1) == Decimal::of(is.value.debt_base, 8));
        CHECK(figure(2) == Decimal::of(is.value.collateral_base, 8));
    }
}

TEST_CASE("a rule has to name the account, as signals write it", "[engine]") {
    const auto fault = [](const std::string& matchers) {
        const auto parsed = signals::Expression::parse("account_health" + matchers + " < 1");
        REQUIRE(parsed);
        return position_fault(parsed->selectors().front());
    };
    CHECK(fault("{account=\"0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48\"}").empty());
    for (const char* wrong :
         {"",
          "{market=\"core\"}",
          "{account=\"0xa0b869\"}",
          "{account=~\"0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48\"}",
          "{account=\"0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48\"}"}) {
        INFO(wrong);
        CHECK_THAT(fault(wrong), Catch::Contains("in lower case: account=\"0x"));
    }
}

TEST_CASE("a rule has to say below which health factor", "[engine]") {
    const auto fault = [](const std::string& text) {
        const auto parsed = signals::Expression::parse(text);
        REQUIRE(parsed);
        return position_fault(parsed->selectors().front());
    };
    CHECK(fault("debt_below_health{health=\"1.05\"} > 1").empty());
    CHECK(fault("debt_below_health{health=\"0.01\", market=~\"a*\"} > 1").empty());
    CHECK(fault("accounts_liquidatable > 1").empty());
    for (const char* wrong :
         {"",
          "{health=~\"1.05\"}",
          "{health!=\"1\"}",
          "{health=\"\"}",
          "{health=\"105%\"}",
          "{health=\"0.009\"}",
          "{health=\"-1\"}",
          "{health=\"100.1\"}"}) {
        INFO(wrong);
        CHECK_THAT(
            fault("accounts_below_health" + std::string(wrong) + " > 1"),
            Catch::Contains("such as health=\"1.05\"")
        );
    }
}

}  // namespace faultline::engine
