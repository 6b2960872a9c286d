// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/symbols.hpp>
#include <faultline/shell/config/reader.hpp>

#include <optional>
#include <string>
#include <vector>

namespace faultline::app {

/// Files of config/labels, as a configuration beside that folder names them.
std::vector<std::string> shipped_labels();

struct ReadLabels {
    graph::Labels labels;
    /// For data sets that are keyed by symbols; what is followed has addresses, and no use of it.
    graph::SymbolBook symbols;
};

/// The labels of all `files`, as seen from the folder of the main file; nullopt: the shipped ones,
/// leaving out those that are not there. Whatever is wrong is reported at its place, and a
/// contradiction with both; then there are no labels.
ReadLabels read_labels(config::Reader& main, const std::optional<std::vector<std::string>>& files);

}  // namespace faultline::app
