// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::rules {

/// "{market}: {token} at {figure}, the limit is {threshold}": a text with names in braces; "{{" is
/// a brace. A name that is not there stays as it is written: the text has to reach somebody.
std::string expand(std::string_view text, const std::map<std::string, std::string>& values);

/// The names in braces, in the order of the text.
std::vector<std::string> placeholders(std::string_view text);

}  // namespace faultline::rules
