// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/alerts/inhibition.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/engine/fold.hpp>

#include <app/firing_alerts.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {

std::map<std::string, std::string> rule_groups(const engine::Fold& fold) {
    std::map<std::string, std::string> out;
    const auto add = [&out](const rules::Terms& terms) {
        if (!terms.group.empty()) {
            out.emplace(terms.name, terms.group);
        }
    };
    for (const rules::HealthFactorRule& rule : fold.options().rules.health) {
        add(rule.terms);
    }
    for (const rules::SignalRule& rule : fold.options().rules.signals) {
        add(rule.terms);
    }
    return out;
}

alerts::FiringAlert alert_of(
    const engine::Fold& fold,
    const std::map<std::string, std::string>& groups,
    const alerts::AlertKey& key,
    const alerts::AlertRow& row
) {
    alerts::FiringAlert out;
    out.labels = row.labels.empty() ? fold.labels(key) : alerts::labels_of(row);
    out.fingerprint = alerts::fingerprint(row.rule, out.labels);
    const auto group = groups.find(row.rule);
    out.labels["rule"] = row.rule;
    out.labels["severity"] = rules::severity_name(row.severity);
    out.labels["group"] = group == groups.end() ? std::string() : group->second;
    out.labels["chain"] = fold.options().chain_name;
    return out;
}

std::vector<alerts::FiringAlert> firing_alerts(const engine::Fold& fold) {
    const auto groups = rule_groups(fold);
    std::vector<alerts::FiringAlert> out;
    for (const alerts::AlertKey& key : fold.alerts().rows().sorted_keys()) {
        const alerts::AlertRow& row = *fold.alerts().rows().find(key);
        if (row.phase == alerts::Phase::kFiring) {
            out.push_back(alert_of(fold, groups, key, row));
        }
    }
    return out;
}

}  // namespace faultline::app
