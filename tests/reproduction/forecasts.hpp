// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reproduction/report.hpp"
#include "reproduction/sector_weeks.hpp"

#include <string>

namespace reproduction {

/// A6: the contraction of next week forecast as a quantile of the last weeks'.
void check_forecasts(const SectorWeeks& all, const std::string& folder, Report& report);

}  // namespace reproduction
