// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>
#include <faultline/engine/rule_state.hpp>

#include <app/daemon_config.hpp>
#include <iosfwd>
#include <string>

namespace faultline::app {

/// Which rule is to be explained.
struct RuleExplain {
    std::string chain;  ///< Empty: the only one that is configured.
    std::string name;
};

/// Says what a rule reads as of the newest block of a chain's store, also while a daemon has it
/// open, and why it fires or not. Returns an ExitCode as its number.
int explain_rule(
    const DaemonConfig& config, const RuleExplain& asked, std::ostream& out, std::ostream& err
);

/// The same of a state that is at hand.
std::string explanation(const engine::RuleState& state, const eth::BlockRef& block);

}  // namespace faultline::app
