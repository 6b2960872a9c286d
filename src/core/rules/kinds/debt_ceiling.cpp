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
    const std::string expression = select("debt_ceiling_usage", arguments);
    return Condition{
        .expression = expression, .limit = limit, .what = "use of the debt ceiling", .unit = "%"
    };
}

}  // namespace

RuleKind debt_ceiling() {
    return {
        .name = "debt_ceiling",
        .text =
            "Fires for each debt ceiling that is nearly reached: of an isolated asset, of an ilk, "
            "of the whole Vat.",
        .parameters = with(above("Share of the ceiling.", "90%"), of_parts()),
        .condition = condition,
    };
}

}  // namespace faultline::rules::kinds
