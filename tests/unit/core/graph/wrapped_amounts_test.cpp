// SPDX-License-Identifier: Apache-2.0
// How much there is behind a token that stands for another.
#include "core/graph/wrapped_amounts.hpp"

#include "core/graph/turn.hpp"
#include "unit/core/graph/leg_answers.hpp"
#include "unit/core/graph/leg_chain.hpp"
#include "unit/core/graph/leg_protocol.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/exposure_graph.hpp>
#include <faultline/core/graph/labelled.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

namespace faultline::graph {
namespace {

const Address kVault = token(0);
const Address kAsset = token(1);     ///< Priced by the market.
const Address kUnlisted = token(9);  ///< By none.

Bytes total_assets() {
    return eth::encode_call<"totalAssets()">();
}

Bytes balance_of(const Address& holder) {
    return eth::encode_call<"balanceOf(address)">(holder);
}

Contracts vault_of(const Address& asset) {
    return Contracts().say(kVault, eth::encode_call<"asset()">(), word_of(asset));
}

Chain& begun(Chain& chain) {
    for (std::uint16_t i = 0; i < LegProtocol::kParts; ++i) {
        chain.set({.market = 0, .holder = {}, .part = part(i), .side = {}}, 10);
    }
    chain.live_block();
    return chain;
}

Edge wraps_edge(const Snapshot& graph, const Address& from = kVault) {
    const auto place = graph.find(NodeKey::of(NodeKind::kToken, from));
    REQUIRE(place);
    const auto edge = std::ranges::find_if(graph.edges, [&](const Edge& one) {
        return one.from == *place && one.kind == EdgeKind::kWraps;
    });
    REQUIRE(edge != graph.edges.end());
    return *edge;
}

Edge wraps_edge(const Chain& chain) {
    return wraps_edge(chain.graph.snapshot());
}

Labels wraps_by_label(const Address& wrapper, const Address& wraps) {
    Label label;
    label.chain = 1;
    label.address = wrapper;
    label.wraps = wraps;
    return Labels::of({}, {label}).value();
}

/// Blocks until the vault was asked once more; how many calls that took.
std::size_t next_turn(Chain& chain, const Contracts& contracts) {
    const auto last = chain.graph.tables().wrapped.find({.token = kVault})->block;
    std::size_t asked = 0;
    do {
        asked += contracts.live_block(chain);
        REQUIRE(chain.height() < last + 2 * kAmountsAgainEvery);
    } while (chain.graph.tables().wrapped.find({.token = kVault})->block == last);
    return asked;
}

}  // namespace

TEST_CASE("a vault has what its totalAssets() says, as of the block it was asked at", "[graph]") {
    Chain chain;
    begun(chain);
    Contracts contracts = vault_of(kAsset).say(kVault, total_assets(), word_of(std::uint8_t{77}));
    contracts.settle(chain);
    const Edge edge = wraps_edge(chain);
    CHECK(edge.amount == Figure<U256>::of(77));
    CHECK(edge.token == kAsset);
    CHECK(edge.decimals.has_value());
    CHECK(edge.usd.ok());
    CHECK(edge.proof == Proof::kClaimed);
    const auto rows = chain.rows();
    const std::size_t begun_with = chain.can_undo();

    // It moves: once in so many blocks it is asked again, by one call.
    contracts.say(kVault, total_assets(), word_of(std::uint8_t{78}));
    CHECK(wraps_edge(chain).amount == Figure<U256>::of(77));
    CHECK(next_turn(chain, contracts) == 1);
    CHECK(wraps_edge(chain).amount == Figure<U256>::of(78));
    CHECK(wraps_edge(chain).amount_block == chain.height() - 1);
    CHECK(*wraps_edge(chain).amount_block > *edge.amount_block);
    while (chain.can_undo() > begun_with) {
        chain.undo();
    }
    CHECK(chain.rows() == rows);

    // Who began later knows the same after a turn of it.
    next_turn(chain, contracts);
    Chain young;
    begun(young);
    while (young.height() < 5) {
        young.live_block();
    }
    contracts.settle(young);
    while (young.height() < chain.height()) {
        contracts.live_block(young);
    }
    CHECK(wraps_edge(young).amount_block == wraps_edge(chain).amount_block);
    CHECK(young.rows() == chain.rows());
}

TEST_CASE("a wrapper without totalAssets() has what it holds of the other token", "[graph]") {
    Chain chain;
    begun(chain);
    vault_of(kAsset)
        .say(kAsset, balance_of(kVault), word_of(std::uint8_t{50}))
        .say(kVault, total_assets(), Bytes{})
        .settle(chain);
    CHECK(wraps_edge(chain).amount == Figure<U256>::of(50));
    CHECK(wraps_edge(chain).usd.ok());
}

TEST_CASE("what nothing tells has no amount, and says why", "[graph]") {
    Chain chain;
    begun(chain);
    Contracts contracts = vault_of(kAsset);
    std::string why;
    SECTION("neither call returns") {
        why = "neither totalAssets() nor";
    }
    SECTION("what it holds is nothing, so it stands for what is elsewhere") {
        contracts.say(kAsset, balance_of(kVault), word_of(std::uint8_t{0}));
        why = "holds none of it";
    }
    SECTION("nobody carries a call through") {
        contracts.mute(kVault, total_assets())
            .say(kAsset, balance_of(kVault), word_of(std::uint8_t{9}));
        why = "nobody could say";
    }
    contracts.settle(chain);
    const Edge edge = wraps_edge(chain);
    CHECK(edge.amount.status == FigureStatus::kNoData);
    CHECK(edge.amount.reason.find(why) != std::string::npos);
    CHECK(edge.amount.reason.find(std::to_string(*edge.amount_block)) != std::string::npos);
    CHECK(edge.usd == edge.amount);
}

TEST_CASE("an amount that cannot be told any more is not the last one", "[graph]") {
    Chain chain;
    begun(chain);
    Contracts contracts = vault_of(kAsset).say(kVault, total_assets(), word_of(std::uint8_t{77}));
    contracts.settle(chain);
    contracts.mute(kVault, total_assets());
    next_turn(chain, contracts);
    CHECK_FALSE(wraps_edge(chain).amount.ok());
    chain.undo();
    CHECK(wraps_edge(chain).amount == Figure<U256>::of(77));
}

TEST_CASE("an amount of one token is none of another", "[graph]") {
    Chain chain;
    begun(chain);
    vault_of(kAsset).say(kVault, total_assets(), word_of(std::uint8_t{77})).settle(chain);
    const Labels labels = wraps_by_label(kVault, kUnlisted);
    const Labelled out = labelled(labels, 1, chain.graph.snapshot());
    const Edge edge = wraps_edge(out.snapshot);
    CHECK(edge.token == kUnlisted);
    CHECK(edge.amount.reason.find("not asked yet") != std::string::npos);
}

TEST_CASE("a wrapper that a label knows is asked what it holds", "[graph]") {
    const bool vault = GENERATE(false, true);
    Chain chain(2, {}, {{kVault, kUnlisted}, {kUnlisted, kAsset}});
    begun(chain);
    Contracts contracts;
    contracts.say(kUnlisted, balance_of(kVault), word_of(std::uint8_t{60}))
        .say(kAsset, balance_of(kUnlisted), word_of(std::uint8_t{40}));
    if (vault) {
        // It does not say of what.
        contracts.say(kVault, total_assets(), word_of(std::uint8_t{70}));
    }
    contracts.settle(chain);
    const Labelled out = labelled(wraps_by_label(kVault, kUnlisted), 1, chain.graph.snapshot());
    const Edge edge = wraps_edge(out.snapshot);
    CHECK(edge.amount == Figure<U256>::of(vault ? 70 : 60));
    CHECK(edge.usd.reason.find("no followed market") != std::string::npos);
    CHECK(edge.proof == Proof::kLabelled);
    const Labelled next = labelled(wraps_by_label(kUnlisted, kAsset), 1, out.snapshot);
    CHECK(wraps_edge(next.snapshot, kUnlisted).amount == Figure<U256>::of(40));
    CHECK(wraps_edge(next.snapshot, kUnlisted).usd.ok());
}

TEST_CASE("receipts of followed markets are asked nothing: their markets tell", "[graph]") {
    const Address receipt = address(0xab, 0);
    Chain chain(2, {}, {{receipt, kAsset}});
    begun(chain);
    Contracts().say(receipt, eth::encode_call<"asset()">(), word_of(kAsset)).settle(chain);
    CHECK(chain.graph.tables().wrapped.find({.token = receipt}) == nullptr);
}

TEST_CASE("a block asks of so many wrappers and no more, and all have their turn", "[graph]") {
    LabelledWraps wraps;
    for (std::uint16_t i = 0; i < 40; ++i) {
        const Address before = i == 0 ? kVault : token(static_cast<std::uint16_t>(99 + i));
        wraps.emplace(before, token(static_cast<std::uint16_t>(100 + i)));
    }
    Chain chain(2, {}, wraps);
    begun(chain);
    const Contracts contracts;
    for (std::size_t i = 0; i < 3; ++i) {
        eth::Block block = chain.block(chain.height());
        for (const eth::Read& read : chain.graph.plan_reads(block)) {
            block.reads.push_back(
                {.read = read, .outcome = eth::ReadOutcome::kNoAnswer, .result = {}}
            );
        }
        chain.live_block(block);
        CHECK(chain.graph.tables().wrapped.size() == std::min<std::size_t>(40, 16 * (i + 1)));
    }
}

TEST_CASE(
    "a vault that lies is worth what markets have of it, and its word takes nothing", "[graph]"
) {
    Chain chain;
    begun(chain);
    const NodeKey market = NodeKey::of(NodeKind::kMarket, address(0xcc, 0));
    const NodeKey vault = NodeKey::of(NodeKind::kToken, kVault);
    const NodeKey asset = NodeKey::of(NodeKind::kToken, kAsset);
    vault_of(kAsset).settle(chain);
    const Snapshot silent = chain.graph.snapshot();
    Chain liar;
    begun(liar);
    const Bytes most = GENERATE(Bytes(32, 0xff), Bytes(32, 0x01));
    vault_of(kAsset).say(kVault, total_assets(), most).settle(liar);
    const Snapshot lied = liar.graph.snapshot();
    CHECK(wraps_edge(lied).amount.ok());
    for (const NodeKey& from : {market, vault}) {
        const auto before = LookThrough(silent).between(*silent.find(from), asset);
        const auto after = LookThrough(lied).between(*lied.find(from), asset);
        REQUIRE(before);
        REQUIRE(after);
        CHECK(after->usd == before->usd);
        CHECK(after->claimed_usd == before->claimed_usd);
        CHECK(after->total_usd == before->total_usd);
    }
}

}  // namespace faultline::graph
