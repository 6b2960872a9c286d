// SPDX-License-Identifier: Apache-2.0
// Whose roles a market goes by, and what is told of them.
#include "core/protocols/aave/reads.hpp"
#include "core/protocols/aave/told_events.hpp"
#include "unit/core/protocols/aave/market_fixture.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/ledger/ledger.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace faultline::aave {
namespace {

const Address kManager = address(160);
const Address kOtherManager = address(161);
const Address kAdmin = address(162);

eth::Read manager_read() {
    return {.to = kProvider, .data = acl_manager_call(), .from = {}};
}

Bytes word_of(const Address& address) {
    Bytes out(12);
    out.insert(out.end(), address.bytes.begin(), address.bytes.end());
    return out;
}

bool asks(const TestMarket& market, std::uint64_t at) {
    eth::Block block = market.pending();
    block.header.ref.number = at;
    return std::ranges::count(market.markets.plan_reads(block), manager_read()) > 0;
}

void list(TestMarket& market) {
    market.list_reserve(0).revision(10).prices(1, kUsd);
    REQUIRE(market.seal().empty());
}

void grants(TestMarket& market, const Address& emitter, const Hash32& role) {
    market.log<events::RoleGranted>(emitter, {role, kAlice, kAdmin});
}

}  // namespace

TEST_CASE("roles of the ACLManager that the provider logs are told by name", "[activity]") {
    TestMarket market;
    list(market);
    grants(market, kManager, eth::keccak256_literal("POOL_ADMIN"));
    market.seal();
    CHECK(market.activities.empty());
    market.log<events::ACLManagerUpdated>(kProvider, {Address{}, kManager});
    market.seal();
    const std::vector<ledger::RowChange> learned = market.changes;
    CHECK(market.activities.size() == 1);  // Itself, as a change of admins.
    grants(market, kManager, eth::keccak256_literal("POOL_ADMIN"));
    grants(market, address(99), eth::keccak256_literal("POOL_ADMIN"));
    market.log<events::RoleRevoked>(kManager, {eth::keccak256_literal("RISK_ADMIN"), kBob, kAdmin});
    market.log<events::RoleAdminChanged>(
        kManager, {eth::keccak256_literal("BRIDGE"), Hash32{}, eth::keccak256_literal("MINE")}
    );
    market.seal();
    REQUIRE(market.activities.size() == 3);
    for (const Incident& told : market.activities) {
        CHECK(told.activity->event == "governance");
        CHECK(told.activity->detail == "role");
    }
    CHECK_THAT(
        market.activities[0].text,
        Catch::Contains("RoleGranted(role 0x") && Catch::Contains("account " + kAlice.hex()) &&
            Catch::Contains("): POOL_ADMIN")
    );
    CHECK_THAT(market.activities[1].text, Catch::Contains("): RISK_ADMIN"));
    CHECK_THAT(
        market.activities[2].text,
        Catch::Contains("): BRIDGE, DEFAULT_ADMIN, " + eth::keccak256_literal("MINE").hex())
    );
    REQUIRE(market.ledger.undo(market.changes));
    REQUIRE(market.ledger.undo(learned));
    grants(market, kManager, Hash32{});
    market.seal();
    CHECK(market.activities.empty());
}

TEST_CASE("an ACLManager that was set before is asked for, until it is known", "[activity]") {
    TestMarket market;
    list(market);
    CHECK_FALSE(asks(market, 14));
    CHECK(asks(market, 15));
    while (market.last.ref().number < 14) {
        market.seal();
    }
    market.unanswered(manager_read());
    market.seal();
    CHECK(asks(market, 31));
    while (market.last.ref().number < 30) {
        market.seal();
    }
    // What it logs in the block that tells it is told, too.
    market.read(manager_read(), word_of(kManager));
    grants(market, kManager, Hash32{});
    market.seal();
    REQUIRE(market.activities.size() == 1);
    CHECK_THAT(market.activities[0].text, Catch::Contains("): DEFAULT_ADMIN"));
    CHECK_FALSE(asks(market, 47));
    CHECK(asks(market, 4095));
    market.log<events::AddressSet>(
        kProvider,
        {Hash32::from_bytes(Bytes{'A', 'C', 'L', '_', 'M', 'A', 'N', 'A', 'G', 'E', 'R',
                                  0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,
                                  0,   0,   0,   0,   0,   0,   0,   0,   0,   0}),
         kManager,
         kOtherManager}
    );
    market.seal();
    grants(market, kManager, Hash32{});
    grants(market, kOtherManager, Hash32{});
    market.seal();
    REQUIRE(market.activities.size() == 1);
    CHECK_THAT(market.activities[0].text, Catch::Contains("of " + kOtherManager.hex()));
}

TEST_CASE("a provider without roles is asked seldom, one of V2 never", "[activity]") {
    TestMarket market;
    list(market);
    while (market.last.ref().number < 14) {
        market.seal();
    }
    market.read(manager_read(), {}, true);
    market.seal();
    CHECK_FALSE(asks(market, 31));
    CHECK(asks(market, 4095));
    TestMarket old(TestMarket::config(Generation::kV2));
    old.log<events::Upgraded>(kPool, {address(200)});
    old.seal();
    CHECK_FALSE(asks(old, 15));
}

TEST_CASE("a log of the ACLManager that does not decode is an anomaly", "[activity]") {
    TestMarket market;
    list(market);
    market.log<events::ACLManagerUpdated>(kProvider, {Address{}, kManager});
    market.seal();
    market.raw(kManager, {events::RoleGranted::kTopic0}, {});
    require_one_incident(market.seal(), "RoleGranted", false);
}

}  // namespace faultline::aave
