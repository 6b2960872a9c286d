// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <string>
#include <string_view>
#include <vector>

/// Figures of the network of protocols and issuers, for rules: what network_report() has, without
/// what it tries, as decimals. Definitions: docs/exposure-graph.md.
namespace faultline::network {

/// One figure, cut to twelve decimals: no more of it means anything.
struct ToldFigure {
    std::string_view metric;
    std::string node;  ///< "protocol:aave_v3"; empty: of the whole network.
    /// no_data: it is not defined.
    Figure<Decimal> value;
};

/// Of the whole and of each protocol, in the order of nodes and names.
std::vector<ToldFigure> told_figures(const graph::Snapshot& labelled);

}  // namespace faultline::network
