// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

namespace faultline::obs {

/// The standard process_* metrics, read from /proc now. What cannot be read is left out.
std::vector<prometheus::MetricFamily> process_metrics();

}  // namespace faultline::obs
