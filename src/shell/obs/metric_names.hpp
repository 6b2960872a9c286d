// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/obs/metrics.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace faultline::obs {

enum class MetricKind : std::uint8_t {
    kCounter,
    kGauge,
    kHistogram
};

/// What is wrong with a metric's name, or empty. The conventions are those of Prometheus: prefix
/// faultline_, lower case, base units (seconds, bytes, ratio), counters end in _total and nothing
/// else does, histograms end in their unit.
std::string name_fault(std::string_view name, MetricKind kind);

/// What is wrong with a set of labels, or empty: names are snake_case and not reserved, values are
/// no address, hash or URL (they have no bound).
std::string label_fault(const Labels& labels);

}  // namespace faultline::obs
