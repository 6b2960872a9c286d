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
    const std::string expression = select("utilisation", arguments);
    return Condition{.expression = expression, .limit = limit, .what = "utilisation", .unit = "%"};
}

}  // namespace

RuleKind utilisation() {
    return {
        .name = "utilisation",
        .text =
            "Fires for each reserve, base or cToken of which nearly everything is lent: its "
            "suppliers cannot withdraw.",
        .parameters = with(above("Share of what there is to lend.", "95%"), of_parts()),
        .condition = condition,
    };
}

}  // namespace faultline::rules::kinds
