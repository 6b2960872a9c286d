// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/stress.hpp>

#include <cstddef>
#include <iosfwd>
#include <optional>
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
    std::string model;   ///< As network::stress_model_name().
    std::string format;  ///< "text" or "json"
};

/// "ID=SHARE": the share, 0 to 1 or a percentage such as 50%, is behind the last '='. kInvalid.
Result<DexposureShock> parse_shock(std::string_view text);

/// "N=SHARE", N being a whole number of at least 1. kInvalid.
Result<DexposureTopShock> parse_top_shock(std::string_view text);

/// Shocks a week: network::stress(). Error: kMissing for a node that the week lacks, kInvalid when
/// it is no graph or a cascade is asked with more than one share. @pre the model exists
Result<network::StressOutcome> stress_week(
    const network::Snapshot& week, const DexposureStress& asked
);

/// Prints what a shock leads to. Returns an ExitCode as its number.
int dexposure_stress(const DexposureStress& asked, std::ostream& out, std::ostream& err);

}  // namespace faultline::app
