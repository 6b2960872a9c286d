// SPDX-License-Identifier: Apache-2.0
// Rules over signals, from blocks to transitions and back.
#include "core/protocols/aave/events.hpp"
#include "unit/core/protocols/aave/market_fixture.hpp"
#include "unit/engine/scripted_chain.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/rules/kinds/rule_kinds.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/core/rules/verdict.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/rule_state.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

rules::SignalRule expression(const std::string& name, const std::string& text) {
    rules::Arguments arguments;
    arguments.set("expression", text);
    rules::Terms terms;
    terms.name = name;
    auto rule = rules::make_rule(*rules::rule_kind("expression"), terms, arguments);
    INFO((rule ? "" : rule.error().what));
    REQUIRE(rule);
    return *std::move(rule);
}

FoldOptions with(std::vector<rules::SignalRule> rules) {
    FoldOptions out = fold_options();
    out.rules = {.health = {}, .signals = std::move(rules)};
    return out;
}

/// "firing name" of each transition.
std::vector<std::string> told(const Outcome& outcome) {
    std::vector<std::string> out;
    for (const alerts::Transition& one : outcome.transitions) {
        out.push_back(std::string(alerts::kind_name(one.kind)) + " " + one.rule);
    }
    return out;
}

using Told = std::vector<std::string>;

}  // namespace

TEST_CASE("a rule over signals fires, says from what, and resolves", "[engine]") {
    ScriptedChain chain;
    Fold fold(with({expression("jump", "price{currency=\"USD\"} > 1.5")}));
    CHECK(told(fold.apply(chain.next(100), 0)).empty());
    const Outcome fired = fold.apply(chain.next(160), 0);
    REQUIRE(told(fired) == Told{"firing jump"});
    const alerts::Transition& alert = fired.transitions[0];
    CHECK(alert.labels.at("chain") == "test");
    CHECK(alert.labels.at("currency") == "USD");
    CHECK(alert.labels.at("protocol") == "aave_v3");
    REQUIRE(alert.inputs.size() == 1);
    CHECK(alert.inputs.begin()->second == "1.6");
    CHECK(told(fold.apply(chain.next(160), 0)).empty());
    CHECK(told(fold.apply(chain.next(120), 0)) == Told{"resolved jump"});
}

TEST_CASE("windows see what was, and an undone block never was", "[engine]") {
    const auto rules = [] {
        return with({expression("fall", "delta(price{currency=\"USD\"}[1b]) < -0.1")});
    };
    ScriptedChain chain;
    Fold fold(rules());
    fold.apply(chain.next(100), 0);
    fold.apply(chain.next(99), 0);
    const auto before = fold.dump();
    const eth::Block fall = chain.next(80);
    const Outcome outcome = fold.apply(fall, 0);
    CHECK(told(outcome) == Told{"firing fall"});
    UndoRecord undo{.ref = fall.ref(), .changes = {}, .transitions = {}};
    undo.add(outcome);
    const auto back = fold.revert(undo);
    REQUIRE(back);
    CHECK(told(*back) == Told{"retracted fall"});
    CHECK(fold.dump() == before);
    // The same again, from the rows alone.
    Fold restarted(rules());
    for (const ledger::RowChange& row : fold.dump()) {
        REQUIRE(restarted.load(row.table, row.key, *row.after));
    }
    CHECK(told(restarted.apply(fall, 1)) == told(fold.apply(fall, 1)));
    CHECK(restarted.dump() == fold.dump());
}

TEST_CASE("what a figure needs and is not there is not taken for fine", "[engine]") {
    ScriptedChain chain;
    rules::SignalRule holds = expression("holds", "delta(price[1h]) > 0");
    rules::SignalRule fires = expression("fires", "delta(price[1h]) > 0");
    fires.terms.on_no_data = rules::WithoutFigure::kFire;
    Fold fold(with({holds, fires}));
    const Outcome outcome = fold.apply(chain.next(100), 0);
    CHECK(outcome.evaluated.no_data >= 2);
    REQUIRE_FALSE(outcome.transitions.empty());
    for (const alerts::Transition& one : outcome.transitions) {
        CHECK(one.rule == "fires");
        CHECK(one.summary.find("no_data") != std::string::npos);
    }
}

TEST_CASE("rules come and go while blocks go on", "[engine]") {
    ScriptedChain chain;
    Fold fold(with({expression("one", "price{currency=\"USD\"} > 0.5")}));
    const Outcome first = fold.apply(chain.next(100), 0);
    REQUIRE_FALSE(first.transitions.empty());
    const std::size_t alerts = first.transitions.size();
    fold.use_rules({.health = {}, .signals = {expression("two", "price{currency=\"USD\"} > 0.5")}});
    const Outcome second = fold.apply(chain.next(100), 0);
    CHECK(second.transitions.size() == 2 * alerts);
    CHECK(fold.alerts().rows().size() == alerts);
    for (const alerts::Transition& one : second.transitions) {
        CHECK((one.kind == alerts::Kind::kResolved) == (one.rule == "one"));
    }
}

TEST_CASE("an alert ends when its rule no longer covers what it is about", "[engine]") {
    const auto rule = [](const std::string& selector) {
        return rules::RuleSet{.health = {}, .signals = {expression("jump", selector)}};
    };
    for (const std::string& now :
         {std::string("price{currency=\"USD\", market=\"elsewhere\"} > 1.5"),
          std::string("utilisation{market=\"elsewhere\"} > 2")}) {
        ScriptedChain chain;
        Fold fold(with({expression("jump", "price{currency=\"USD\"} > 1.5")}));
        REQUIRE(told(fold.apply(chain.next(160), 0)) == Told{"firing jump"});
        fold.use_rules(rule(now));
        const Outcome outcome = fold.apply(chain.next(160), 0);
        REQUIRE(told(outcome) == Told{"resolved jump"});
        CHECK(outcome.transitions[0].summary.contains("no longer covers"));
    }
    // Still covered, and without a figure: nothing is taken for fine.
    ScriptedChain chain;
    Fold fold(with({expression("jump", "price{currency=\"USD\"} > 1.5")}));
    REQUIRE(told(fold.apply(chain.next(160), 0)) == Told{"firing jump"});
    fold.use_rules(rule("price{currency=~\"US*\"} + price{token=\"nobody\"} > 1.5"));
    CHECK(told(fold.apply(chain.next(160), 0)).empty());
}

TEST_CASE("how an alert stands is said beside its row", "[engine]") {
    ScriptedChain chain;
    rules::SignalRule rule = expression("jump", "price{currency=\"USD\"} > 1.5");
    rule.terms.patience.for_blocks = 3;
    rule.terms.patience.keep_firing_seconds = 24;
    rule.terms.patience.cooldown_seconds = 600;
    Fold fold(with({rule}));
    const auto alert = [&fold](std::uint64_t cents, ScriptedChain& on) {
        fold.apply(on.next(cents), 0);
        const std::vector<RuleState> states = fold.rule_states("jump");
        for (const RuleRow& row : states.at(0).rows) {
            if (!row.alert.empty()) {
                return row.alert;
            }
        }
        return std::string();
    };
    CHECK(alert(100, chain).empty());
    CHECK(alert(160, chain).contains(": 1 of 3 blocks"));
    CHECK(alert(160, chain).contains(": 2 of 3 blocks"));
    CHECK(alert(160, chain).starts_with("firing since block 4"));
    CHECK(alert(100, chain).contains("kept firing for 0 of 24 s"));
    CHECK(alert(100, chain).contains("kept firing for 12 of 24 s"));
    CHECK(alert(100, chain).contains("cooling down, nothing fires: 0 of 600 s"));
}

TEST_CASE("what positions add up to is a signal", "[engine]") {
    ScriptedChain chain;
    Fold fold(with({
        expression("liquidatable", "accounts_liquidatable > 0"),
        expression("bad", "bad_debt_value > 0"),
    }));
    CHECK(told(fold.apply(chain.next(100), 0)).empty());
    CHECK(told(fold.apply(chain.next(80), 0)) == Told{"firing liquidatable"});
    CHECK(told(fold.apply(chain.next(60), 0)) == Told{"firing bad"});
    CHECK(told(fold.apply(chain.next(100), 0)) == Told{"resolved liquidatable", "resolved bad"});
}

TEST_CASE("what liquidations take is counted for each token, from the first on", "[engine]") {
    const auto burst = [](const std::string& name, const std::string& measure, const char* above) {
        rules::Arguments arguments;
        arguments.set("window", std::string("1b"));
        arguments.set("measure", measure);
        arguments.set("above", *Decimal::parse(above));
        arguments.set("tokens", std::vector<std::string>{aave::asset(0).hex()});
        rules::Terms terms;
        terms.name = name;
        auto rule = rules::make_rule(*rules::rule_kind("liquidation_burst"), terms, arguments);
        REQUIRE(rule);
        return *std::move(rule);
    };
    ScriptedChain chain;
    Fold fold(with(
        {burst("worth", "value", "119.9"),
         burst("more", "value", "120"),
         burst("often", "count", "0"),
         expression("other", "seizures{token=\"" + aave::asset(1).hex() + "\"} > 0")}
    ));
    CHECK(told(fold.apply(chain.next(100), 0)).empty());
    CHECK(told(fold.apply(chain.next(100), 0)).empty());
    const auto before = fold.dump();
    eth::Block block = chain.next(80);
    aave::TestMarket scratch;
    scratch
        .log<aave::events::Burn>(
            aave::v_token(1), {aave::kAlice, Address{}, U256(100 * kToken), U256(0), ray()}
        )
        .log<aave::events::LiquidationCall>(
            aave::kPool,
            {aave::asset(0),
             aave::asset(1),
             aave::kAlice,
             U256(100 * kToken),
             U256(150 * kToken),
             aave::kBob,
             true}
        );
    block.logs = scratch.pending().logs;
    const Outcome outcome = fold.apply(block, 0);
    CHECK(told(outcome) == Told{"firing worth", "firing often"});
    for (const alerts::Transition& one : outcome.transitions) {
        CHECK(one.labels.at("token") == aave::asset(0).hex());
    }
    UndoRecord undo{.ref = block.ref(), .changes = {}, .transitions = {}};
    undo.add(outcome);
    REQUIRE(fold.revert(undo));
    CHECK(fold.dump() == before);
}

TEST_CASE("what rules say is known without a block, and as soon as rows are loaded", "[engine]") {
    ScriptedChain chain;
    const auto options = with({expression("jump", "price{currency=\"USD\"} > 1.5")});
    Fold fold(options);
    REQUIRE(fold.rule_states().size() == 1);
    CHECK(fold.rule_states()[0].rows.empty());
    fold.apply(chain.next(160), 0);
    const RuleState now = fold.rule_states("jump").at(0);
    CHECK(now.counts.firing >= 1);
    CHECK(fold.rule_states("jmp").empty());

    Fold loaded(options);
    for (const ledger::RowChange& row : fold.dump()) {
        REQUIRE(loaded.load(row.table, row.key, *row.after));
    }
    CHECK(loaded.rule_states("jump").at(0).counts.firing == 0);
    loaded.look();
    const RuleState again = loaded.rule_states("jump").at(0);
    CHECK(again.counts.firing == now.counts.firing);
    REQUIRE(again.rows.size() == now.rows.size());
    CHECK(again.rows[0].words == now.rows[0].words);
    CHECK(again.rows[0].inputs == now.rows[0].inputs);
}

TEST_CASE("rows are counted once, those that fire for want of a figure among them", "[engine]") {
    RuleCounts counts;
    counts.add(FigureStatus::kValue, rules::Verdict::kBreach);
    counts.add(FigureStatus::kStale, rules::Verdict::kBreach);
    counts.add(FigureStatus::kValue, rules::Verdict::kClear);
    counts.add(FigureStatus::kValue, rules::Verdict::kHold);
    counts.add(FigureStatus::kNoData, rules::Verdict::kHold);
    counts.add(FigureStatus::kStale, rules::Verdict::kHold);
    counts.add(FigureStatus::kError, rules::Verdict::kHold);
    CHECK(counts.firing == 2);
    CHECK(counts.ok == 1);
    CHECK(counts.hold == 1);
    CHECK(counts.no_data == 1);
    CHECK(counts.stale == 1);
    CHECK(counts.error == 1);
}

}  // namespace faultline::engine
