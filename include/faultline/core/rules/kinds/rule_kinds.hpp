// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/rules/rule_kind.hpp>

#include <string_view>
#include <vector>

/// The kinds of rules there are. A new one is one file in src/core/rules/kinds, and one line in its
/// kinds.hpp and rule_kinds.cpp.
namespace faultline::rules {

/// All of them, sorted by name.
const std::vector<RuleKind>& rule_kinds();

/// nullptr: there is no such kind.
const RuleKind* rule_kind(std::string_view name);

}  // namespace faultline::rules
