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
    const std::string highest = "max by (currency, token) (" + price + ")";
    const std::string lowest = "min by (currency, token) (" + price + ")";
    const std::string expression = "(" + highest + " - " + lowest + ") / " + lowest;
    return Condition{
        .expression = expression, .limit = limit, .what = "difference of prices", .unit = "%"
    };
}

}  // namespace

RuleKind price_deviation() {
    return {
        .name = "price_deviation",
        .text = "Fires for each token of which two markets hold different prices.",
        .parameters = with(
            above("Difference of the highest and the lowest, a share of the lowest.", "1%"),
            of_parts()
        ),
        .condition = condition,
    };
}

}  // namespace faultline::rules::kinds
