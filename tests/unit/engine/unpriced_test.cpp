// SPDX-License-Identifier: Apache-2.0
// A sum over events says what it lacks.
#include "unit/engine/fake_world.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/protocol/activity.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/rules/kinds/rule_kinds.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/rule_state.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

rules::SignalRule total_of(const std::string& signal) {
    rules::Arguments arguments;
    arguments.set("expression", "sum(" + signal + "{event=\"liquidation\"}) > 1000000");
    rules::Terms terms;
    terms.name = signal;
    auto rule = rules::make_rule(*rules::rule_kind("expression"), terms, arguments);
    REQUIRE(rule);
    return *std::move(rule);
}

/// What the sum was made from, added up.
std::string figure_of(const World& world, const std::string& signal) {
    Decimal sum;
    for (const RuleState& state : world.fold.rule_states(signal)) {
        for (const RuleRow& row : state.rows) {
            for (const auto& [name, value] : row.inputs) {
                sum = *add(sum, *Decimal::parse(value));
            }
        }
    }
    return sum.text();
}

}  // namespace

TEST_CASE("what had no price is counted beside the sum that lacks it", "[engine]") {
    World world;
    world.fold.use_rules(
        {.health = {},
         .signals = {total_of("events"), total_of("events_value"), total_of("events_unpriced")}}
    );
    world.next();
    const std::vector<Figure<Decimal>> values{
        Figure<Decimal>::of(Decimal::of(70)),
        Figure<Decimal>::without(FigureStatus::kNoData, "no price was read yet"),
        Figure<Decimal>::without(FigureStatus::kStale, "the price is old"),
        Figure<Decimal>::without(FigureStatus::kError, "the oracle did not answer"),
        {},  // Moves nothing.
    };
    for (const Figure<Decimal>& value : values) {
        world.script->incidents.push_back(
            {.market = 1,
             .kind = protocol::IncidentKind::kActivity,
             .text = "it happened",
             .activity =
                 protocol::Activity{
                     .event = "liquidation",
                     .detail = {},
                     .token = {},
                     .account = {},
                     .value = value
                 }}
        );
    }
    world.next();
    CHECK(figure_of(world, "events") == "5");
    CHECK(figure_of(world, "events_value") == "70");
    CHECK(figure_of(world, "events_unpriced") == "3");
}

}  // namespace faultline::engine
