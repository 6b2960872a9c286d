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
    const std::string expression = select("bad_debt_value", arguments);
    return Condition{
        .expression = expression, .limit = limit, .what = "debt beyond all collateral", .unit = ""
    };
}

}  // namespace

RuleKind bad_debt() {
    return {
        .name = "bad_debt",
        .text =
            "Fires for each market whose positions owe more than all of their collateral is worth, "
            "by so much in the currency of the market.",
        .parameters = with(
            above("What they owe beyond it, in the currency of the market.", "1000"), of_markets()
        ),
        .condition = condition,
    };
}

}  // namespace faultline::rules::kinds
