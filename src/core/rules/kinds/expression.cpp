// SPDX-License-Identifier: Apache-2.0
#include "core/rules/kinds/kinds.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/signal_rule.hpp>

#include <optional>
#include <string>

namespace faultline::rules::kinds {
namespace {

Result<Condition> condition(const Arguments& arguments) {
    Condition out{
        .expression = arguments.text("expression"),
        .limit = std::nullopt,
        .what = arguments.has("what") ? arguments.text("what") : arguments.text("expression"),
        .unit = {}
    };
    const bool above = arguments.has("above");
    if (above && arguments.has("below")) {
        return Error(Code::kMalformed, "give above or below, not both");
    }
    if (above) {
        FAULTLINE_TRY(out.limit, limit_above(arguments));
    } else if (arguments.has("below")) {
        FAULTLINE_TRY(out.limit, limit_below(arguments));
    } else if (arguments.has("resolve_at")) {
        return Error(Code::kMalformed, "resolve_at goes with above or below");
    }
    return out;
}

}  // namespace

RuleKind expression() {
    return {
        .name = "expression",
        .text =
            "Fires for each row of an expression over signals (docs/expressions.md) that holds, "
            "or whose number is above or below a limit.",
        .parameters =
            {{.name = "expression",
              .type = ParameterType::kText,
              .text = "A condition, or a number with above or below beside it.",
              .example = "utilisation > 95% and supplied_value > 1000000",
              .required = true},
             {.name = "what",
              .type = ParameterType::kText,
              .text = "What its figure is, for texts; the expression unless given."},
             {.name = "above", .text = "Fires for numbers beyond it."},
             {.name = "below", .text = "Fires for numbers less than it."},
             {.name = "resolve_at",
              .text = "At which an alert resolves; the gap keeps it from flapping. The same unless "
                      "given."}},
        .condition = condition,
    };
}

}  // namespace faultline::rules::kinds
