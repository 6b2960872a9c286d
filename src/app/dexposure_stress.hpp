// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/snapshot.hpp>

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::app {

/// A share that one node, by its id, loses at first.
struct DexposureShock {
    std::string id;
    double share = 0;  ///< 0 to 1
    bool operator==(const DexposureShock&) const = default;
};

/// The same for the largest nodes; of equal ones those that come first in the file.
struct DexposureTopShock {
    std::size_t count = 0;
    double share = 0;  ///< 0 to 1
    bool operator==(const DexposureTopShock&) const = default;
};

/// What `faultline dexposure stress` is asked for.
struct DexposureStress {
    std::string file;
    network::Day week;
    std::vector<DexposureShock> shocks;  ///< Of the same node they add up, to all that it has.
    std::optional<DexposureTopShock> top;
    std::string model;   ///< "contagion", "debtrank" or "cascade"
    std::string format;  ///< "text" or "json"
};

/// The nodes of the largest values, descending; of equal ones by number.
std::vector<network::Node> largest(std::span<const double> values, std::size_t count);

/// "ID=SHARE": the share, 0 to 1 or a percentage such as 50%, is behind the last '='. kInvalid.
Result<DexposureShock> parse_shock(std::string_view text);

/// "N=SHARE", N being a whole number of at least 1. kInvalid.
Result<DexposureTopShock> parse_top_shock(std::string_view text);

/// Where losses ended.
struct StressOutcome {
    double lost = 0;                       ///< Sum of losses, each at most its node's size.
    double total = 0;                      ///< Sum of sizes.
    double share = 0;                      ///< lost / total; 0 when nothing has a size.
    std::optional<double> unabsorbed;      ///< Handed to who had nothing left; only of contagion.
    std::optional<std::size_t> defaulted;  ///< The shocked ones included; only of a cascade.
    std::uint32_t rounds = 0;
    std::size_t shocked = 0;
    std::size_t distressed = 0;  ///< Lost more than a tenth of their size, or were shocked.
    bool ended = true;           ///< Else a bound on rounds ended it, and more is lost than shown.
    std::vector<double> losses;  ///< By node.
};

/// Shocks a week. Error: kMissing for a node that the week lacks, kInvalid when it is no graph or
/// a cascade is asked with more than one share.
///
/// - contagion: network::ContagionSimulator.
/// - debtrank: network::DebtRank, with sizes as equities; a loss is the share of equity lost.
/// - cascade: network::Cascade, with sizes as equities. Shocked nodes are in default and lose all;
///   the share is what creditors lose of their claims on who is in default.
Result<StressOutcome> stress_week(const network::Snapshot& week, const DexposureStress& asked);

/// Prints what a shock leads to. Returns an ExitCode as its number.
int dexposure_stress(const DexposureStress& asked, std::ostream& out, std::ostream& err);

}  // namespace faultline::app
