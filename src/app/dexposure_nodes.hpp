// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/core/network/figures.hpp>
#include <faultline/core/network/report.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/token_spread.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::app {

/// How many nodes are all.
inline constexpr std::size_t kAllNodes = std::numeric_limits<std::size_t>::max();

/// The figures of one node of a week, as /v1/network has them.
struct NodeMetrics {
    network::SnapshotId id;
    double size_usd = 0;
    std::size_t links_out = 0;
    std::size_t links_in = 0;
    double page_rank = 0;
    double importance = 0;  ///< SIS.
    double interconnectedness = 0;
    std::uint32_t core = 0;
    std::uint32_t community = 0;
    network::TokenSpread tokens;                 ///< Of its composition.
    std::optional<network::WhatIf> if_it_fails;  ///< nullopt: not tried, as there are many.
};

/// "10" or "all" (kAllNodes). kInvalid for anything else, and for 0.
Result<std::size_t> parse_nodes(std::string_view text);

/// Of the `count` largest nodes by size, of equal ones as in the file. Their failures are tried as
/// network::what_ifs() does, who owes most first, for ten times as many steps as a live answer has
/// time for. Errors: those of it.
/// @pre `made` and `figures` are of `week`
Result<std::vector<NodeMetrics>> node_metrics(
    const network::Snapshot& week,
    const network::SnapshotGraph& made,
    const network::NetworkFigures& figures,
    std::size_t count
);

/// A table for people, a line for each.
std::string nodes_text(const std::vector<NodeMetrics>& nodes);

/// An array of objects; null is not defined or not tried.
void write_nodes(JsonWriter& json, const std::vector<NodeMetrics>& nodes);

}  // namespace faultline::app
