// SPDX-License-Identifier: Apache-2.0
// Logs that the accounting cannot take are kept as they came, and leave with their block.
#include "unit/core/protocols/aave/market_fixture.hpp"

#include <faultline/core/protocol/quarantine.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace faultline::aave {
namespace {

using Catch::Contains;

/// One kind of bad input: how the log comes, who wrote it, and what is said of it.
struct Kind {
    const char* name;
    void (*write)(TestMarket&);
    Address emitter;
    const char* why;
};

const std::vector<Kind>& kinds() {
    static const std::vector<Kind> all{
        {.name = "a supply balance below zero",
         .write =
             [](TestMarket& market) {
                 market.log<events::Burn>(a_token(0), {kAlice, kAlice, U256(11), U256(0), ray()});
             },
         .emitter = a_token(0),
         .why = "does not fit its scaled balance 10"},
        {.name = "a debt below zero",
         .write =
             [](TestMarket& market) {
                 market.log<events::Burn>(v_token(0), {kBob, kAlice, U256(1), U256(0), ray()});
             },
         .emitter = v_token(0),
         .why = "does not fit its scaled balance 0"},
        {.name = "a transfer of more than there is",
         .write =
             [](TestMarket& market) {
                 market.log<events::BalanceTransfer>(a_token(0), {kBob, kAlice, U256(1), ray()});
             },
         .emitter = a_token(0),
         .why = "scaled balance 0"},
        {.name = "more withdrawn than the pool has",
         .write = [](TestMarket& market
                  ) { market.log<events::Withdraw>(kPool, {asset(0), kAlice, kAlice, U256(11)}); },
         .emitter = kPool,
         .why = "would fall below zero"},
        {.name = "an unknown reserve",
         .write = [](TestMarket& market
                  ) { market.log<events::Supply>(kPool, {asset(3), kAlice, kAlice, U256(1), 0}); },
         .emitter = kPool,
         .why = "never initialised"},
        {.name = "an index that goes down",
         .write =
             [](TestMarket& market) {
                 const U256 lower = *checked_sub(ray(), U256(1));
                 market.log<events::ReserveDataUpdated>(kPool, {asset(0), 0, 0, 0, lower, ray()});
             },
         .emitter = kPool,
         .why = "would go"},
        {.name = "a token that is another reserve's, and no new one",
         .write =
             [](TestMarket& market) {
                 market.log<events::ReserveInitialized>(
                     kConfigurator, {asset(1), a_token(0), Address{}, v_token(1), Address{}}
                 );
             },
         .emitter = kConfigurator,
         .why = "decimals of new reserve"},
        {.name = "data that is too short",
         .write =
             [](TestMarket& market) {
                 market.raw(a_token(0), {events::Mint::kTopic0, Hash32{}, Hash32{}}, Bytes(31));
             },
         .emitter = a_token(0),
         .why = "Mint"},
        {.name = "an upgrade that does not say to what",
         .write = [](TestMarket& market) { market.raw(kPool, {events::Upgraded::kTopic0}, {}); },
         .emitter = kPool,
         .why = "Upgraded"},
        {.name = "topics that are missing",
         .write = [](TestMarket& market
                  ) { market.raw(kPool, {events::Supply::kTopic0}, Bytes(64)); },
         .emitter = kPool,
         .why = "Supply"},
    };
    return all;
}

}  // namespace

TEST_CASE("each kind of bad log is quarantined as it came, and leaves with its block") {
    for (const Kind& kind : kinds()) {
        CAPTURE(kind.name);
        TestMarket market;
        market.list_reserve(0).supply(0, kAlice, 10).revision(10);
        REQUIRE(market.seal().empty());
        CHECK(market.protocols.quarantine().total(0) == 0);
        const auto before = market.ledger.dump();

        kind.write(market.next_transaction());
        const auto incidents = market.seal();
        require_one_incident(incidents, kind.why, true);
        const eth::Log bad = market.last.logs[0];
        const std::vector<protocol::QuarantinedLog> kept = market.protocols.quarantine().logs(0);
        REQUIRE(kept.size() == 1);
        CHECK(market.protocols.quarantine().total(0) == 1);
        CHECK(kept[0].block == market.last.ref());
        CHECK(kept[0].tx_hash == bad.tx_hash);
        CHECK(kept[0].log_index == bad.log_index);
        CHECK(kept[0].address == kind.emitter);
        CHECK(kept[0].topics == std::vector<Hash32>(bad.topics.begin(), bad.topics.end()));
        CHECK(kept[0].data == Bytes(bad.data.begin(), bad.data.end()));
        CHECK(kept[0].data_bytes == bad.data.size());
        CHECK_THAT(kept[0].why, Contains(kind.why));
        // The alert's text has where it is as well: block, transaction and log.
        CHECK_THAT(
            incidents[0].text,
            Contains("block " + kept[0].block.text()) && Contains(kept[0].tx_hash.hex()) &&
                Contains("log 0 of " + kind.emitter.hex())
        );
        CHECK(market.account(kAlice).status == FigureStatus::kError);

        REQUIRE(market.ledger.undo(market.changes));
        CHECK(market.protocols.quarantine().total(0) == 0);
        CHECK(market.protocols.quarantine().logs(0).empty());
        CHECK(market.ledger.dump() == before);
    }
}

TEST_CASE("a log that is no contract's of the market is none to quarantine") {
    TestMarket market;
    market.list_reserve(0);
    market.log<events::Burn>(address(200), {kAlice, kAlice, U256(11), U256(0), ray()});
    market.raw(address(200), {events::Supply::kTopic0}, Bytes(1));
    REQUIRE(market.seal().empty());
    CHECK(market.protocols.quarantine().total() == 0);
}

TEST_CASE("the first logs are kept, the rest is counted, and no log is kept at any length") {
    TestMarket market;
    market.list_reserve(0);
    REQUIRE(market.seal().empty());
    const std::size_t long_data = protocol::kMostQuarantinedBytes + 1;
    for (int block = 0; block < 3; ++block) {
        for (std::uint64_t i = 0; i < 400; ++i) {
            market.raw(kPool, {events::Supply::kTopic0}, Bytes(long_data));
        }
        market.seal();
    }
    const std::vector<protocol::QuarantinedLog> kept = market.protocols.quarantine().logs(0);
    CHECK(market.protocols.quarantine().total() == 1200);
    REQUIRE(kept.size() == protocol::kMostQuarantinedLogs);
    CHECK(kept.front().block.number == 2);
    CHECK(kept.front().log_index == 0);
    CHECK(kept.back().block.number == 4);
    CHECK(kept.back().log_index == 199);
    CHECK(kept.back().data.size() == protocol::kMostQuarantinedBytes);
    CHECK(kept.back().data_bytes == long_data);
    REQUIRE(market.ledger.undo(market.changes));
    CHECK(market.protocols.quarantine().total() == 800);
    CHECK(market.protocols.quarantine().logs(0).back().block.number == 3);
}

}  // namespace faultline::aave
