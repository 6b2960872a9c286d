// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/network/graph.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::network {

/// A day of the Gregorian calendar, as days since 1970-01-01.
struct Day {
    std::int32_t since_1970 = 0;

    constexpr auto operator<=>(const Day&) const = default;

    /// "YYYY-MM-DD". @pre the year is 0 to 9999
    [[nodiscard]] std::string text() const;

    /// nullopt when it is not "YYYY-MM-DD" of a day that exists.
    static std::optional<Day> parse(std::string_view text);

    /// The Monday of its ISO week.
    [[nodiscard]] Day monday() const;
};

/// So many dollars of a token; in a link of netted flows negative where they run against it.
struct TokenValue {
    std::string token;
    double value_usd = 0;
    bool operator==(const TokenValue&) const = default;
};

/// A protocol's id at DefiLlama, the symbol of a token without issuer, or nothing (JSON null).
using SnapshotId = std::optional<std::string>;

struct SnapshotNode {
    SnapshotId id;
    double size = 0;
    std::vector<TokenValue> composition;
    bool operator==(const SnapshotNode&) const = default;
};

struct SnapshotLink {
    SnapshotId source;
    SnapshotId target;
    double size = 0;
    std::vector<TokenValue> composition;
    bool operator==(const SnapshotLink&) const = default;
};

/// One week of the DeXposure network (arXiv 2511.22314): nodes with the dollars they hold, links
/// with the dollars that flowed.
struct Snapshot {
    Day date;
    std::vector<SnapshotNode> nodes;
    std::vector<SnapshotLink> links;
    bool operator==(const Snapshot&) const = default;
};

/// A snapshot as a graph: node i is nodes[i] of the snapshot.
struct SnapshotGraph {
    Graph graph;
    std::vector<double> sizes;
    std::size_t links_dropped = 0;  ///< An end is null or no node of the snapshot.
    std::size_t links_to_self = 0;  ///< Nodes with a link to themselves, which the graph has.
};

/// Cleaned as the published evaluations do: links with a null end, or one that is not among the
/// nodes, are dropped and counted. Refused (kInvalid): two nodes of one id, a size or weight that
/// is negative or not finite.
Result<SnapshotGraph> snapshot_graph(const Snapshot& snapshot);

}  // namespace faultline::network
