// SPDX-License-Identifier: Apache-2.0
// What is exported, read by the programs that it is for: Debian's networkx and igraph.
#include "unit/core/graph/graph_maker.hpp"

#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/export.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <string>

namespace faultline::graph {
namespace {

namespace fs = std::filesystem;

/// Parallel edges, loops, amounts beyond any float, values that are missing, and names that are
/// bytes at random, to which read_graph_exports.py knows one by heart.
Snapshot odd_graph() {
    std::mt19937_64 random(7);
    const auto below = [&random](std::uint64_t bound) {
        return random() % bound;
    };
    GraphMaker maker;
    maker.bond("token:T", EdgeKind::kIssuedBy, "issuer:<a href=\"x\">&amp;,'q'\r\n\ttwo\xff\x01");
    for (int i = 0; i < 300; ++i) {
        const std::string kind = below(2) == 0 ? "account:" : "market:";
        const auto usd = below(4) == 0 ? std::nullopt : std::optional(below(1'000'000'000'000));
        maker.edge(
            kind + std::to_string(below(20)),
            static_cast<EdgeKind>(below(static_cast<std::uint64_t>(last_of(EdgeKind{})) + 1)),
            "market:" + std::to_string(below(20)),
            {.part = std::to_string(below(3)),
             .token = "T",
             .usd = usd,
             .proof = static_cast<Proof>(below(3))}
        );
    }
    Snapshot snapshot = maker.make();
    snapshot.chain = "ethereum & friends";
    snapshot.block.number = 21'000'000;
    for (Edge& edge : snapshot.edges) {
        if (edge.amount.ok()) {
            edge.amount.value = wrapping_mul(edge.amount.value, pow10(40));
        }
    }
    for (Node& node : snapshot.nodes) {
        if (node.key.kind == NodeKind::kAccount) {
            for (std::uint64_t i = below(12); i > 0; --i) {
                node.name += static_cast<char>(below(256));
            }
        }
    }
    return snapshot;
}

void write(const fs::path& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary);
    file << text;
    REQUIRE(file.good());
}

TEST_CASE("networkx and igraph read what is exported", "[export]") {
    const Snapshot snapshot = odd_graph();
    const fs::path folder = fs::path(FAULTLINE_BINARY_DIR) / "graph_exports";
    fs::create_directories(folder);
    write(folder / "graph.graphml", to_graphml(snapshot));
    write(folder / "graph.gexf", to_gexf(snapshot));
    write(folder / "graph.json", to_node_link_json(snapshot));
    const CsvTables csv = to_csv(snapshot);
    write(folder / "nodes.csv", csv.nodes);
    write(folder / "edges.csv", csv.edges);
    // Not the first python3 of PATH: apt installs what is imported there for Debian's own.
    const std::string command = "/usr/bin/python3 -B " FAULTLINE_SOURCE_DIR
                                "/tests/property/read_graph_exports.py '" +
                                folder.string() + "' " + std::to_string(snapshot.nodes.size()) +
                                " " + std::to_string(snapshot.edges.size());
    CHECK(std::system(command.c_str()) == 0);
}

}  // namespace
}  // namespace faultline::graph
