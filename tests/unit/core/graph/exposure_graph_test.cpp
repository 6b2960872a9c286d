// SPDX-License-Identifier: Apache-2.0
#include "unit/core/graph/leg_chain.hpp"
#include "unit/core/graph/leg_protocol.hpp"
#include "unit/core/graph/leg_sums.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/exposure_graph.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/protocols.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

using protocol::LegSide;

TEST_CASE("the largest holders are nodes, everybody else is one", "[graph]") {
    Chain chain;
    for (std::uint16_t holder = 1; holder <= 5; ++holder) {
        chain.set(key(0, holder, 0, LegSide::kSupplied), 100U * holder);
    }
    chain.set(key(0, 1, 1, LegSide::kDebt), 7);
    chain.live_block();
    const Snapshot snapshot = chain.graph.snapshot();
    const auto has = [&snapshot](NodeKind kind, std::uint16_t holder) {
        return snapshot.find(NodeKey::of(kind, address(0x01, holder))).has_value();
    };
    CHECK(has(NodeKind::kAccount, 5));
    CHECK(has(NodeKind::kAccount, 4));
    CHECK_FALSE(has(NodeKind::kAccount, 3));
    // The only borrower of another part is one of its largest, and so is shown with all it has.
    CHECK(has(NodeKind::kAccount, 1));
    CHECK(sum(snapshot, EdgeKind::kSupplied, part(0)) == U256(1500 * 3 / 2));
    const auto others = snapshot.find(NodeKey::of(NodeKind::kOthers, address(0xcc, 0)));
    REQUIRE(others);
    const auto edge = std::ranges::find(snapshot.edges, *others, &Edge::from);
    CHECK(edge->amount.value == U256(500 * 3 / 2));
    // 750 millionths of a token at 1 USD.
    CHECK(edge->usd.value == U256(75'000));
    CHECK(edge->decimals == 6);
}

TEST_CASE("a market's node is known from the first live block on", "[graph]") {
    Chain chain;
    CHECK_FALSE(chain.graph.market_node(0));
    chain.set(key(0, 1, 0, LegSide::kSupplied), 1);
    chain.live_block();
    CHECK(chain.graph.market_node(0) == NodeKey::of(NodeKind::kMarket, address(0xcc, 0)));
    CHECK(chain.graph.market_node(1) == NodeKey::of(NodeKind::kMarket, address(0xcc, 1)));
}

TEST_CASE("a holder that is a market's receipt is that token", "[graph]") {
    Chain chain;
    LegKey by_receipt = key(1, 0, 0, LegSide::kCollateral);
    by_receipt.holder.account = address(0xab, 0);
    chain.set(by_receipt, 10);
    chain.live_block();
    const Snapshot snapshot = chain.graph.snapshot();
    const auto token = snapshot.find(NodeKey::of(NodeKind::kToken, address(0xab, 0)));
    REQUIRE(token);
    CHECK(std::ranges::any_of(snapshot.edges, [&](const Edge& edge) {
        return edge.from == *token && edge.kind == EdgeKind::kCollateral;
    }));
}

/// What everybody else in market 0 has of part 0.
Figure<U256> of_others(const Chain& chain, EdgeKind kind) {
    const Snapshot snapshot = chain.graph.snapshot();
    const auto others = snapshot.find(NodeKey::of(NodeKind::kOthers, address(0xcc, 0)));
    for (const Edge& edge : snapshot.edges) {
        if (others == edge.from && edge.kind == kind && edge.part == part(0)) {
            return edge.amount;
        }
    }
    return Figure<U256>::of(U256());
}

TEST_CASE("everybody else's claims are split into supplied and collateral", "[graph]") {
    Chain chain;
    for (std::uint16_t holder = 1; holder <= 9; ++holder) {
        const LegSide side = holder % 3 == 0 ? LegSide::kSupplied : LegSide::kCollateral;
        chain.set(key(0, holder, 0, side), 100U * holder);
    }
    chain.live_block();
    // Of collateral 700 and 800 are nodes, of what is supplied 600 and 900.
    CHECK(of_others(chain, EdgeKind::kCollateral) == Figure<U256>::of(1'200 * 3 / 2));
    CHECK(of_others(chain, EdgeKind::kSupplied) == Figure<U256>::of(300 * 3 / 2));
    // The sum follows who is no node, and is taken back with the block.
    chain.set(key(0, 1, 0, LegSide::kCollateral), 0);
    chain.set(key(0, 1, 0, LegSide::kSupplied), 40);
    chain.set(key(0, 2, 0, LegSide::kCollateral), 220);
    chain.live_block();
    CHECK(of_others(chain, EdgeKind::kCollateral) == Figure<U256>::of(1'120 * 3 / 2));
    CHECK(of_others(chain, EdgeKind::kSupplied) == Figure<U256>::of(340 * 3 / 2));
    chain.undo();
    CHECK(of_others(chain, EdgeKind::kCollateral) == Figure<U256>::of(1'200 * 3 / 2));
    chain.live_block();
    CHECK(of_others(chain, EdgeKind::kCollateral) == Figure<U256>::of(1'200 * 3 / 2));
    CHECK(of_others(chain, EdgeKind::kSupplied) == Figure<U256>::of(300 * 3 / 2));
}

TEST_CASE("what nothing tells is an edge without an amount, not no edge", "[graph]") {
    Chain chain;
    chain.legs().totals_known = false;
    for (std::uint16_t holder = 1; holder <= 5; ++holder) {
        chain.set(key(0, holder, 0, LegSide::kSupplied), 100U * holder);
    }
    chain.live_block();
    const Snapshot snapshot = chain.graph.snapshot();
    const auto others = snapshot.find(NodeKey::of(NodeKind::kOthers, address(0xcc, 0)));
    REQUIRE(others);
    const auto claim = std::ranges::find_if(snapshot.edges, [&](const Edge& edge) {
        return edge.from == *others && edge.kind == EdgeKind::kSupplied && edge.part == part(0);
    });
    REQUIRE(claim != snapshot.edges.end());
    CHECK(claim->amount.status == FigureStatus::kNoData);
    CHECK(claim->usd.status == FigureStatus::kNoData);
    CHECK(
        claim->amount.reason ==
        "nothing tells how much everybody else has of it, or how much is collateral"
    );
    const auto liquidity = std::ranges::find(snapshot.edges, EdgeKind::kLiquidity, &Edge::kind);
    REQUIRE(liquidity != snapshot.edges.end());
    CHECK(liquidity->amount.status == FigureStatus::kNoData);
    // Told again, it is there.
    chain.legs().totals_known = true;
    chain.live_block();
    CHECK(chain.rows() == chain.rebuilt());
}

TEST_CASE("tokens that a market's contracts dispute are claimed, and none is chosen", "[graph]") {
    Chain chain;
    chain.legs().disputed = {token(7), token(8)};
    chain.set(key(0, 1, 0, LegSide::kCollateral), 100);
    chain.live_block();
    const Snapshot snapshot = chain.graph.snapshot();
    std::size_t claimed = 0;
    for (const Edge& edge : snapshot.edges) {
        if (edge.kind != EdgeKind::kLiquidity || edge.part != part(0)) {
            continue;
        }
        const NodeKey& to = snapshot.nodes[edge.to].key;
        CHECK(
            (to == NodeKey::of(NodeKind::kToken, token(7)) ||
             to == NodeKey::of(NodeKind::kToken, token(8)))
        );
        CHECK(edge.proof == Proof::kClaimed);
        CHECK(edge.token == to.address());
        CHECK_FALSE(edge.amount.ok());
        CHECK(edge.usd.reason.find("contradict each other") != std::string::npos);
        ++claimed;
    }
    CHECK(claimed == 4);  // Of both markets.
    const LookThrough look(snapshot);
    const auto holder = snapshot.find(NodeKey::of(NodeKind::kAccount, address(0x01, 1)));
    REQUIRE(holder);
    const Exposure exposure = look.of(*holder);
    REQUIRE(exposure.terminals.size() == 1);
    CHECK(exposure.terminals[0].token == NodeKey::of(NodeKind::kToken, Address{}));
}

TEST_CASE("a market that counts in the coin is worth what the wrapped coin is in USD", "[graph]") {
    Chain chain;
    chain.legs().ether_market = true;
    chain.set(key(1, 1, 0, LegSide::kSupplied), 2'000'000);
    chain.live_block();
    const Snapshot snapshot = chain.graph.snapshot();
    const auto claim = std::ranges::find(snapshot.edges, EdgeKind::kSupplied, &Edge::kind);
    REQUIRE(claim != snapshot.edges.end());
    // 3 tokens of a coin each, as priced there: 3e18 units of it, of which a million are a USD.
    CHECK(claim->amount.value == U256(3'000'000));
    CHECK(claim->usd.value == wrapping_mul(U256(3), pow10(20)));
}

/// Lets every call of the block revert, but for those without an answer.
void answer_all(const Chain& chain, eth::Block& block, eth::ReadOutcome outcome) {
    for (eth::Read& read : chain.graph.plan_reads(block)) {
        block.reads.push_back({.read = std::move(read), .outcome = outcome, .result = {}});
    }
}

TEST_CASE("a token that could not answer is asked again, one that has answered is not", "[graph]") {
    const bool answers = GENERATE(true, false);
    Chain chain;
    chain.set(key(0, 1, 0, LegSide::kSupplied), 10);
    chain.live_block();
    eth::Block block = chain.block(2);
    REQUIRE_FALSE(chain.graph.plan_reads(block).empty());
    answer_all(chain, block, answers ? eth::ReadOutcome::kReverted : eth::ReadOutcome::kNoAnswer);
    chain.live_block(block);
    // Which market they are of is asked of tokens that have answered.
    eth::Block next = chain.block(3);
    CHECK(chain.graph.plan_reads(next).empty() != answers);
    answer_all(chain, next, answers ? eth::ReadOutcome::kReverted : eth::ReadOutcome::kNoAnswer);
    chain.live_block(next);
    CHECK(chain.graph.plan_reads(chain.block(4)).empty());
    CHECK(chain.graph.plan_reads(chain.block(256)).empty() == answers);
}

TEST_CASE(
    "earlier rows keep their names when nobody knows their markets and tokens now", "[graph]"
) {
    Chain chain;
    chain.set(key(0, 1, 0, LegSide::kSupplied), 10);
    chain.live_block();
    std::vector<ledger::RowChange> rows = chain.graph.dump();
    constexpr ledger::TableId kTokens = Tables::kFirst + 4;
    std::erase_if(rows, [](const ledger::RowChange& row) { return row.table == kTokens; });
    rows.push_back({
        .table = kTokens,
        .key = ledger::encode(TokenKey{.token = token(0)}),
        .before = std::nullopt,
        .after = ledger::encode(TokenRow{
            .symbol = "OLD",
            .decimals = 6,
            .wraps = {},
            .contradicts_itself = false,
            .unanswered = false
        }),
    });
    ledger::Ledger ledger;
    const protocol::Protocols none(ledger, {});
    const ExposureGraph other(
        ledger,
        none,
        {.chain = "test",
         .top_holders = 2,
         .wrapped_coin = std::nullopt,
         .pinned = {},
         .labelled_wraps = {}}
    );
    const auto earlier = other.snapshot_of(rows);
    REQUIRE(earlier);
    const Snapshot now = chain.graph.snapshot();
    REQUIRE(earlier->nodes.size() == now.nodes.size());
    REQUIRE(earlier->edges.size() == now.edges.size());
    std::set<std::string> ids;
    for (std::size_t i = 0; i < now.nodes.size(); ++i) {
        const Node& node = earlier->nodes[i];
        CAPTURE(node.id);
        CHECK(node.key == now.nodes[i].key);
        CHECK(ids.insert(node.id).second);
        CHECK_FALSE(node.name.empty());
        if (has_address(node.key.kind)) {
            CHECK(node.id == now.nodes[i].id);
        }
    }
    const auto at = earlier->find(NodeKey::of(NodeKind::kToken, token(0)));
    REQUIRE(at);
    CHECK(earlier->nodes[*at].name == "OLD");
}

TEST_CASE("a token's own decimals are taken where its protocol tells none", "[graph]") {
    Chain chain;
    chain.legs().decimals_known = false;
    chain.set(key(0, 1, 0, LegSide::kSupplied), 10);
    chain.live_block();
    const auto decimals = [&chain] {
        const Snapshot snapshot = chain.graph.snapshot();
        const auto claim = std::ranges::find(snapshot.edges, EdgeKind::kSupplied, &Edge::kind);
        REQUIRE(claim != snapshot.edges.end());
        // Worth what the market says, whatever the decimals.
        CHECK(claim->usd.ok());
        return claim->decimals;
    };
    CHECK(decimals() == std::nullopt);
    eth::Block block = chain.block(2);
    for (eth::Read& read : chain.graph.plan_reads(block)) {
        const bool asked = read.data == eth::encode_call<"decimals()">();
        Bytes word(32, 0);
        word.back() = 9;
        block.reads.push_back(
            {.read = std::move(read),
             .outcome = asked ? eth::ReadOutcome::kReturned : eth::ReadOutcome::kReverted,
             .result = asked ? word : Bytes{}}
        );
    }
    chain.live_block(block);
    CHECK(decimals() == 9);
}

TEST_CASE("after any blocks and undos the graph is the one of a rebuild", "[graph]") {
    for (std::uint32_t seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        const auto draw = [&random](std::uint32_t below) {
            return static_cast<std::uint32_t>(random() % below);
        };
        Chain chain;
        for (int step = 0; step < 150; ++step) {
            const std::uint32_t what = draw(10);
            if (what < 2 && chain.can_undo() > 0) {
                for (std::uint32_t depth = 1 + draw(3); depth > 0 && chain.can_undo() > 0;
                     --depth) {
                    chain.undo();
                }
                continue;
            }
            for (std::uint32_t i = draw(6); i > 0; --i) {
                // Few holders leave a part now and then, so that boards run out and are scanned.
                chain.set(
                    key(static_cast<std::uint16_t>(draw(2)),
                        static_cast<std::uint16_t>(draw(60)),
                        static_cast<std::uint16_t>(draw(LegProtocol::kParts)),
                        static_cast<LegSide>(draw(3))),
                    draw(3) == 0 ? 0 : draw(50)
                );
            }
            if (what == 2) {
                chain.history_block();
            } else {
                chain.live_block();
                REQUIRE(chain.rows() == chain.rebuilt());
            }
        }
    }
}

}  // namespace
}  // namespace faultline::graph
