// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/alerts/book.hpp>
#include <faultline/core/alerts/inhibition.hpp>
#include <faultline/engine/fold.hpp>

#include <map>
#include <string>
#include <vector>

namespace faultline::app {

/// The groups of rules that have one, by the rule's name.
std::map<std::string, std::string> rule_groups(const engine::Fold& fold);

/// An alert that is not clear, as routes, silences and inhibitions see its transitions.
alerts::FiringAlert alert_of(
    const engine::Fold& fold,
    const std::map<std::string, std::string>& groups,
    const alerts::AlertKey& key,
    const alerts::AlertRow& row
);

/// What fires, as of the block that was folded last, whether committed or under way.
std::vector<alerts::FiringAlert> firing_alerts(const engine::Fold& fold);

}  // namespace faultline::app
