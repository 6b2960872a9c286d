// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/rules/rule_set.hpp>

#include <string>
#include <vector>

namespace faultline::app {

/// Of all rules, as configured: those about positions first.
std::vector<std::string> rule_names(const rules::RuleSet& rules);

/// kMissing, with the nearest names, when there is no rule of that name.
Result<void> has_rule(const rules::RuleSet& rules, const std::string& name);

}  // namespace faultline::app
