// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace faultline::app {

/// What to say about a command line that was not taken. `said` is what CLI11 says.
std::string usage_error(const std::vector<std::string>& arguments, const std::string& said);

}  // namespace faultline::app
