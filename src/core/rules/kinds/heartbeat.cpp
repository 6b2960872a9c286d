// SPDX-License-Identifier: Apache-2.0
#include "core/rules/kinds/kinds.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/rules/rule_kind.hpp>

namespace faultline::rules::kinds {
namespace {

Result<Condition> condition(const Arguments& arguments) {
    return Condition{
        .expression = "1 > 0",
        .limit = std::nullopt,
        .what = "blocks are followed and alerts get through: this",
        .unit = {},
        .repeat_seconds = arguments.count("every")
    };
}

}  // namespace

RuleKind heartbeat() {
    return {
        .name = "heartbeat",
        .text =
            "Always fires, and says so again and again while blocks come: a dead-man's switch at "
            "the receiver raises the alarm when it falls silent.",
        .parameters =
            {{.name = "every",
              .type = ParameterType::kDuration,
              .text = "How often, in the chain's time.",
              .default_value = "5m"}},
        .condition = condition,
    };
}

}  // namespace faultline::rules::kinds
