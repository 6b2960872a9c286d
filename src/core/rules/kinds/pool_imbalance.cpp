// SPDX-License-Identifier: Apache-2.0
#include "core/rules/kinds/kinds.hpp"

#include <faultline/core/rules/rule_kind.hpp>

namespace faultline::rules::kinds {
RuleKind pool_imbalance() {
    return {
        .name = "pool_imbalance",
        .text =
            "Fires for each exchange pool that holds much more of one of its tokens than of the "
            "others.",
        .parameters = {},
        .condition = nullptr,
        .not_yet = "exchange pools, which are not followed yet",
    };
}

}  // namespace faultline::rules::kinds
