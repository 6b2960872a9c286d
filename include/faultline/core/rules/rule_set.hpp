// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/core/rules/signal_rule.hpp>

#include <vector>

namespace faultline::rules {

/// All rules of a chain; names are unique over both lists.
struct RuleSet {
    std::vector<HealthFactorRule> health;
    std::vector<SignalRule> signals;

    [[nodiscard]] bool empty() const noexcept { return health.empty() && signals.empty(); }
};

}  // namespace faultline::rules
