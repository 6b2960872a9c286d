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
    const std::string& of = arguments.text("of");
    const bool top = arguments.text("measure") == "top10";
    const std::string expression =
        select(top ? "concentration_top10" : "concentration_hhi", arguments, {matcher("of", {of})});
    const std::string what = top ? "share of the ten largest " : "HHI of ";
    return Condition{
        .expression = expression,
        .limit = limit,
        .what = what + of,
        .unit = "%",
        .range = FigureRange::kShare
    };
}

}  // namespace

RuleKind concentration() {
    return {
        .name = "concentration",
        .text = "Fires for each market of which a few hold much.",
        .parameters = with(
            {{.name = "measure",
              .type = ParameterType::kChoice,
              .text = "Share of the ten largest, or the Herfindahl-Hirschman index (0 to 1).",
              .default_value = "top10",
              .choices = {"top10", "hhi"}},
             {.name = "of",
              .type = ParameterType::kChoice,
              .text = "Of whom, or of what.",
              .default_value = "suppliers",
              .choices = {"suppliers", "borrowers", "collateral"}}},
            with(above("So much.", "80%"), of_markets())
        ),
        .condition = condition,
    };
}

}  // namespace faultline::rules::kinds
