// SPDX-License-Identifier: Apache-2.0
// Which logs are asked for, and what is not told where some are not.
#include "core/protocols/compound_v2/events.hpp"
#include "core/protocols/compound_v2/view_calls.hpp"
#include "unit/core/protocols/compound_v2/market_fixture.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/protocol/incident.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <vector>

namespace faultline::compound_v2 {
namespace {

using protocol::IncidentKind;

const Address kNew = address(50);

}  // namespace

TEST_CASE("where tokens are named, one that is listed beside them degrades the market") {
    const std::vector<Hash32> transfer{events::Transfer::kTopic0};
    TestMarket market({kCDai, kDai, kCUni});
    CHECK(TestMarket().deployment.wanted_logs().wants(kNew, transfer));
    const eth::LogFilter filter = market.deployment.wanted_logs();
    CHECK(filter.clauses().size() == 2);
    CHECK(filter.wants(kDai, transfer));
    CHECK_FALSE(filter.wants(kUni, transfer));
    market.begins();
    market.mints(kCDai, kDai, kAlice, tokens(5));
    market.answers(view_read(kCDai, View::kCash), tokens(5)).seal_quietly();
    CHECK(market.word(kCDai, View::kCash) == tokens(5));
    // No transfer tells the cash of the one whose underlying is not among them; the other's was
    // looked at once.
    market.seal_quietly();
    CHECK_FALSE(market.was_asked(view_read(kCDai, View::kCash)));
    CHECK(market.was_asked(view_read(kCUni, View::kCash)));
    market.answers(view_read(kCUni, View::kCash), tokens(7)).seal_quietly();
    CHECK(market.word(kCUni, View::kCash) == tokens(7));
    market.lists(kNew, kUni);
    const auto incidents = market.seal();
    require_incident(incidents, IncidentKind::kDegrades, "is listed and not among tokens");
    CHECK_THAT(incidents.front().text, Catch::Contains("- \"" + kNew.hex() + "\""));
    CHECK(market.protocol->usable(0).status == FigureStatus::kError);
}

TEST_CASE("Failure is no topic: what it tells changed nothing") {
    const TestMarket market;
    const eth::LogFilter filter = market.deployment.wanted_logs();
    REQUIRE(filter.clauses().size() == 1);
    const std::vector<Hash32>& topics = filter.clauses().front().topics0;
    CHECK_FALSE(std::ranges::binary_search(
        topics, eth::keccak256_literal("Failure(uint256,uint256,uint256)")
    ));
    CHECK(std::ranges::binary_search(topics, events::FirstAccrueInterest::kTopic0));
    CHECK(std::ranges::binary_search(topics, events::RedeemWithBalance::kTopic0));
}

}  // namespace faultline::compound_v2
