// SPDX-License-Identifier: Apache-2.0
// A change that follows another is told although the alert about the first one fires.
#include "unit/engine/fake_world.hpp"

#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/protocol/activity.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/rules/kinds/rule_kinds.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/engine/fold.hpp>

#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

using alerts::Kind;
using alerts::News;
using alerts::Transition;

rules::SignalRule rule_of(
    const std::string& kind, const std::map<std::string, std::string>& parameters
) {
    rules::Arguments arguments;
    for (const auto& [name, value] : parameters) {
        arguments.set(name, value);
    }
    rules::Terms terms;
    terms.name = kind;
    auto rule = rules::make_rule(*rules::rule_kind(kind), terms, arguments);
    INFO((rule ? "" : rule.error().what));
    REQUIRE(rule);
    return *std::move(rule);
}

/// One rule, and what happens in a market.
struct Watched : World {
    explicit Watched(rules::SignalRule rule) {
        fold.use_rules({.health = {}, .signals = {std::move(rule)}});
        next();
    }

    std::vector<Transition> happen(
        const std::string& event, const std::string& detail, const std::vector<std::string>& texts
    ) {
        for (const std::string& text : texts) {
            script->incidents.push_back(
                {.market = 1,
                 .kind = protocol::IncidentKind::kActivity,
                 .text = text,
                 .activity =
                     protocol::Activity{
                         .event = event, .detail = detail, .token = {}, .account = {}, .value = {}
                     }}
            );
        }
        return next();
    }
};

}  // namespace

TEST_CASE("a change is told while the alert about an earlier one fires, and taken back alone") {
    Watched world(rule_of("governance", {{"window", "1h"}}));
    auto said = world.happen("governance", "upgraded", {"harmless"});
    REQUIRE(said.size() == 1);
    CHECK(said[0].kind == Kind::kFiring);
    CHECK(said[0].news == News::kNone);
    CHECK(world.next().empty());
    const auto before = world.fold.dump();

    said = world.happen("governance", "upgraded", {"the real one", "and another"});
    REQUIRE(said.size() == 1);
    CHECK(said[0].kind == Kind::kFiring);
    CHECK(said[0].repeated);
    CHECK(said[0].news == News::kNew);
    CHECK_THAT(
        said[0].summary,
        Catch::Contains("; the last 2: the real one; ") && Catch::Contains("; and another; ")
    );

    const auto back = world.fold.revert(world.undo.back());
    REQUIRE(back);
    REQUIRE(back->transitions.size() == 1);
    CHECK(back->transitions[0].news == News::kTakenBack);
    CHECK(back->transitions[0].kind == Kind::kFiring);
    CHECK_THAT(
        back->transitions[0].summary,
        Catch::StartsWith("taken back with dropped block 4 ") && Catch::Contains("the real one")
    );
    CHECK(world.fold.dump() == before);
    world.chain.drop_tip();
    CHECK(world.next().empty());
}

TEST_CASE("the first changes of a block are all told, up to five of them") {
    Watched world(rule_of("governance", {{"window", "1h"}}));
    const auto said =
        world.happen("governance", "role", {"a1", "b2", "c3", "d4", "e5", "f6", "g7"});
    REQUIRE(said.size() == 1);
    CHECK_THAT(said[0].summary, Catch::EndsWith("; the last 5: c3; d4; e5; f6; g7"));
}

TEST_CASE("a rule that adds changes up tells each of them, too") {
    Watched world(rule_of(
        "expression",
        {{"expression", "sum by (market) (delta(events{event=\"source_changed\"}[1h])) > 0"}}
    ));
    CHECK(world.happen("source_changed", "", {"first"}).size() == 1);
    const auto said = world.happen("source_changed", "", {"second"});
    REQUIRE(said.size() == 1);
    CHECK(said[0].news == News::kNew);
    CHECK_THAT(said[0].summary, Catch::Contains("; the last: second; "));
}

TEST_CASE("a storm of liquidations is told once") {
    Watched world(
        rule_of("expression", {{"expression", "delta(events{event=\"liquidation\"}[1h]) > 0"}})
    );
    CHECK(world.happen("liquidation", "", {"first"}).size() == 1);
    CHECK(world.happen("liquidation", "", {"second", "third"}).empty());
}

}  // namespace faultline::engine
