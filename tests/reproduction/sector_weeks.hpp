// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/network/sectors.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reproduction {

/// Who held what of whom by sector, week by week, as published.
struct SectorWeeks {
    std::vector<std::string> sectors;
    std::vector<std::string> dates;  ///< Ascending.
    std::vector<faultline::network::SectorMatrix> weeks;

    [[nodiscard]] std::size_t sector(std::string_view name) const;
    [[nodiscard]] std::size_t week(std::string_view date) const;
};

/// Throws Unusable when a week lacks a cell, or has one twice.
SectorWeeks read_sector_weeks(const std::string& path);

/// All weeks added up.
faultline::network::SectorMatrix total_of(const SectorWeeks& all);

/// A statistic of those weeks that have the figure.
double mean(std::span<const double> values);
/// With n - 1 below.
double standard_deviation(std::span<const double> values);
/// Interpolated linearly between the two nearest (type 7 of Hyndman and Fan; numpy's default).
double quantile(std::span<const double> values, double level);

}  // namespace reproduction
