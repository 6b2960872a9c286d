// SPDX-License-Identifier: Apache-2.0
#include "core/rules/kinds/kinds.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/signal_rule.hpp>

#include <string>

namespace faultline::rules::kinds {
namespace {

Result<Condition> condition(const Arguments& arguments) {
    FAULTLINE_TRY(const Limit limit, limit_above(arguments));
    const bool debt = arguments.text("measure") == "debt";
    const std::string health = arguments.number("health").text();
    const std::string expression = select(
        debt ? "debt_below_health" : "accounts_below_health",
        arguments,
        {matcher("health", {health})}
    );
    const std::string what = debt ? "debt of positions" : "positions";
    return Condition{
        .expression = expression,
        .limit = limit,
        .what = what + " with a health factor below " + health,
        .unit = "",
        .range = FigureRange::kNotNegative
    };
}

}  // namespace

RuleKind debt_at_risk() {
    return {
        .name = "debt_at_risk",
        .text =
            "Fires once for each market whose positions below a health factor owe much, or are "
            "many, however many accounts they are of.",
        .parameters = with(
            {{.name = "health",
              .text = "Health factor, from 0.01 to 100; at 1 a position can be liquidated.",
              .default_value = "1.05"},
             {.name = "measure",
              .type = ParameterType::kChoice,
              .text = "What they owe, in the currency of the market, or how many they are. "
                      "Positions that owe next to nothing count as many, too.",
              .default_value = "debt",
              .choices = {"debt", "accounts"}}},
            with(above("So much, or so many.", ""), of_markets())
        ),
        .condition = condition,
    };
}

}  // namespace faultline::rules::kinds
