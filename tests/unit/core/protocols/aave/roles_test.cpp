// SPDX-License-Identifier: Apache-2.0
// Whose roles a market goes by, and what is told of them.
#include "core/protocols/aave/reads.hpp"
#include "core/protocols/aave/told_events.hpp"
#include "core/protocols/aave/transition.hpp"
#include "core/protocols/aave/v2_events.hpp"
#include "unit/core/protocols/aave/market_fixture.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/eth/self_description.hpp>
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

const Address kExecutor = address(163);
const Address kPayloads = address(164);
const Address kOtherExecutor = address(165);
const Address kOtherPayloads = address(166);

eth::Read admin_read(Generation generation = Generation::kV3) {
    return {.to = kProvider, .data = admin_call(generation), .from = {}};
}

eth::Read owner_read(const Address& executor) {
    return {.to = executor, .data = owner_call(), .from = {}};
}

eth::Read manager_read() {
    return {.to = kProvider, .data = acl_manager_call(), .from = {}};
}

Bytes word_of(const Address& address) {
    Bytes out(12);
    out.insert(out.end(), address.bytes.begin(), address.bytes.end());
    return out;
}

bool asks(const TestMarket& market, std::uint64_t at, const eth::Read& read = manager_read()) {
    eth::Block block = market.pending();
    block.header.ref.number = at;
    return std::ranges::count(market.markets.plan_reads(block), read) > 0;
}

void seal_until(TestMarket& market, std::uint64_t number) {
    while (market.last.ref().number < number) {
        market.seal();
    }
}

/// Asks at block 15 who gives the admin's executor its orders, and is told kPayloads.
void learn_controller(TestMarket& market, Generation generation = Generation::kV3) {
    seal_until(market, 14);
    market.read(admin_read(generation), word_of(kExecutor));
    market.read(owner_read(kExecutor), word_of(kPayloads));
    market.seal();
}

/// Texts of what the newest block tells, "queued: …".
std::vector<std::string> told(const TestMarket& market) {
    std::vector<std::string> out;
    for (const Incident& one : market.activities) {
        out.push_back(std::string(one.activity->detail) + ": " + one.text);
    }
    return out;
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

TEST_CASE("payloads that the admin's executor will carry out are told", "[activity]") {
    // As ethers computes them from the declarations of IPayloadsControllerCore.sol.
    CHECK(
        events::PayloadQueued::kTopic0.hex() ==
        "0x1c4585f98a2bf1a1dca30917ba110f1b978343c7cce2c703495e5e47d5164456"
    );
    CHECK(
        events::PayloadExecuted::kTopic0.hex() ==
        "0xda6084bb0aa902a7f6da10ba185d4aa129414651c90772417eff02a52112af2a"
    );
    CHECK(
        events::PayloadCancelled::kTopic0.hex() ==
        "0x1f5679387cd5a407876abac64429108734317fc18c0de46eae3cbc0a69a44d59"
    );
    CHECK(
        events::ExecutorSet::kTopic0.hex() ==
        "0xa7c32b123d845f42a44986cab71b2d81819f15f4478f47d9830a762251372c90"
    );
    TestMarket market;
    list(market);
    CHECK_FALSE(asks(market, 14, admin_read()));
    CHECK(asks(market, 15, admin_read()));
    seal_until(market, 14);
    market.log<events::PayloadQueued>(kPayloads, {313});
    market.read(admin_read(), word_of(kExecutor));
    CHECK(asks(market, 15, owner_read(kExecutor)));
    market.read(owner_read(kExecutor), word_of(kPayloads));
    market.seal();
    // What it logs in the block that tells who it is is told, too.
    REQUIRE(told(market).size() == 1);
    CHECK_THAT(
        told(market)[0],
        Catch::StartsWith("queued: ") && Catch::Contains("PayloadQueued(payloadId 313)") &&
            Catch::Contains("of " + kPayloads.hex())
    );
    market.log<events::PayloadExecuted>(kPayloads, {313});
    market.log<events::PayloadCancelled>(kPayloads, {314});
    market.log<events::ExecutorSet>(kPayloads, {1, kOtherExecutor, 86'400});
    market.log<events::PayloadExecuted>(address(99), {9});
    market.seal();
    REQUIRE(told(market).size() == 3);
    CHECK_THAT(told(market)[0], Catch::StartsWith("executed: "));
    CHECK_THAT(told(market)[1], Catch::StartsWith("cancelled: ") && Catch::Contains("314"));
    CHECK_THAT(
        told(market)[2],
        Catch::StartsWith("admin: ") && Catch::Contains(kOtherExecutor.hex()) &&
            Catch::Contains("delay 86400")
    );
    REQUIRE(market.ledger.undo(market.changes));
}

TEST_CASE("another admin has another executor, at once", "[activity]") {
    TestMarket market;
    list(market);
    learn_controller(market);
    CHECK_FALSE(asks(market, 17, admin_read()));
    market.log<events::ACLAdminUpdated>(kProvider, {kExecutor, kOtherExecutor});
    CHECK(asks(market, 17, admin_read()));
    market.read(admin_read(), word_of(kOtherExecutor));
    market.read(owner_read(kOtherExecutor), word_of(kOtherPayloads));
    market.seal();
    market.log<events::PayloadQueued>(kPayloads, {1});
    market.log<events::PayloadQueued>(kOtherPayloads, {2});
    market.seal();
    REQUIRE(told(market).size() == 1);
    CHECK_THAT(told(market)[0], Catch::Contains("payloadId 2"));
}

TEST_CASE(
    "where the admin becomes a wallet, the executor before it is told no more", "[activity]"
) {
    TestMarket market;
    list(market);
    learn_controller(market);
    market.log<events::ACLAdminUpdated>(kProvider, {kExecutor, kAdmin});
    market.read(admin_read(), word_of(kAdmin));
    market.read(owner_read(kAdmin), {});
    market.seal();
    market.log<events::PayloadQueued>(kPayloads, {1});
    market.seal();
    CHECK(told(market).empty());
    CHECK_FALSE(asks(market, 31, admin_read()));
}

TEST_CASE("an admin that changed in history or without an answer is asked for soon", "[activity]") {
    const bool live = GENERATE(false, true);
    TestMarket market;
    list(market);
    learn_controller(market);
    market.log<events::ACLAdminUpdated>(kProvider, {kExecutor, kOtherExecutor});
    if (!live) {
        market.in_history();
    }
    market.seal();
    market.log<events::PayloadQueued>(kPayloads, {1});
    market.seal();
    CHECK(told(market).empty());
    CHECK(asks(market, 31, admin_read()));
}

TEST_CASE("an admin that is no executor is asked seldom", "[activity]") {
    TestMarket market;
    list(market);
    seal_until(market, 14);
    market.read(admin_read(), word_of(kAdmin));
    market.read(owner_read(kAdmin), {}, true);
    market.seal();
    CHECK_FALSE(asks(market, 31, admin_read()));
    CHECK(asks(market, 4095, admin_read()));
}

TEST_CASE("the admin of V2's pool has an executor as well", "[activity]") {
    TestMarket market(TestMarket::config(Generation::kV2));
    market.log<events::Upgraded>(kPool, {address(200)});
    market.seal();
    CHECK_FALSE(asks(market, 15, admin_read(Generation::kV3)));
    CHECK(asks(market, 15, admin_read(Generation::kV2)));
    CHECK(to_hex(admin_call(Generation::kV2)) == "0xaecda378");
    learn_controller(market, Generation::kV2);
    CHECK_FALSE(asks(market, 17, admin_read(Generation::kV2)));
    market.log<events::v2::AddressSet>(kProvider, {identifier("POOL_ADMIN"), kAdmin, false});
    CHECK(asks(market, 17, admin_read(Generation::kV2)));
}

TEST_CASE("a recording need not say who governs a market", "[activity]") {
    for (const Generation generation : {Generation::kV2, Generation::kV3}) {
        CHECK(eth::asks_what_it_is(admin_call(generation)));
    }
    CHECK(eth::asks_what_it_is(owner_call()));
    CHECK(eth::asks_what_it_is(acl_manager_call()));
}

}  // namespace faultline::aave
