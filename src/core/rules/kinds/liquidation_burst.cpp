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
    const bool value = arguments.text("measure") == "value";
    // Debt is of the market, what is taken for it of tokens.
    const bool of_tokens = !arguments.list("tokens").empty() || !arguments.list("parts").empty();
    const std::string debt = value ? "events_value" : "events";
    const std::string events = of_tokens ? select(value ? "seized_value" : "seizures", arguments)
                                         : select(debt, arguments, {"event=\"liquidation\""});
    const std::string expression = "delta(" + events + "[" + arguments.text("window") + "])";
    const std::string of_value = of_tokens ? "collateral that liquidations took within "
                                           : "debt that was liquidated within ";
    const std::string what = value ? of_value : "liquidations within ";
    return Condition{
        .expression = expression,
        .limit = limit,
        .what = what + arguments.text("window"),
        .unit = ""
    };
}

}  // namespace

RuleKind liquidation_burst() {
    return {
        .name = "liquidation_burst",
        .text =
            "Fires for each market in which much was liquidated within a window, and where tokens "
            "or "
            "parts are named for each of these as collateral.",
        .parameters = with(
            {{.name = "window",
              .type = ParameterType::kWindow,
              .text = "Within what.",
              .default_value = "10m"},
             {.name = "measure",
              .type = ParameterType::kChoice,
              .text =
                  "Debt that was repaid (of tokens and parts: collateral that was taken), in the "
                  "currency of the market, or liquidations.",
              .default_value = "value",
              .choices = {"value", "count"}}},
            with(above("So much.", "1000000"), of_parts())
        ),
        .condition = condition,
    };
}

}  // namespace faultline::rules::kinds
