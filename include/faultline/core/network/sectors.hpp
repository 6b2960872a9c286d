// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/network/graph.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace faultline::network {

/// What sectors hold of each other: at(a, b) is the sum of the edges from nodes of a to nodes of b.
/// Definitions of DeXposure-FM (arXiv 2602.03981) where not said otherwise.
class SectorMatrix {
  public:
    /// All cells 0.
    explicit SectorMatrix(std::size_t sector_count);

    /// @pre sector_of has an entry below sector_count for each node
    SectorMatrix(
        const Graph& graph, std::span<const std::uint32_t> sector_of, std::size_t sector_count
    );

    [[nodiscard]] std::size_t size() const noexcept { return sector_count_; }

    /// @pre both are below size()
    [[nodiscard]] double& at(std::size_t source, std::size_t target);
    [[nodiscard]] double at(std::size_t source, std::size_t target) const;

    [[nodiscard]] double outflow(std::size_t sector) const;
    [[nodiscard]] double inflow(std::size_t sector) const;

    /// The cells above 0, of all size() squared. nullopt without sectors.
    [[nodiscard]] std::optional<double> density() const;

    /// The share of the sum that is not in the diagonal. nullopt when the sum is 0.
    [[nodiscard]] std::optional<double> cross_sector_ratio() const;

    /// SpilloverIndex: the HHI of the cells that are not in the diagonal.
    [[nodiscard]] std::optional<double> spillover_hhi() const;

    /// at(source, target) as a share of the source's outflow. nullopt when that is 0.
    [[nodiscard]] std::optional<double> row_share(std::size_t source, std::size_t target) const;

    /// K = -(in - out) / (in + out), the diagonal counting in both: 1 when value only leaves.
    /// nullopt when nothing moved. The panel published with the full DeXposure data.
    [[nodiscard]] std::optional<double> contraction(std::size_t sector) const;

    /// sum_j (B_j / sum B) K_j over the other sectors, B_j = at(s, j) + at(j, s): how much the
    /// sectors that this one deals with contract. nullopt when it deals with none. Same panel.
    [[nodiscard]] std::optional<double> pressure(std::size_t sector) const;

    /// sum_j (B_j / sum B)^2: on how few other sectors this one depends. nullopt as for pressure.
    [[nodiscard]] std::optional<double> connection_concentration(std::size_t sector) const;

    /// How many other sectors it deals with: those with B_j > 0.
    [[nodiscard]] std::size_t partners(std::size_t sector) const;

  private:
    [[nodiscard]] std::vector<double> connections(std::size_t sector) const;

    std::size_t sector_count_;
    std::vector<double> cells_;
};

}  // namespace faultline::network
