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
    const std::string expression =
        "-zscore(" + select(of, arguments) + "[" + arguments.text("window") + "])";
    return Condition{
        .expression = expression,
        .limit = limit,
        .what = "deviations of " + of + " below its median of " + arguments.text("window"),
        .unit = ""
    };
}

}  // namespace

RuleKind bank_run() {
    return {
        .name = "bank_run",
        .text =
            "Fires for each part of a market whose suppliers leave faster than they usually do: a "
            "robust z-score of what is left against its own history.",
        .parameters = with(
            {{.name = "window",
              .type = ParameterType::kWindow,
              .text = "What history.",
              .default_value = "24h"},
             {.name = "of",
              .type = ParameterType::kChoice,
              .text = "Of what the market can pay out, or of what its suppliers have.",
              .default_value = "supplied",
              .choices = {"liquidity", "supplied"}}},
            with(
                above("How many deviations below its median (MAD, scaled to a deviation).", "6"),
                of_parts()
            )
        ),
        .condition = condition,
    };
}

}  // namespace faultline::rules::kinds
