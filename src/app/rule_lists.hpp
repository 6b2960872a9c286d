// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <app/daemon_config.hpp>
#include <iosfwd>
#include <string>

namespace faultline::app {

/// A table of all rules. Returns an ExitCode as its number.
int list_rules(const DaemonConfig& config, std::ostream& out);

/// All kinds of rules, or the one of that name with its parameters; kUsage for a kind that is none.
int list_rule_kinds(const std::string& kind, std::ostream& out, std::ostream& err);

}  // namespace faultline::app
