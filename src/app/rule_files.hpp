// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/rules/rule_set.hpp>
#include <faultline/shell/config/reader.hpp>

#include <app/config_checks.hpp>
#include <app/config_fields.hpp>
#include <map>
#include <string>
#include <vector>

namespace faultline::app {

/// Where rule files are looked for when the configuration does not say.
inline constexpr const char* kRuleFolder = "rules/";

/// Rules, and where each is written.
struct ReadRules {
    rules::RuleSet set;
    std::map<std::string, std::string> places;  ///< By name: "rules/prices.yaml:4:11".
};

/// The rules of the main file and of the files it names, made and checked: no name twice, markets
/// exist. Whatever is wrong is reported where it is written.
ReadRules read_rules(
    config::Reader& main, const written::Daemon& daemon, const std::vector<PlacedChain>& placed
);

}  // namespace faultline::app
