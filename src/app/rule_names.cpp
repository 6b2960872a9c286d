// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/core/rules/rule_set.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/shell/config/reader.hpp>

#include <algorithm>
#include <app/rule_names.hpp>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {

std::vector<std::string> rule_names(const rules::RuleSet& rules) {
    std::vector<std::string> out;
    for (const rules::HealthFactorRule& rule : rules.health) {
        out.push_back(rule.terms.name);
    }
    for (const rules::SignalRule& rule : rules.signals) {
        out.push_back(rule.terms.name);
    }
    return out;
}

Result<void> has_rule(const rules::RuleSet& rules, const std::string& name) {
    const std::vector<std::string> names = rule_names(rules);
    if (std::ranges::find(names, name) != names.end()) {
        return {};
    }
    const std::string near = config::suggestion(name, names);
    Error none(Code::kMissing, "there is no rule " + config::quoted(name) + near);
    return near.empty()
               ? std::move(none).advise("/v1/rules and `faultline rules list` have all of them")
               : none;
}

}  // namespace faultline::app
