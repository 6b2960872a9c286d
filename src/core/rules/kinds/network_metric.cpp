// SPDX-License-Identifier: Apache-2.0
#include "core/rules/kinds/kinds.hpp"

#include <faultline/core/rules/rule_kind.hpp>

namespace faultline::rules::kinds {

RuleKind network_metric() {
    return {
        .name = "network_metric",
        .text = "Fires when a figure of the network of protocols is far from what it usually is.",
        .parameters = {},
        .condition = nullptr,
        .not_yet = "figures of the network as signals; Prometheus has them as faultline_network_*",
    };
}

}  // namespace faultline::rules::kinds
