// SPDX-License-Identifier: Apache-2.0
#include "core/rules/kinds/kinds.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/signal_rule.hpp>

namespace faultline::rules::kinds {
namespace {

Result<Condition> condition(const Arguments& arguments) {
    return Condition{
        .expression = select("laws_broken", arguments),
        .limit = Limit{},
        .what = "laws that do not hold",
        .unit = ""
    };
}

}  // namespace

RuleKind conservation_broken() {
    return {
        .name = "conservation_broken",
        .text =
            "Fires for each market whose rows do not add up to what its contracts conserve. The "
            "alert law_broken is always on; this one is yours to route.",
        .parameters = of_markets(),
        .condition = condition,
    };
}

}  // namespace faultline::rules::kinds
