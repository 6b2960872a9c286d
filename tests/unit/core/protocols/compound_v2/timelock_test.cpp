// SPDX-License-Identifier: Apache-2.0
// What waits in the timelock of a Comptroller.
#include "core/protocols/compound_v2/told_events.hpp"
#include "unit/core/protocols/compound_v2/market_fixture.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/timelock.hpp>

#include <catch2/catch.hpp>

#include <string>

namespace faultline::compound_v2 {
namespace {

const Address kTimelock = address(170);
const Address kNext = address(171);

eth::Read admin_read() {
    return {.to = kComptroller, .data = eth::encode_call<"admin()">(), .from = {}};
}

template <class Event>
void call(TestMarket& market, const Address& emitter) {
    market.log<Event>(
        emitter,
        {Hash32{},
         kComptroller,
         U256(),
         "_setCloseFactor(uint256)",
         BytesView{},
         U256(1'700'000'000)}
    );
}

void seal_until(TestMarket& market, eth::BlockNum number) {
    while (market.at.number < number) {
        market.seal_quietly();
    }
}

}  // namespace

TEST_CASE("what the Comptroller's admin queues, cancels and executes is told", "[activity]") {
    using namespace protocol::timelock;
    TestMarket market;
    market.answers(admin_read(), word_bytes(kTimelock)).begins();
    call<QueueTransaction>(market, kTimelock);
    market.seal_quietly();
    CHECK(market.activities.empty());
    seal_until(market, 14);
    call<QueueTransaction>(market, kTimelock);
    call<QueueTransaction>(market, address(99));
    call<CancelTransaction>(market, kTimelock);
    call<ExecuteTransaction>(market, kTimelock);
    market.log<NewDelay>(kTimelock, {U256(172'800)});
    market.seal_quietly();
    CHECK(market.was_asked(admin_read()));
    REQUIRE(market.activities.size() == 4);
    CHECK(market.activities[0].activity->event == "governance");
    CHECK(market.activities[0].activity->detail == "queued");
    CHECK(market.activities[1].activity->detail == "cancelled");
    CHECK(market.activities[2].activity->detail == "executed");
    CHECK(market.activities[3].activity->detail == "parameter");
    CHECK_THAT(
        market.activities[0].text,
        Catch::Contains("QueueTransaction(txHash 0x") &&
            Catch::Contains("target " + kComptroller.hex()) &&
            Catch::Contains("signature \"_setCloseFactor(uint256)\"") &&
            Catch::Contains("eta 1700000000")
    );
    market.seal_quietly();
    CHECK_FALSE(market.was_asked(admin_read()));
}

TEST_CASE("an admin may be a TimelockController", "[activity]") {
    using namespace protocol::timelock;
    TestMarket market;
    market.answers(admin_read(), word_bytes(kTimelock)).begins();
    seal_until(market, 15);
    for (const Address& emitter : {kTimelock, address(99)}) {
        market
            .log<CallScheduled>(
                emitter,
                {Hash32{}, U256(), kComptroller, U256(), BytesView{}, Hash32{}, U256(86'400)}
            )
            .log<Cancelled>(emitter, {Hash32{}});
    }
    market.seal_quietly();
    REQUIRE(market.activities.size() == 2);
    CHECK(market.activities[0].activity->detail == "queued");
    CHECK_THAT(market.activities[0].text, Catch::Contains("delay 86400"));
    CHECK(market.activities[1].activity->detail == "cancelled");
}

TEST_CASE("another admin is followed from its log on", "[activity]") {
    using namespace protocol::timelock;
    TestMarket market;
    market.begins().log<events::NewAdmin>(kComptroller, {address(1), kTimelock}).seal_quietly();
    // The old one executes what makes the next one admin.
    market.log<events::NewAdmin>(kComptroller, {kTimelock, kNext});
    market.log<events::NewAdmin>(kCDai, {kTimelock, address(99)});
    call<ExecuteTransaction>(market, kTimelock);
    market.seal_quietly();
    REQUIRE(market.activities.size() == 3);
    CHECK(market.activities[2].activity->detail == "executed");
    call<QueueTransaction>(market, kTimelock);
    call<QueueTransaction>(market, kNext);
    market.seal_quietly();
    REQUIRE(market.activities.size() == 1);
    CHECK_THAT(market.activities[0].text, Catch::Contains("of " + kNext.hex()));
}

}  // namespace faultline::compound_v2
