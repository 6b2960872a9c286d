// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/core/network/concentration.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/sectors.hpp>
#include <faultline/core/network/sum.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace faultline::network {

SectorMatrix::SectorMatrix(std::size_t sector_count)
    : sector_count_(sector_count), cells_(sector_count * sector_count) {}

SectorMatrix::SectorMatrix(
    const Graph& graph, std::span<const std::uint32_t> sector_of, std::size_t sector_count
)
    : SectorMatrix(sector_count) {
    FAULTLINE_ASSERT(sector_of.size() == graph.node_count());
    std::vector<Sum> sums(cells_.size());
    for (Node source = 0; source < graph.node_count(); ++source) {
        const Row row = graph.out().row(source);
        for (std::size_t at = 0; at < row.size(); ++at) {
            const std::size_t from = sector_of[source];
            const std::size_t to = sector_of[row.nodes[at]];
            FAULTLINE_ASSERT(from < sector_count && to < sector_count);
            sums[from * sector_count + to].add(row.weights[at]);
        }
    }
    std::ranges::transform(sums, cells_.begin(), [](const Sum& sum) { return sum.value(); });
}

double& SectorMatrix::at(std::size_t source, std::size_t target) {
    FAULTLINE_ASSERT(source < sector_count_ && target < sector_count_);
    return cells_[source * sector_count_ + target];
}

double SectorMatrix::at(std::size_t source, std::size_t target) const {
    FAULTLINE_ASSERT(source < sector_count_ && target < sector_count_);
    return cells_[source * sector_count_ + target];
}

double SectorMatrix::outflow(std::size_t sector) const {
    Sum out;
    for (std::size_t other = 0; other < sector_count_; ++other) {
        out.add(at(sector, other));
    }
    return out.value();
}

double SectorMatrix::inflow(std::size_t sector) const {
    Sum out;
    for (std::size_t other = 0; other < sector_count_; ++other) {
        out.add(at(other, sector));
    }
    return out.value();
}

std::optional<double> SectorMatrix::density() const {
    if (cells_.empty()) {
        return std::nullopt;
    }
    const auto filled = std::ranges::count_if(cells_, [](double cell) { return cell > 0; });
    return static_cast<double>(filled) / static_cast<double>(cells_.size());
}

std::optional<double> SectorMatrix::cross_sector_ratio() const {
    Sum inside;
    Sum across;
    for (std::size_t source = 0; source < sector_count_; ++source) {
        for (std::size_t target = 0; target < sector_count_; ++target) {
            (source == target ? inside : across).add(at(source, target));
        }
    }
    const double total = inside.value() + across.value();
    return total > 0 ? std::optional(across.value() / total) : std::nullopt;
}

std::optional<double> SectorMatrix::spillover_hhi() const {
    std::vector<double> across;
    across.reserve(cells_.size());
    for (std::size_t source = 0; source < sector_count_; ++source) {
        for (std::size_t target = 0; target < sector_count_; ++target) {
            if (source != target) {
                across.push_back(at(source, target));
            }
        }
    }
    return hhi(across);
}

std::optional<double> SectorMatrix::row_share(std::size_t source, std::size_t target) const {
    const double total = outflow(source);
    return total > 0 ? std::optional(at(source, target) / total) : std::nullopt;
}

std::optional<double> SectorMatrix::contraction(std::size_t sector) const {
    const double in = inflow(sector);
    const double out = outflow(sector);
    return in + out > 0 ? std::optional(-(in - out) / (in + out)) : std::nullopt;
}

std::vector<double> SectorMatrix::connections(std::size_t sector) const {
    std::vector<double> out(sector_count_);
    for (std::size_t other = 0; other < sector_count_; ++other) {
        out[other] = other == sector ? 0 : at(sector, other) + at(other, sector);
    }
    return out;
}

std::optional<double> SectorMatrix::pressure(std::size_t sector) const {
    const std::vector<double> dealt = connections(sector);
    Sum total;
    for (const double value : dealt) {
        total.add(value);
    }
    if (total.value() <= 0) {
        return std::nullopt;
    }
    Sum out;
    for (std::size_t other = 0; other < sector_count_; ++other) {
        if (dealt[other] > 0) {
            out.add(dealt[other] / total.value() * contraction(other).value_or(0));
        }
    }
    return out.value();
}

std::optional<double> SectorMatrix::connection_concentration(std::size_t sector) const {
    return hhi(connections(sector));
}

std::size_t SectorMatrix::partners(std::size_t sector) const {
    const std::vector<double> dealt = connections(sector);
    return static_cast<std::size_t>(std::ranges::count_if(dealt, [](double value) {
        return value > 0;
    }));
}

}  // namespace faultline::network
