// SPDX-License-Identifier: Apache-2.0
#include "core/rules/kinds/kinds.hpp"

#include <faultline/core/rules/rule_kind.hpp>

namespace faultline::rules::kinds {
RuleKind stress_loss() {
    return {
        .name = "stress_loss",
        .text = "Fires when a shock would cost more than it may.",
        .parameters = {},
        .condition = nullptr,
        .not_yet = "stress tests of the live graph, which do not run yet",
    };
}

}  // namespace faultline::rules::kinds
