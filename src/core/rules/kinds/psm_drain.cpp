// SPDX-License-Identifier: Apache-2.0
#include "core/rules/kinds/kinds.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/signal_rule.hpp>

#include <string>

namespace faultline::rules::kinds {
namespace {

Result<Condition> condition(const Arguments& arguments) {
    FAULTLINE_TRY(const Limit limit, limit_below(arguments));
    const std::string expression = select("psm_share", arguments);
    return Condition{
        .expression = expression, .limit = limit, .what = "what the module still holds", .unit = "%"
    };
}

}  // namespace

RuleKind psm_drain() {
    return {
        .name = "psm_drain",
        .text = "Fires for each peg stability module that has little left to pay out.",
        .parameters = with(below("Share of what it backs that it still holds.", "10%"), of_parts()),
        .condition = condition,
    };
}

}  // namespace faultline::rules::kinds
