// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/graph/snapshot.hpp>

#include <string>

/// A snapshot in the formats that other programs read; what their fields are:
/// docs/exposure-graph.md. The same nodes, edges and fields in each, in the snapshot's order, so
/// that the same snapshot gives the same bytes. Always well formed, whatever the names are: what is
/// no UTF-8 or no character of XML 1.0 becomes U+FFFD. Any thread.
namespace faultline::graph {

/// For networkx, igraph, Gephi, yEd.
std::string to_graphml(const Snapshot& snapshot);

/// GEXF 1.2draft, the newest that networkx of Debian 12 reads; for Gephi, too. An edge's weight is
/// its usd; it has none where there is no value.
std::string to_gexf(const Snapshot& snapshot);

/// networkx's node-link JSON, with the edges under "edges".
std::string to_node_link_json(const Snapshot& snapshot);

/// Two tables with a header each (RFC 4180, but lines end with a newline alone).
struct CsvTables {
    std::string nodes;
    std::string edges;
};

CsvTables to_csv(const Snapshot& snapshot);

}  // namespace faultline::graph
