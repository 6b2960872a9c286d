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
    const std::string price = select("price", arguments);
    const std::string moved = "delta(" + price + "[" + arguments.text("window") + "])";
    const std::string expression = "abs(" + moved + " / (" + price + " - " + moved + "))";
    return Condition{
        .expression = expression,
        .limit = limit,
        .what = "move of the price within " + arguments.text("window"),
        .unit = "%"
    };
}

}  // namespace

RuleKind oracle_jump() {
    return {
        .name = "oracle_jump",
        .text = "Fires for each price that moved by more than a share within a window.",
        .parameters = with(
            {{.name = "window",
              .type = ParameterType::kWindow,
              .text = "Within what.",
              .default_value = "1b"}},
            with(above("How far, up or down, a share of what it was.", "10%"), of_parts())
        ),
        .condition = condition,
    };
}

}  // namespace faultline::rules::kinds
