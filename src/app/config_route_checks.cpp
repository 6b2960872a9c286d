// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/route.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/core/rules/rule_set.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/core/rules/watch_rule.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/shell/config/reader.hpp>

#include <algorithm>
#include <app/config_checks.hpp>
#include <app/config_fields.hpp>
#include <cstddef>
#include <string>
#include <vector>

namespace faultline::app {
namespace {

using config::Reader;

std::string item(const std::string& list, std::size_t index) {
    return list + "[" + std::to_string(index) + "]";
}

void check_names(
    Reader& reader,
    const std::string& list,
    const std::vector<std::string>& names,
    const std::vector<std::string>& receivers
) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (std::ranges::find(receivers, names[i]) == receivers.end()) {
            reader.error(
                item(list, i),
                "there is no receiver " + config::quoted(names[i]) +
                    config::suggestion(names[i], receivers)
            );
        }
    }
}

/// What is certain of every alert of a rule.
alerts::Labels known_of(const rules::Terms& terms) {
    alerts::Labels out(terms.labels.begin(), terms.labels.end());
    out["rule"] = terms.name;
    out["severity"] = rules::severity_name(terms.severity);
    out["group"] = terms.group;
    return out;
}

/// A trigger hears of exposures, and of the rules it names.
bool takes(const written::Receiver& receiver, const std::string& rule, bool of_exposures) {
    const auto& named = receiver.trigger.rules;
    return receiver.kind != written::ReceiverKind::kTrigger || of_exposures ||
           std::ranges::find(named, rule) != named.end();
}

bool reads_exposures(const rules::SignalRule& rule) {
    return std::ranges::any_of(rule.measure.selectors(), [](const signals::Selector& selector) {
        return selector.name == "exposure";
    });
}

}  // namespace

void check_routes(Reader& reader, const written::Daemon& daemon, const rules::RuleSet& rules) {
    std::vector<std::string> receivers;
    for (const written::Receiver& receiver : daemon.receivers) {
        receivers.push_back(receiver.common.name);
    }
    const bool known = reader.sound("receivers");
    for (std::size_t i = 0; known && i < daemon.routes.size(); ++i) {
        const alerts::Route& route = daemon.routes[i];
        const std::string path = item("routes", i);
        check_names(reader, path + ".receivers", route.receivers, receivers);
        for (std::size_t j = 0; j < route.escalation.size(); ++j) {
            const std::string step = item(path + ".escalate", j);
            check_names(reader, step + ".receivers", route.escalation[j].receivers, receivers);
        }
    }
    if (!reader.sound("routes")) {
        return;
    }
    if (!known || receivers.empty()) {
        return;
    }
    const alerts::Routes routes(daemon.routes);
    for (std::size_t i = 0; i < receivers.size(); ++i) {
        if (!routes.may_tell(receivers[i], {})) {
            reader.warning(
                item("receivers", i),
                "no route leads to " + config::quoted(receivers[i]) + ": it is told of nothing"
            );
        }
    }
    const auto check_rule = [&](const std::string& name,
                                const alerts::Labels& labels,
                                bool of_exposures) {
        const bool told = std::ranges::any_of(daemon.receivers, [&](const written::Receiver& one) {
            return takes(one, name, of_exposures) && routes.may_tell(one.common.name, labels);
        });
        if (!told) {
            reader.warning(
                "routes",
                "the rule " + config::quoted(name) +
                    " reaches no receiver: its alerts are only kept, logged and counted"
            );
        }
    };
    for (const rules::HealthFactorRule& rule : rules.health) {
        check_rule(rule.terms.name, known_of(rule.terms), false);
    }
    for (const rules::SignalRule& rule : rules.signals) {
        check_rule(rule.terms.name, known_of(rule.terms), reads_exposures(rule));
    }
    // Those about the watching itself are always on.
    for (const rules::WatchRule rule : rules::kWatchRules) {
        const std::string name(rules::watch_rule_name(rule));
        check_rule(name, {{"rule", name}, {"group", ""}}, false);
    }
}

}  // namespace faultline::app
