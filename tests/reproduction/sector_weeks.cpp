// SPDX-License-Identifier: Apache-2.0
#include "reproduction/sector_weeks.hpp"

#include "reproduction/csv.hpp"

#include <faultline/core/network/sectors.hpp>
#include <faultline/core/network/sum.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reproduction {

namespace {

using faultline::network::SectorMatrix;
using faultline::network::Sum;

std::size_t place_of(std::span<const std::string> names, std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
        throw Unusable("the sector matrix has no " + std::string(name) + ". Fetch it once more");
    }
    return static_cast<std::size_t>(found - names.begin());
}

}  // namespace

std::size_t SectorWeeks::sector(std::string_view name) const {
    return place_of(sectors, name);
}

std::size_t SectorWeeks::week(std::string_view date) const {
    return place_of(dates, date);
}

SectorWeeks read_sector_weeks(const std::string& path) {
    const Csv csv(path);
    SectorWeeks out;
    std::map<std::string, std::set<std::pair<std::size_t, std::size_t>>> cells;
    for (std::size_t row = 0; row < csv.rows(); ++row) {
        const std::string& sector = csv.text(row, "source_category");
        if (std::ranges::find(out.sectors, sector) == out.sectors.end()) {
            out.sectors.push_back(sector);
        }
        cells.try_emplace(csv.text(row, "date"));
    }
    for (const auto& [date, seen] : cells) {
        out.dates.push_back(date);
        out.weeks.emplace_back(out.sectors.size());
    }
    for (std::size_t row = 0; row < csv.rows(); ++row) {
        const std::string& date = csv.text(row, "date");
        const std::size_t source = out.sector(csv.text(row, "source_category"));
        const std::size_t target = out.sector(csv.text(row, "target_category"));
        if (!cells[date].emplace(source, target).second) {
            throw Unusable(path + ": " + date + " has a cell twice. Fetch it once more");
        }
        out.weeks[out.week(date)].at(source, target) = csv.number(row, "exposure");
    }
    for (const auto& [date, seen] : cells) {
        if (seen.size() != out.sectors.size() * out.sectors.size()) {
            throw Unusable(path + ": " + date + " lacks cells. Fetch it once more");
        }
    }
    return out;
}

SectorMatrix total_of(const SectorWeeks& all) {
    SectorMatrix out(all.sectors.size());
    for (std::size_t source = 0; source < out.size(); ++source) {
        for (std::size_t target = 0; target < out.size(); ++target) {
            Sum sum;
            for (const SectorMatrix& week : all.weeks) {
                sum.add(week.at(source, target));
            }
            out.at(source, target) = sum.value();
        }
    }
    return out;
}

double mean(std::span<const double> values) {
    Sum sum;
    for (const double value : values) {
        sum.add(value);
    }
    return sum.value() / static_cast<double>(values.size());
}

double standard_deviation(std::span<const double> values) {
    const double middle = mean(values);
    Sum squares;
    for (const double value : values) {
        squares.add((value - middle) * (value - middle));
    }
    return std::sqrt(squares.value() / static_cast<double>(values.size() - 1));
}

double quantile(std::span<const double> values, double level) {
    std::vector<double> sorted(values.begin(), values.end());
    std::ranges::sort(sorted);
    const double place = static_cast<double>(sorted.size() - 1) * level;
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace reproduction
