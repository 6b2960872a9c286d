// SPDX-License-Identifier: Apache-2.0
#include "unit/core/graph/graph_maker.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/shell/api/kept_graph.hpp>

#include <catch2/catch.hpp>

#include <app/graph_shelf.hpp>
#include <cstdint>
#include <optional>

namespace faultline::app {
namespace {

/// A shelf that counts what it has made.
struct World {
    int snapshots = 0;
    int indices = 0;
    graph::Labels labels;
    GraphShelf shelf{labels, 1, [this](const graph::Snapshot& snapshot) {
                         ++indices;
                         return api::KeptGraph::new_index(snapshot);
                     }};

    GraphShelf::Graph get(std::optional<std::uint64_t> stamp, bool newest = false) {
        const auto found = shelf.get(stamp, newest, [this]() -> Result<graph::Snapshot> {
            ++snapshots;
            return graph::GraphMaker().claim("account:a", "market:m", "DAI", 1).make();
        });
        REQUIRE(found);
        return *found;
    }
};

TEST_CASE("a graph and its index are made once for all who ask about the block", "[graph]") {
    World world;
    const auto metrics = world.get(7, true);
    CHECK(world.indices == 0);
    const auto request = world.get(7, true);
    CHECK(request == metrics);
    CHECK(&request->through() == &metrics->through());
    CHECK(world.get(7)->through().snapshot().edges.size() == 1);
    CHECK(world.snapshots == 1);
    CHECK(world.indices == 1);
    // The next block has its own; who still has the one before keeps it.
    CHECK(world.get(8, true) != metrics);
    CHECK(world.snapshots == 2);
    CHECK(metrics->snapshot().nodes.size() == 2);
}

TEST_CASE("a few earlier graphs stay, those that were asked for last", "[graph]") {
    World world;
    world.get(100, true);
    for (const std::uint64_t stamp : {1U, 2U, 3U, 1U, 4U}) {
        world.get(stamp);
    }
    CHECK(world.snapshots == 5);
    world.get(1);
    world.get(3);
    world.get(4);
    world.get(100, true);
    CHECK(world.snapshots == 5);
    world.get(2);
    CHECK(world.snapshots == 6);
}

TEST_CASE("a graph without a stamp, and one that cannot be made, are not kept", "[graph]") {
    World world;
    CHECK(world.get(std::nullopt) != world.get(std::nullopt));
    CHECK(world.snapshots == 2);
    const auto failed = world.shelf.get(5, false, []() -> Result<graph::Snapshot> {
        return Error(Code::kCorrupt, "the exposure graph of block 5 is damaged");
    });
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code() == Code::kCorrupt);
    CHECK(world.get(5) != nullptr);
    CHECK(world.snapshots == 3);
}

}  // namespace
}  // namespace faultline::app
