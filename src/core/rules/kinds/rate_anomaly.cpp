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
    const std::string expression =
        "abs(delta(" + select("borrow_rate", arguments) + "[" + arguments.text("window") + "]))";
    return Condition{
        .expression = expression,
        .limit = limit,
        .what = "move of the borrow rate within " + arguments.text("window"),
        .unit = "%"
    };
}

}  // namespace

RuleKind rate_anomaly() {
    return {
        .name = "rate_anomaly",
        .text =
            "Fires for each part of a market whose borrow rate moved by more than so much within a "
            "window.",
        .parameters = with(
            {{.name = "window",
              .type = ParameterType::kWindow,
              .text = "Within what.",
              .default_value = "10m"}},
            with(above("How far, up or down; rates are per year, 5% is 0.05.", "20%"), of_parts())
        ),
        .condition = condition,
    };
}

}  // namespace faultline::rules::kinds
