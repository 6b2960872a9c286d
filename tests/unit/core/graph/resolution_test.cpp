// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/resolution.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

Address address(std::uint8_t last) {
    Address out;
    out.bytes.back() = last;
    return out;
}

const Address kToken = address(1);
const Address kOther = address(2);
const Address kMarket = address(3);
const FollowedMarket kFollowed{.contract = kMarket, .protocol = "aave_v3"};

Label token_label(std::string name) {
    Label out;
    out.chain = 1;
    out.address = kToken;
    out.name = std::move(name);
    out.symbol = "LBL";
    out.decimals = 6;
    return out;
}

Label market_label(std::string name) {
    Label out;
    out.chain = 1;
    out.address = kMarket;
    out.role = LabelRole::kProtocol;
    out.name = std::move(name);
    return out;
}

Labels labels_of(const std::vector<Label>& labels) {
    std::vector<Name> names;
    for (const std::string slug : {"lido", "spark", "aave_v3", "arbitrum-bridge"}) {
        Name name;
        name.slug = slug;
        name.title = slug;
        name.is_protocol = slug == "spark" || slug == "aave_v3";
        names.push_back(std::move(name));
    }
    auto out = Labels::of(names, labels);
    REQUIRE(out);
    return *std::move(out);
}

TokenFacts facts() {
    TokenFacts out;
    out.token = kToken;
    out.symbol = "TKN";
    out.decimals = 6;
    return out;
}

TokenFacts claiming(bool confirmed) {
    TokenFacts out = facts();
    out.claim = TokenClaim{
        .underlying = kOther,
        .market = kMarket,
        .market_says = confirmed ? MarketWord::kLists : MarketWord::kNone,
        .of_underlying = true
    };
    return out;
}

TEST_CASE("what a followed market says goes before every label", "[resolution]") {
    const Labels labels = labels_of({token_label("lido")});
    TokenFacts receipt = facts();
    receipt.receipt_of = kFollowed;
    const Resolution found = resolve(labels, 1, receipt);
    CHECK(found.issuer == NodeKey::of(NodeKind::kProtocol, "aave_v3"));
    CHECK(found.name == "aave_v3");
    CHECK(found.found == Found::kReceipt);
    CHECK(found.proof == Proof::kConfirmed);
    REQUIRE(found.contradictions.size() == 1);
    CHECK(
        found.contradictions[0] ==
        "the label of " + kToken.hex() + " says issuer \"lido\", its contracts say \"aave_v3\""
    );

    TokenFacts issued = facts();
    issued.issued_by = kFollowed;
    CHECK(resolve(labels_of({}), 1, issued).found == Found::kIssued);
    CHECK(resolve(labels_of({}), 1, issued).contradictions.empty());
}

TEST_CASE("a market that is a fork is of the protocol that its label says", "[resolution]") {
    TokenFacts receipt = facts();
    receipt.receipt_of = kFollowed;
    const Resolution found = resolve(labels_of({market_label("spark")}), 1, receipt);
    CHECK(found.issuer == NodeKey::of(NodeKind::kProtocol, "spark"));
    // Of another chain, the label says nothing here.
    CHECK(resolve(labels_of({market_label("spark")}), 10, receipt).name == "aave_v3");
}

TEST_CASE("a token of a market that is not followed has the market's protocol", "[resolution]") {
    const Labels labels = labels_of({market_label("spark")});
    const Resolution confirmed = resolve(labels, 1, claiming(true));
    CHECK(confirmed.found == Found::kConfirmedMarket);
    // That the market is of the protocol, only a label says.
    CHECK(confirmed.proof == Proof::kLabelled);
    REQUIRE(confirmed.underlying);
    CHECK(confirmed.underlying->token == kOther);
    CHECK(confirmed.underlying->proof == Proof::kConfirmed);

    const Resolution claimed = resolve(labels, 1, claiming(false));
    CHECK(claimed.issuer == NodeKey::of(NodeKind::kProtocol, "spark"));
    CHECK(claimed.found == Found::kClaimedMarket);
    CHECK(claimed.proof == Proof::kClaimed);
    CHECK(claimed.underlying->proof == Proof::kClaimed);

    // Of nobody's market, nothing is known.
    CHECK(resolve(labels_of({}), 1, claiming(true)).found == Found::kNothing);
}

TEST_CASE("a label of its own goes before a market that was not asked", "[resolution]") {
    const Labels labels = labels_of({token_label("lido"), market_label("spark")});
    const Resolution unasked = resolve(labels, 1, claiming(false));
    CHECK(unasked.issuer == NodeKey::of(NodeKind::kIssuer, "lido"));
    CHECK(unasked.found == Found::kLabel);
    CHECK(unasked.proof == Proof::kLabelled);
    CHECK(unasked.contradictions.empty());
    const Resolution confirmed = resolve(labels, 1, claiming(true));
    CHECK(confirmed.name == "spark");
    CHECK(confirmed.contradictions.size() == 1);
}

TEST_CASE("a labelled issuer that is a protocol is the protocol's node", "[resolution]") {
    const Resolution found = resolve(labels_of({token_label("aave_v3")}), 1, facts());
    CHECK(found.issuer == NodeKey::of(NodeKind::kProtocol, "aave_v3"));
    CHECK(found.found == Found::kLabel);
}

TEST_CASE("who claims what nobody confirms is told to have claimed it", "[resolution]") {
    TokenFacts liar = facts();
    liar.claim = TokenClaim{
        .underlying = kOther,
        .market = std::nullopt,
        .market_says = MarketWord::kNone,
        .of_underlying = false
    };
    const Resolution found = resolve(labels_of({}), 1, liar);
    CHECK(found.issuer == NodeKey::of(NodeKind::kUnknown, kToken));
    CHECK(found.name.empty());
    CHECK(found.found == Found::kNothing);
    REQUIRE(found.underlying);
    CHECK(found.underlying->proof == Proof::kClaimed);

    // Unless a label agrees; one that does not is believed, and the clash is told.
    Label agrees = token_label("lido");
    agrees.wraps = kOther;
    CHECK(resolve(labels_of({agrees}), 1, liar).underlying->proof == Proof::kLabelled);
    Label denies = token_label("lido");
    denies.wraps = kMarket;
    const Resolution clash = resolve(labels_of({denies}), 1, liar);
    CHECK(clash.underlying->token == kMarket);
    CHECK(clash.underlying->proof == Proof::kLabelled);
    CHECK(clash.contradictions.size() == 1);
    liar.receipt_of = kFollowed;
    CHECK(resolve(labels_of({denies}), 1, liar).underlying->token == kOther);
}

TEST_CASE("what a token does not say of itself, its label does", "[resolution]") {
    Label bridged = token_label("lido");
    bridged.wraps = kOther;
    bridged.bridge = "arbitrum-bridge";
    TokenFacts silent;
    silent.token = kToken;
    const Resolution found = resolve(labels_of({bridged}), 1, silent);
    CHECK(found.symbol == "LBL");
    CHECK(found.decimals == Figure<std::uint8_t>::of(6));
    CHECK(found.bridge == "arbitrum-bridge");
    REQUIRE(found.underlying);
    CHECK(found.underlying->token == kOther);
    CHECK(found.underlying->proof == Proof::kLabelled);
    CHECK(resolve(labels_of({bridged}), 1, facts()).symbol == "TKN");
}

TEST_CASE("the wrapper of a chain's coin stands for the coin", "[resolution]") {
    Label weth = token_label("");
    weth.native = true;
    const Resolution found = resolve(labels_of({weth}), 1, facts());
    REQUIRE(found.underlying);
    CHECK(found.underlying->token == Address{});
    CHECK(found.found == Found::kNothing);
}

TEST_CASE("without decimals there is a reason and what to do", "[resolution]") {
    TokenFacts silent = facts();
    silent.decimals.reset();
    const Resolution none = resolve(labels_of({}), 1, silent);
    CHECK(none.decimals.status == FigureStatus::kNoData);
    CHECK(
        none.decimals.reason ==
        "the decimals of " + kToken.hex() + " are not known: give them in a label"
    );

    TokenFacts other = facts();
    other.decimals = 18;
    const Resolution clash = resolve(labels_of({token_label("lido")}), 1, other);
    CHECK(clash.decimals.value == 18);
    REQUIRE(clash.contradictions.size() == 1);
    CHECK(
        clash.contradictions[0] ==
        "the label of " + kToken.hex() + " says 6 decimals, its contracts say 18"
    );
}

TEST_CASE("shares are by tokens and by value, and never overflow", "[resolution]") {
    ResolvedShares shares;
    CHECK(shares.tokens_ppm() == std::nullopt);
    CHECK(shares.usd_ppm() == std::nullopt);
    const Resolution known = resolve(labels_of({token_label("lido")}), 1, facts());
    const Resolution unknown = resolve(labels_of({}), 1, facts());
    shares.add(known, Figure<U256>::of(U256(700)));
    shares.add(unknown, Figure<U256>::of(U256(100)));
    shares.add(unknown, Figure<U256>::without(FigureStatus::kNoData, "no price"));
    CHECK(shares.of(Found::kLabel).tokens == 1);
    CHECK(shares.of(Found::kLabel).usd == U256(700));
    CHECK(shares.all().tokens == 3);
    CHECK(shares.all().usd == U256(800));
    CHECK(shares.without_usd() == 1);
    CHECK(shares.tokens_ppm() == 333'333);
    CHECK(shares.usd_ppm() == 875'000);

    shares.add(unknown, Figure<U256>::of(U256::max()));
    CHECK(shares.without_usd() == 2);
    CHECK(shares.all().usd == U256(800));
    CHECK(shares.all().tokens == 4);
}

}  // namespace
}  // namespace faultline::graph
