// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/network/figures.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/token_spread.hpp>

#include <app/dexposure_categories.hpp>
#include <app/dexposure_issuers.hpp>
#include <app/dexposure_nodes.hpp>
#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace faultline::app {

/// What `faultline dexposure metrics` is asked for.
struct DexposureMetrics {
    std::string file;                  ///< A snapshot file as DeXposure publishes it.
    std::optional<network::Day> week;  ///< Not given: each week of the file.
    std::string categories;            ///< meta_df.csv; empty: no figures by sector.
    std::string labels = {};           ///< The folder that has labels/; empty: no issuers.
    std::string format;                ///< "text" or "json"
    std::size_t nodes = 0;             ///< Of how many of the largest figures are shown, too.
};

/// The figures of one week; nullopt is not defined.
struct WeekMetrics {
    network::Day week;
    std::size_t links_dropped = 0;  ///< An end is null or no node.
    std::size_t links_to_self = 0;  ///< Of the links that count.
    network::WholeFigures whole;
    network::TokenSpread tokens;         ///< Of all that nodes hold.
    std::vector<NodeMetrics> nodes;      ///< As many as are asked for, the largest first.
    std::optional<std::size_t> sectors;  ///< How many have a node; only with categories.
    std::optional<double> spillover_hhi;
    std::optional<KnownIssuers> issuers = std::nullopt;  ///< Only with labels.
};

/// Of one week and of its so many largest `nodes`; `categories` may be null. Error (kInvalid) when
/// it is no graph, or of network::network_figures() and node_metrics().
Result<WeekMetrics> week_metrics(
    const network::Snapshot& week, const DexposureCategories* categories, std::size_t nodes
);

/// Prints the figures of each week of a file, or of one: all or, when anything is wrong with the
/// file, none. Returns an ExitCode as its number.
int dexposure_metrics(const DexposureMetrics& asked, std::ostream& out, std::ostream& err);

}  // namespace faultline::app
