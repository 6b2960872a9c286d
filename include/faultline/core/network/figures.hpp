// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/snapshot.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// The figures of one network, as weekly data, live answers and metrics all show them: each as its
/// own header defines it, with the options that are usual there.
namespace faultline::network {

/// How unequally something is spread; nullopt where that is not defined.
struct Spread {
    std::optional<double> hhi;
    std::optional<double> gini;
};

/// hhi() and gini() of the values.
Spread spread_of(std::span<const double> values);

/// Of a whole network; nullopt is not defined.
struct WholeFigures {
    std::size_t nodes = 0;
    std::size_t links = 0;  ///< Ordered pairs that are joined.
    double links_usd = 0;   ///< The sum of the links.
    double sizes_usd = 0;   ///< The sum of the sizes.
    std::optional<double> density;
    Spread degree;                     ///< Links from and to a node.
    Spread strength;                   ///< The dollars of those.
    Spread size;                       ///< Sizes of all nodes.
    Spread held;                       ///< Sizes of those that have one.
    Spread link;                       ///< The dollars of each link.
    std::optional<double> top1_share;  ///< Of the sum of sizes.
    std::optional<double> top5_share;
    std::optional<double> top10_share;
    std::optional<double> importance_mean;  ///< SIS; nullopt without nodes.
    std::optional<double> importance_max;
    std::optional<double> assortativity;
    std::uint32_t core_max = 0;
    std::uint32_t communities = 0;
    std::optional<double> modularity;
    bool ranks_converged = true;  ///< Else PageRank and SIS are less exact than the rest.
};

/// Of a network and of each of its nodes, by number.
struct NetworkFigures {
    WholeFigures whole;
    std::vector<double> ranks;
    std::vector<double> importance;
    std::vector<double> interconnectedness;
    std::vector<std::uint32_t> cores;
    std::vector<std::uint32_t> communities;
};

/// Errors: those of communities(), whose threads are these, too.
Result<NetworkFigures> network_figures(const SnapshotGraph& network);

}  // namespace faultline::network
