// SPDX-License-Identifier: Apache-2.0
// Who answers for a token, by the labels that are shipped: the tokens that a mapping by symbol gets
// wrong, and that no label whatever overrules a contract.
#include <faultline/base/bytes.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/resolution.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <random>
#include <recorded/gold_issuers.hpp>
#include <string>
#include <unit/app/shipped_labels.hpp>
#include <vector>

namespace faultline::tests {
namespace {

using graph::Found;
using graph::Label;
using graph::LabelRole;
using graph::Labels;
using graph::NodeKind;
using graph::Proof;
using graph::TokenFacts;

const Labels& shipped() {
    static const Labels kLabels = test::shipped_label_set();
    return kLabels;
}

/// The shipped labels without those of tokens: names and markets only.
const Labels& of_markets() {
    static const Labels kLabels = [] {
        std::vector<Label> kept;
        for (const Label& label : shipped().all()) {
            if (label.role != LabelRole::kToken) {
                kept.push_back(label);
            }
        }
        return Labels::of(shipped().names(), kept).value();
    }();
    return kLabels;
}

TokenFacts facts_of(const Label& label) {
    TokenFacts facts;
    facts.token = label.address;
    facts.symbol = label.symbol;
    facts.decimals = label.decimals;
    return facts;
}

Address random_address(std::mt19937_64& random) {
    Address out;
    for (auto& byte : out.bytes) {
        byte = static_cast<std::uint8_t>(random());
    }
    return out;
}

TEST_CASE("each token of the gold list has the issuer that answers for it") {
    for (const GoldIssuer& gold : kGoldIssuers) {
        CAPTURE(gold.symbol, gold.address);
        TokenFacts facts;
        facts.token = *Address::from_hex(gold.address);
        const graph::Resolution found = graph::resolve(shipped(), gold.chain, facts);
        CHECK(found.name == gold.issuer);
        CHECK(found.found == Found::kLabel);
        CHECK(found.proof == Proof::kLabelled);
        CHECK(found.decimals.ok());
        CHECK(found.issuer.kind != NodeKind::kUnknown);
        CHECK(found.contradictions.empty());
    }
}

TEST_CASE("a token that only bears a symbol of the gold list has no issuer") {
    std::mt19937_64 random(20'261'130);
    for (const GoldIssuer& gold : kGoldIssuers) {
        CAPTURE(gold.symbol);
        TokenFacts facts;
        facts.token = random_address(random);
        facts.symbol = gold.symbol;
        facts.decimals = 18;
        const graph::Resolution found = graph::resolve(shipped(), gold.chain, facts);
        CHECK(found.found == Found::kNothing);
        CHECK(found.issuer == graph::NodeKey::of(NodeKind::kUnknown, facts.token));
    }
}

TEST_CASE("receipts have the issuer of their label by their market alone") {
    // Pools of Aave V2 on Ethereum, and Compound's Comptroller.
    const auto check = [](const Label& label, const Address& market) {
        CAPTURE(label.symbol);
        TokenFacts facts = facts_of(label);
        facts.claim = {
            .underlying = Address{},
            .market = market,
            .market_says = graph::MarketWord::kNone,
            .of_underlying = true
        };
        const graph::Resolution claimed = graph::resolve(of_markets(), label.chain, facts);
        CHECK(claimed.name == label.name);
        CHECK(claimed.found == Found::kClaimedMarket);
        CHECK(claimed.proof == Proof::kClaimed);
        facts.claim->market_says = graph::MarketWord::kLists;
        const graph::Resolution confirmed = graph::resolve(of_markets(), label.chain, facts);
        CHECK(confirmed.name == label.name);
        CHECK(confirmed.found == Found::kConfirmedMarket);
        CHECK(confirmed.proof == Proof::kLabelled);
    };
    const Address pool = *Address::from_hex("0x7d2768de32b0b80b7a3454c06bdac94a69ddc7a9");
    const Address comptroller = *Address::from_hex("0x3d9819210a31b4961b30ef54be2aed79b9c9cd3b");
    std::size_t receipts = 0;
    for (const Label& label : shipped().all()) {
        if (label.chain == 1 && label.role == LabelRole::kToken) {
            if (label.name == "aave_v2") {
                check(label, pool);
                receipts += 1;
            } else if (label.name == "compound_v2") {
                check(label, comptroller);
                receipts += 1;
            }
        }
    }
    CHECK(receipts > 50);
}

TEST_CASE("whatever a shipped label says, a followed market goes before it") {
    std::mt19937_64 random(7);
    for (const Label& label : shipped().all()) {
        if (label.role != LabelRole::kToken) {
            continue;
        }
        CAPTURE(label.chain, label.symbol);
        TokenFacts facts = facts_of(label);
        const graph::FollowedMarket market{.contract = random_address(random), .protocol = "other"};
        const bool receipt = random() % 2 == 0;
        (receipt ? facts.receipt_of : facts.issued_by) = market;
        const graph::Resolution found = graph::resolve(shipped(), label.chain, facts);
        CHECK(found.issuer == graph::NodeKey::of(NodeKind::kProtocol, "other"));
        CHECK(found.found == (receipt ? Found::kReceipt : Found::kIssued));
        CHECK(found.proof == Proof::kConfirmed);
        // That the label says otherwise is told.
        CHECK(found.contradictions.size() == 1);
    }
}

TEST_CASE("a labelled token that lies about its underlying is not believed") {
    std::mt19937_64 random(8);
    std::size_t wrappers = 0;
    for (const Label& label : shipped().all()) {
        if (label.role != LabelRole::kToken || !label.wraps) {
            continue;
        }
        CAPTURE(label.chain, label.symbol);
        TokenFacts facts = facts_of(label);
        facts.claim = {
            .underlying = random_address(random),
            .market = std::nullopt,
            .market_says = graph::MarketWord::kNone,
            .of_underlying = true
        };
        const graph::Resolution found = graph::resolve(shipped(), label.chain, facts);
        REQUIRE(found.underlying);
        CHECK(found.underlying->token == *label.wraps);
        CHECK(found.underlying->proof == Proof::kLabelled);
        CHECK(found.contradictions.size() == 1);
        wrappers += 1;
    }
    CHECK(wrappers > 500);
}

}  // namespace
}  // namespace faultline::tests
