// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/graph/symbols.hpp>
#include <faultline/core/network/snapshot.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace faultline::app {

/// The symbols of the label files in FOLDER/labels. kInvalid: none are there, or the first fault of
/// them, at its place.
Result<graph::SymbolBook> read_symbols(const std::string& folder);

/// Of how many of the tokens that nodes hold somebody is known to answer for them.
struct KnownIssuers {
    std::size_t tokens = 0;
    std::size_t known = 0;
    std::optional<double> known_usd_share;  ///< None where nothing is held.
};

KnownIssuers known_issuers(const network::Snapshot& week, const graph::SymbolBook& symbols);

}  // namespace faultline::app
