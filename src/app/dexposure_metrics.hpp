// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/network/snapshot.hpp>

#include <app/dexposure_categories.hpp>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

namespace faultline::app {

/// What `faultline dexposure metrics` is asked for.
struct DexposureMetrics {
    std::string file;                  ///< A snapshot file as DeXposure publishes it.
    std::optional<network::Day> week;  ///< Not given: each week of the file.
    std::string categories;            ///< meta_df.csv; empty: no figures by sector.
    std::string format;                ///< "text" or "json"
};

/// How unequally something is spread over the nodes; nullopt where that is not defined.
struct Spread {
    std::optional<double> hhi;
    std::optional<double> gini;
};

/// The figures of one week, each as its header in core/network defines it; nullopt is not defined.
struct WeekMetrics {
    network::Day week;
    std::size_t nodes = 0;
    std::size_t links = 0;          ///< Ordered pairs that are joined.
    std::size_t links_dropped = 0;  ///< An end is null or no node.
    double exposure_usd = 0;        ///< The sum of the links.
    double tvl_usd = 0;             ///< The sum of the sizes.
    std::optional<double> density;
    Spread degree;    ///< Links from and to a node.
    Spread strength;  ///< The dollars of those.
    Spread tvl;       ///< Sizes of nodes.
    std::optional<double> top10_tvl_share;
    std::optional<double> sis_mean;  ///< nullopt without nodes.
    std::optional<double> sis_max;
    std::optional<double> assortativity;
    std::uint32_t core_max = 0;
    std::uint32_t communities = 0;
    std::optional<double> modularity;
    std::optional<std::size_t> sectors;  ///< How many have a node; only with categories.
    std::optional<double> spillover_hhi;
    bool ranks_converged = true;  ///< Else SIS is less exact than the rest.
};

/// Of one week; `categories` may be null. Error (kInvalid) when it is no graph.
Result<WeekMetrics> week_metrics(
    const network::Snapshot& week, const DexposureCategories* categories
);

/// Prints the figures of each week of a file, or of one: all or, when anything is wrong with the
/// file, none. Returns an ExitCode as its number.
int dexposure_metrics(const DexposureMetrics& asked, std::ostream& out, std::ostream& err);

}  // namespace faultline::app
