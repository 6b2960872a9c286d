// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/rules/rule_set.hpp>
#include <faultline/shell/config/reader.hpp>

#include <app/config_fields.hpp>
#include <app/configured_protocol.hpp>
#include <memory>
#include <string>
#include <vector>

/// Rules between fields. Each reports at the field that is wrong and looks only at fields that were
/// read without fault, so that one slip is one message.
namespace faultline::app {

/// One file that was read.
struct ReadDeployments {
    std::unique_ptr<config::Reader> reader;
    written::Deployments content;
};

struct PlacedChain {
    std::string path;  ///< "chains[0]"
    std::vector<PlacedMarket> markets;
    bool complete = true;  ///< False when a file of it could not be read: names may be missing.
};

void check_chains(
    config::Reader& reader, const written::Daemon& daemon, const std::vector<PlacedChain>& placed
);

/// Receivers of routes exist; a rule that reaches nobody is said.
void check_routes(
    config::Reader& reader, const written::Daemon& daemon, const rules::RuleSet& rules
);

void check_rule_work(
    config::Reader& reader,
    const written::Daemon& daemon,
    const std::vector<PlacedChain>& placed,
    const rules::RuleSet& rules
);

void check_receivers(
    config::Reader& reader, const written::Daemon& daemon, const rules::RuleSet& rules
);
/// What has to hold between the fields of a trigger.
void check_trigger(
    config::Reader& reader,
    const written::Receiver& receiver,
    const std::string& path,
    const rules::RuleSet& rules
);

}  // namespace faultline::app
