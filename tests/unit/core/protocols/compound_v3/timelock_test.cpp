// SPDX-License-Identifier: Apache-2.0
// What waits in the timelock of a Comet's governor.
#include "core/protocols/compound_v3/events.hpp"
#include "unit/core/protocols/compound_v3/comet_chain.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/event_layout.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/protocol/access_control.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/timelock.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace faultline::compound_v3::tests {
namespace {

const Address kTimelock = address(370);
const Address kNext = address(371);

template <class Event>
ModelLog call(const CometModel& comet, const Address& emitter) {
    const eth::EncodedLog log =
        *Event::encode({Hash32{}, comet.comet, U256(), "pause()", BytesView{}, U256(1'700'000'000)}
        );
    return {.address = emitter, .log = log};
}

}  // namespace

TEST_CASE("what a Comet's governor queues and executes is told", "[activity]") {
    using namespace protocol::timelock;
    const auto chain = a_market();
    chain->comet().governor = kTimelock;
    chain->block([](CometModel& comet) { comet.upgrade(); });
    chain->foreign.push_back(call<QueueTransaction>(chain->comet(), kTimelock));
    chain->foreign.push_back(call<QueueTransaction>(chain->comet(), address(399)));
    chain->foreign.push_back(call<CancelTransaction>(chain->comet(), kTimelock));
    chain->block([](CometModel&) {});
    REQUIRE(chain->activities.size() == 2);
    CHECK(chain->activities[0].activity->event == "governance");
    CHECK(chain->activities[0].activity->detail == "queued");
    CHECK(chain->activities[1].activity->detail == "cancelled");
    CHECK_THAT(
        chain->activities[0].text,
        Catch::Contains("signature \"pause()\"") && Catch::Contains("eta 1700000000")
    );

    SECTION("an upgrade may bring another one, and the old one executes it") {
        chain->comet().governor = kNext;
        chain->foreign.push_back(call<ExecuteTransaction>(chain->comet(), kTimelock));
        chain->block([](CometModel& comet) { comet.upgrade(); });
        REQUIRE(chain->activities.size() == 2);
        CHECK(chain->activities[1].activity->detail == "executed");
        chain->foreign.push_back(call<QueueTransaction>(chain->comet(), kTimelock));
        chain->foreign.push_back(call<QueueTransaction>(chain->comet(), kNext));
        chain->block([](CometModel&) {});
        REQUIRE(chain->activities.size() == 1);
        CHECK_THAT(chain->activities[0].text, Catch::Contains("of " + kNext.hex()));
    }
}

TEST_CASE("a governor may be a TimelockController, whose batches are told by call", "[activity]") {
    using namespace protocol::timelock;
    const auto chain = a_market();
    const Address comet = chain->comet().comet;
    chain->comet().governor = kTimelock;
    chain->block([](CometModel& model) { model.upgrade(); });
    const Hash32 id = Hash32::from_bytes(U256(77).to_be_bytes());
    const auto schedules = [&](const Address& emitter, std::uint64_t index) {
        chain->foreign.push_back(
            {.address = emitter,
             .log = *CallScheduled::encode(
                 {id, U256(index), comet, U256(), BytesView{}, Hash32{}, U256(172'800)}
             )}
        );
    };
    schedules(kTimelock, 0);
    schedules(kTimelock, 1);
    schedules(address(399), 0);
    chain->foreign.push_back(
        {.address = kTimelock,
         .log = *CallExecuted::encode({id, U256(0), comet, U256(), BytesView{}})}
    );
    chain->foreign.push_back({.address = kTimelock, .log = *Cancelled::encode({id})});
    chain->foreign.push_back(
        {.address = kTimelock, .log = *MinDelayChange::encode({U256(172'800), U256(1)})}
    );
    chain->block([](CometModel&) {});
    std::vector<std::string> details;
    for (const protocol::Incident& one : chain->activities) {
        CHECK(one.activity->event == "governance");
        details.push_back(one.activity->detail);
    }
    CHECK(
        details ==
        std::vector<std::string>{"queued", "queued", "executed", "cancelled", "parameter"}
    );
    CHECK_THAT(
        chain->activities.at(1).text,
        Catch::Contains("CallScheduled(id " + id.hex() + ", index 1, target " + comet.hex()) &&
            Catch::Contains("delay 172800")
    );
}

TEST_CASE("roles of a TimelockController are told by name", "[activity]") {
    using namespace protocol::access_control;
    const auto chain = a_market();
    chain->comet().governor = kTimelock;
    chain->block([](CometModel& model) { model.upgrade(); });
    const auto grants = [&](const Address& emitter, const Hash32& role) {
        chain->foreign.push_back(
            {.address = emitter, .log = *RoleGranted::encode({role, address(5), kTimelock})}
        );
    };
    grants(kTimelock, eth::keccak256_literal("PROPOSER_ROLE"));
    grants(address(399), eth::keccak256_literal("PROPOSER_ROLE"));
    grants(kTimelock, eth::keccak256_literal("OF_OUR_OWN"));
    chain->foreign.push_back(
        {.address = kTimelock,
         .log = *RoleAdminChanged::encode(
             {eth::keccak256_literal("CANCELLER_ROLE"),
              eth::keccak256_literal("TIMELOCK_ADMIN_ROLE"),
              Hash32{}}
         )}
    );
    chain->block([](CometModel&) {});
    REQUIRE(chain->activities.size() == 3);
    for (const protocol::Incident& one : chain->activities) {
        CHECK(one.activity->event == "governance");
        CHECK(one.activity->detail == "role");
    }
    CHECK_THAT(chain->activities[0].text, Catch::Contains("): PROPOSER_ROLE"));
    CHECK_THAT(
        chain->activities[1].text,
        Catch::Contains("): " + eth::keccak256_literal("OF_OUR_OWN").hex())
    );
    CHECK_THAT(
        chain->activities[2].text,
        Catch::Contains("): CANCELLER_ROLE, TIMELOCK_ADMIN_ROLE, DEFAULT_ADMIN_ROLE")
    );
}

}  // namespace faultline::compound_v3::tests
