// SPDX-License-Identifier: Apache-2.0
#include "unit/core/graph/leg_chain.hpp"
#include "unit/core/graph/leg_protocol.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/self_description.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/exposure_graph.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/protocol/exposure.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace faultline::graph {
namespace {

const Address kMarket = address(0xcc, 0);
const Address kReceipt = address(0xab, 1);
const Address kProvider = address(0xee, 0);
const Address kTimelock = address(0x71, 1);
const Address kMultisig = address(0x71, 2);
const Address kOwner = address(0x71, 3);
const Address kBravo = address(0x71, 4);
const Address kBeyond = address(0x71, 5);

std::set<NodeKey> governors(const Chain& chain) {
    const Snapshot snapshot = chain.graph.snapshot();
    std::set<NodeKey> out;
    for (const Edge& edge : snapshot.edges) {
        const bool of_market =
            snapshot.nodes[edge.from].key == NodeKey::of(NodeKind::kMarket, kMarket);
        if (of_market && edge.kind == EdgeKind::kGovernedBy) {
            out.insert(snapshot.nodes[edge.to].key);
        }
    }
    return out;
}

NodeKey governor(const Address& at) {
    return NodeKey::of(NodeKind::kGovernor, at);
}

Bytes word_of(const Address& at) {
    Bytes out(12, 0);
    out.insert(out.end(), at.bytes.begin(), at.bytes.end());
    return out;
}

/// Answers what the graph asks; all reverts but governor() of the market, admin() of one of its
/// receipts, owner() of what its protocol names, and admin() of the timelock and of what it names.
void answer(const Chain& chain, eth::Block& block, eth::ReadOutcome otherwise) {
    for (eth::Read& read : chain.graph.plan_reads(block)) {
        CHECK(eth::asks_what_it_is(read.data));
        Bytes result;
        if (read.to == kMarket && read.data == eth::encode_call<"governor()">()) {
            result = word_of(kTimelock);
        } else if (read.to == kReceipt && read.data == eth::encode_call<"admin()">()) {
            result = word_of(kMultisig);
        } else if (read.to == kProvider && read.data == eth::encode_call<"owner()">()) {
            result = word_of(kOwner);
        } else if (read.to == kTimelock && read.data == eth::encode_call<"admin()">()) {
            result = word_of(kBravo);
        } else if (read.to == kBravo && read.data == eth::encode_call<"admin()">()) {
            result = word_of(kBeyond);
        }
        const bool returned = !result.empty() && otherwise != eth::ReadOutcome::kNoAnswer;
        block.reads.push_back(
            {.read = std::move(read),
             .outcome = returned ? eth::ReadOutcome::kReturned : otherwise,
             .result = returned ? result : Bytes{}}
        );
    }
}

TEST_CASE("a market is governed by whom its contracts name", "[graph]") {
    Chain chain;
    chain.set({.market = 0, .holder = {}, .part = part(0), .side = {}}, 10);
    chain.live_block();
    CHECK(governors(chain) == std::set{governor(kProvider)});
    eth::Block block = chain.block(chain.height());
    answer(chain, block, eth::ReadOutcome::kReverted);
    chain.live_block(block);
    std::set all{governor(kProvider), governor(kTimelock), governor(kMultisig), governor(kOwner)};
    CHECK(governors(chain) == all);
    // What was said is followed up: whom a timelock obeys, and no further.
    all.insert(governor(kBravo));
    eth::Block next = chain.block(chain.height());
    answer(chain, next, eth::ReadOutcome::kReverted);
    chain.live_block(next);
    CHECK(governors(chain) == all);
    CHECK(chain.graph.plan_reads(chain.block(chain.height())).empty());
    // A later block without an answer forgets nothing.
    eth::BlockNum turn = chain.height();
    while (chain.graph.plan_reads(chain.block(turn)).empty()) {
        REQUIRE(++turn < chain.height() + 4096);
    }
    eth::Block silent = chain.block(turn);
    answer(chain, silent, eth::ReadOutcome::kNoAnswer);
    CHECK_FALSE(silent.reads.empty());
    chain.live_block(silent);
    CHECK(governors(chain) == all);
    chain.undo();
    chain.undo();
    chain.undo();
    CHECK(governors(chain) == std::set{governor(kProvider)});
}

TEST_CASE("what is asked after an undone block is what was asked before it", "[graph]") {
    Chain chain;
    const auto asked = [&chain] {
        return chain.graph.plan_reads(chain.block(chain.height()));
    };
    const auto at_first = asked();
    chain.set({.market = 0, .holder = {}, .part = part(0), .side = {}}, 10);
    chain.live_block();
    const auto at_second = asked();
    CHECK(at_second.size() > at_first.size());
    chain.live_block();
    chain.undo();
    CHECK(asked() == at_second);
    chain.undo();
    CHECK(asked() == at_first);
}

}  // namespace
}  // namespace faultline::graph
