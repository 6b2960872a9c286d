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
    const std::string now = select(of, arguments);
    const std::string moved = "delta(" + now + "[" + arguments.text("window") + "])";
    const std::string expression = "-" + moved + " / (" + now + " - " + moved + ")";
    return Condition{
        .expression = expression,
        .limit = limit,
        .what = "net outflow of " + of + " within " + arguments.text("window"),
        .unit = "%"
    };
}

}  // namespace

RuleKind outflow() {
    return {
        .name = "outflow",
        .text = "Fires for each part of a market of which more left than came within a window.",
        .parameters = with(
            {{.name = "window",
              .type = ParameterType::kWindow,
              .text = "Within what.",
              .default_value = "1h"},
             {.name = "of",
              .type = ParameterType::kChoice,
              .text = "What left: of what the market can pay out, or of what its suppliers have.",
              .default_value = "liquidity",
              .choices = {"liquidity", "supplied"}}},
            with(above("Net outflow, a share of what there was.", "10%"), of_parts())
        ),
        .condition = condition,
    };
}

}  // namespace faultline::rules::kinds
