// SPDX-License-Identifier: Apache-2.0
// Which market a token says that it is of, and whether that market says so.
#include "unit/core/graph/leg_answers.hpp"
#include "unit/core/graph/leg_chain.hpp"
#include "unit/core/graph/leg_protocol.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/labelled.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/resolution.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace faultline::graph {
namespace {

const Address kToken = token(0);
const Address kUnderlying = token(9);
const Address kPool = address(0x90, 1);
const Address kFollowed = address(0xcc, 1);

Labels pool_is_of_spark() {
    Label label;
    label.chain = 1;
    label.address = kPool;
    label.role = LabelRole::kProtocol;
    label.name = "spark";
    return Labels::of(
               {{.slug = "spark", .title = "SparkLend", .category = "Lending", .is_protocol = true}
               },
               {label}
    )
        .value();
}

Chain& begun(Chain& chain) {
    chain.set({.market = 0, .holder = {}, .part = part(0), .side = {}}, 10);
    chain.live_block();
    return chain;
}

/// An aToken by its own word.
Contracts atoken_of(const Address& pool) {
    return Contracts()
        .say(kToken, eth::encode_call<"POOL()">(), word_of(pool))
        .say(kToken, eth::encode_call<"UNDERLYING_ASSET_ADDRESS()">(), word_of(kUnderlying));
}

struct Issuer {
    std::string id;
    Proof proof = Proof::kConfirmed;
    bool operator==(const Issuer&) const = default;
};

Issuer issuer_of(const Snapshot& graph, const Address& token) {
    const auto from = graph.find(NodeKey::of(NodeKind::kToken, token));
    REQUIRE(from);
    const auto edge = std::ranges::find_if(graph.edges, [&](const Edge& one) {
        return one.from == *from && one.kind == EdgeKind::kIssuedBy;
    });
    REQUIRE(edge != graph.edges.end());
    return {.id = graph.nodes[edge->to].id, .proof = edge->proof};
}

Proof underlying_proof(const Snapshot& graph) {
    const auto to = graph.find(NodeKey::of(NodeKind::kToken, kUnderlying));
    REQUIRE(to);
    const auto edge = std::ranges::find_if(graph.edges, [&](const Edge& one) {
        return one.to == *to && one.kind == EdgeKind::kWraps;
    });
    REQUIRE(edge != graph.edges.end());
    return edge->proof;
}

/// What one market said of one token.
MarketWord said(const Chain& chain, const Address& market) {
    const Snapshot graph = chain.graph.snapshot();
    REQUIRE(graph.sayings.size() == 1);
    CHECK(graph.sayings.front().token == kToken);
    CHECK(graph.sayings.front().market == market);
    return graph.sayings.front().market_says;
}

TEST_CASE("a token that its market lists is confirmed, though nobody follows it", "[graph]") {
    Chain chain;
    begun(chain);
    const Contracts contracts = atoken_of(kPool).say(
        kPool, eth::encode_call<"getReserveData(address)">(kUnderlying), words_with(8, kToken)
    );
    contracts.settle(chain);
    CHECK(said(chain, kPool) == MarketWord::kLists);
    CHECK(chain.graph.plan_reads(chain.block(256)).empty());

    const Labelled known = labelled(pool_is_of_spark(), 1, chain.graph.snapshot());
    CHECK(known.shares.of(Found::kConfirmedMarket).tokens == 1);
    CHECK(issuer_of(known.snapshot, kToken) == Issuer{"protocol:spark", Proof::kLabelled});
    CHECK(underlying_proof(known.snapshot) == Proof::kConfirmed);
    CHECK(known.contradictions.empty());
    // What is labelled once more is the same.
    const Labelled again = labelled(pool_is_of_spark(), 1, known.snapshot);
    CHECK(again.shares.of(Found::kConfirmedMarket).tokens == 1);

    // Without a label the market itself is whom the token answers to.
    const Labelled unknown = labelled(Labels(), 1, chain.graph.snapshot());
    CHECK(unknown.shares.of(Found::kConfirmedMarket).tokens == 0);
    CHECK(
        issuer_of(unknown.snapshot, kToken) == Issuer{"unknown:" + kPool.hex(), Proof::kConfirmed}
    );
    // But nobody knows it, so it may be the token's accomplice.
    CHECK(underlying_proof(unknown.snapshot) == Proof::kClaimed);
    while (chain.can_undo() > 1) {
        chain.undo();
    }
    CHECK(chain.graph.snapshot().sayings.empty());
}

TEST_CASE("a token that lies about its market has no issuer, and that is told", "[graph]") {
    const bool followed = GENERATE(true, false);
    const Address market = followed ? kFollowed : kPool;
    CAPTURE(followed);
    Chain chain;
    begun(chain);
    atoken_of(market)
        .say(
            market,
            eth::encode_call<"getReserveData(address)">(kUnderlying),
            words_with(8, token(77))
        )
        .settle(chain);
    CHECK(said(chain, market) == MarketWord::kDenies);
    const Labelled out = labelled(pool_is_of_spark(), 1, chain.graph.snapshot());
    CHECK(out.shares.of(Found::kClaimedMarket).tokens == 0);
    // It makes nobody exposed to the market that it names.
    CHECK(issuer_of(out.snapshot, kToken) == Issuer{"unknown:" + kToken.hex(), Proof::kConfirmed});
    CHECK(underlying_proof(out.snapshot) == Proof::kClaimed);
    REQUIRE(out.contradictions.size() == 1);
    CHECK(out.contradictions.front().find(market.hex()) != std::string::npos);
    CHECK(out.contradictions.front().find("does not list it") != std::string::npos);
}

TEST_CASE("a market that says nothing confirms nothing and denies nothing", "[graph]") {
    Chain chain;
    begun(chain);
    Contracts contracts = atoken_of(kPool);
    const bool empty = GENERATE(true, false);
    if (empty) {
        // As an account without code answers.
        contracts.say(kPool, eth::encode_call<"getReserveData(address)">(kUnderlying), {});
    }
    contracts.settle(chain);
    CHECK(said(chain, kPool) == MarketWord::kNone);
    const Labelled out = labelled(pool_is_of_spark(), 1, chain.graph.snapshot());
    CHECK(out.shares.of(Found::kClaimedMarket).tokens == 1);
    CHECK(out.contradictions.empty());
}

TEST_CASE("a market that could not be asked is asked again", "[graph]") {
    Chain chain;
    begun(chain);
    Contracts contracts = atoken_of(kPool).mute(kPool).say(
        kPool, eth::encode_call<"getReserveData(address)">(kUnderlying), words_with(8, kToken)
    );
    contracts.settle(chain);
    CHECK(said(chain, kPool) == MarketWord::kNone);
    std::size_t asked = 0;
    while (chain.height() < 256) {
        asked += contracts.live_block(chain);
    }
    // How much the token has of what it wraps; nothing else.
    CHECK(asked == 2);
    contracts.unmute(kPool).settle(chain);
    CHECK(said(chain, kPool) == MarketWord::kLists);
}

TEST_CASE("cTokens, pairs and Balancer's pools name their markets, too", "[graph]") {
    Chain chain;
    begun(chain);
    Contracts contracts;
    const std::size_t kind = GENERATE(0U, 1U, 2U);
    if (kind == 0) {
        Bytes all = word_of(std::uint8_t{32});
        for (const Bytes& word : {word_of(std::uint8_t{2}), word_of(token(5)), word_of(kToken)}) {
            all.insert(all.end(), word.begin(), word.end());
        }
        contracts.say(kToken, eth::encode_call<"comptroller()">(), word_of(kPool))
            .say(kPool, eth::encode_call<"getAllMarkets()">(), all);
    } else if (kind == 1) {
        contracts.say(kToken, eth::encode_call<"factory()">(), word_of(kPool))
            .say(kToken, eth::encode_call<"token0()">(), word_of(token(5)))
            .say(kToken, eth::encode_call<"token1()">(), word_of(token(6)))
            .say(
                kPool,
                eth::encode_call<"getPair(address,address)">(token(5), token(6)),
                word_of(kToken)
            );
    } else {
        contracts.say(kToken, eth::encode_call<"getVault()">(), word_of(kPool))
            .say(kToken, eth::encode_call<"getPoolId()">(), word_of(std::uint8_t{7}))
            .say(kPool, eth::encode_call<"getPool(bytes32)">(part(7)), words_with(0, kToken));
    }
    contracts.settle(chain);
    CHECK(said(chain, kPool) == MarketWord::kLists);
    const Labelled out = labelled(pool_is_of_spark(), 1, chain.graph.snapshot());
    CHECK(out.shares.of(Found::kConfirmedMarket).tokens == 1);
    CHECK(issuer_of(out.snapshot, kToken) == Issuer{"protocol:spark", Proof::kLabelled});
}

TEST_CASE("a factory without tokens of a pair, and one's own address, name no market", "[graph]") {
    Chain chain;
    begun(chain);
    Contracts()
        .say(kToken, eth::encode_call<"factory()">(), word_of(kPool))
        .say(kToken, eth::encode_call<"POOL()">(), word_of(kToken))
        .say(kToken, eth::encode_call<"comptroller()">(), Bytes(31, 0xff))
        .settle(chain);
    CHECK(chain.graph.snapshot().sayings.empty());
}

}  // namespace
}  // namespace faultline::graph
