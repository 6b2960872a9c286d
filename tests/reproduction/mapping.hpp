// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reproduction/report.hpp"

#include <string>

namespace reproduction {

/// A7: how many tokens, and how many rows of holdings, the published mapping gives to a protocol.
void check_mapping(const std::string& folder, Report& report);

}  // namespace reproduction
