// SPDX-License-Identifier: Apache-2.0
// Accounts that are nodes of their own, however little they have.
#include "unit/core/graph/leg_chain.hpp"
#include "unit/core/graph/leg_protocol.hpp"
#include "unit/core/graph/leg_sums.hpp"

#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <catch2/catch.hpp>

#include <cstdint>

namespace faultline::graph {
namespace {

using protocol::LegSide;

}  // namespace

TEST_CASE("a pinned account is a node, however little it has", "[graph]") {
    const auto fill = [](Chain& chain) {
        for (std::uint16_t holder = 1; holder <= 9; ++holder) {
            chain.set(key(0, holder, 0, LegSide::kSupplied), 100U * holder);
        }
    };
    const auto told = [](const Chain& chain, std::uint16_t holder) {
        return chain.graph.snapshot()
            .find(NodeKey::of(NodeKind::kAccount, address(0x01, holder)))
            .has_value();
    };
    Chain before;
    fill(before);
    before.live_block();
    CHECK_FALSE(told(before, 1));
    Chain chain(2, {address(0x01, 1)});
    chain.start_from(before);
    chain.live_block();
    CHECK(told(chain, 1));
    CHECK(sum(chain.graph.snapshot(), EdgeKind::kSupplied, part(0)) == U256(4500 * 3 / 2));
    CHECK(chain.rows() == chain.rebuilt());
    // Rows of before are again of those who were told apart then.
    chain.undo();
    CHECK(chain.rows() == before.rows());
    chain.set(key(0, 3, 0, LegSide::kSupplied), 301);
    chain.live_block();
    CHECK(told(chain, 1));
    CHECK(chain.rows() == chain.rebuilt());
}

TEST_CASE("who is pinned while blocks go on is a node from the next one on", "[graph]") {
    Chain chain(2);
    for (std::uint16_t holder = 1; holder <= 9; ++holder) {
        chain.set(key(0, holder, 0, LegSide::kSupplied), 100U * holder);
    }
    const NodeKey small = NodeKey::of(NodeKind::kAccount, address(0x01, 1));
    chain.live_block();
    const auto before = chain.rows();
    CHECK_FALSE(chain.graph.snapshot().find(small));
    chain.graph.pin({address(0x01, 1), address(0x01, 1)});
    chain.live_block();
    CHECK(chain.graph.snapshot().find(small));
    CHECK(sum(chain.graph.snapshot(), EdgeKind::kSupplied, part(0)) == U256(4500 * 3 / 2));
    chain.undo();
    CHECK(chain.rows() == before);
    chain.graph.pin({});
    chain.set(key(0, 3, 0, LegSide::kSupplied), 301);
    chain.live_block();
    CHECK_FALSE(chain.graph.snapshot().find(small));
    CHECK(chain.rows() == chain.rebuilt());
}

}  // namespace faultline::graph
