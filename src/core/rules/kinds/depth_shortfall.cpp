// SPDX-License-Identifier: Apache-2.0
#include "core/rules/kinds/kinds.hpp"

#include <faultline/core/rules/rule_kind.hpp>

namespace faultline::rules::kinds {
RuleKind depth_shortfall() {
    return {
        .name = "depth_shortfall",
        .text =
            "Fires for each market whose collateral could not be sold without a loss beyond its "
            "bonus.",
        .parameters = {},
        .condition = nullptr,
        .not_yet = "the depth of exchange pools, which are not followed yet",
    };
}

}  // namespace faultline::rules::kinds
