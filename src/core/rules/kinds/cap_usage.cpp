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
    const std::string& cap = arguments.text("cap");
    const std::string expression = select(cap + "_cap_usage", arguments);
    return Condition{
        .expression = expression, .limit = limit, .what = "use of the " + cap + " cap", .unit = "%"
    };
}

}  // namespace

RuleKind cap_usage() {
    return {
        .name = "cap_usage",
        .text =
            "Fires for each part of a market that has nearly reached its cap: then nobody can "
            "supply, or borrow, more.",
        .parameters = with(
            with(
                {{.name = "cap",
                  .type = ParameterType::kChoice,
                  .text = "Which of its caps.",
                  .default_value = "supply",
                  .choices = {"supply", "borrow"}}},
                above("Share of the cap.", "90%")
            ),
            of_parts()
        ),
        .condition = condition,
    };
}

}  // namespace faultline::rules::kinds
