// SPDX-License-Identifier: Apache-2.0
// What one endpoint of a pool says, to be held against others.
#include "shell/rpc/budget.hpp"
#include "unit/shell/rpc/pool_scenario.hpp"

using namespace faultline;
using namespace faultline::rpc;
using namespace faultline::rpc::test;

namespace {

const Hash32 kBlock = block_at(90).ref.hash;

std::vector<eth::Read> reads(std::size_t count = 1) {
    return std::vector<eth::Read>(count, eth::Read{.to = {}, .data = {1, 2, 3, 4}, .from = {}});
}

}  // namespace

TEST_CASE("each endpoint testifies for itself, verify-only ones and a quorum or not", "[pool]") {
    PoolScenario at({Role::kPrimary, Role::kFallback, Role::kVerifyOnly}, 2);
    for (std::size_t i = 0; i < 3; ++i) {
        at.at(i).read_result = Bytes(32, static_cast<std::uint8_t>(i + 1));
    }
    std::vector<std::string> asked;
    for (const char* name : {"a", "b", "c"}) {
        const auto said = at.get(at.pool->testimony(kBlock, reads(), asked));
        REQUIRE(said);
        CHECK(said->endpoint == name);
        REQUIRE(said->answers.size() == 1);
        CHECK(said->answers[0].result.at(0) == name[0] - 'a' + 1);
        asked.push_back(said->endpoint);
    }
    CHECK_FALSE(at.get(at.pool->testimony(kBlock, reads(), asked)));
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(at.at(i).calls["reads"] == 1);
        CHECK(at.state(i) == "ok");
    }
}

TEST_CASE("an endpoint that lacks the state has no testimony; another one is asked", "[pool]") {
    PoolScenario at(kTwo);
    at.at(0).read_result = Bytes();
    at.at(1).read_result = Bytes(32, 7);
    const auto said = at.get(at.pool->testimony(kBlock, reads(), {}));
    REQUIRE(said);
    CHECK(said->endpoint == "b");
    at.at(1).faults.emplace("reads", Error(Code::kMissing, "missing trie node"));
    const auto gone = at.get(at.pool->testimony(kBlock, reads(), {}));
    REQUIRE_FALSE(gone);
    CHECK(gone.error().code() == Code::kMissing);
}

TEST_CASE("testimony that fails shuts nobody out", "[pool]") {
    PoolScenario at(kTwo);
    at.at(0).faults.emplace("reads", Error(Code::kTransient, "boom"));
    at.at(1).faults.emplace("reads", Error(Code::kTransient, "boom"));
    for (int i = 0; i < 10; ++i) {
        CHECK_FALSE(at.get(at.pool->testimony(kBlock, reads(), {})));
    }
    CHECK(at.state(0) == "ok");
    CHECK(at.state(1) == "ok");
    // The follower's own calls are not held back by it either.
    at.at(0).faults.clear();
    CHECK(at.get(at.pool->head(HeadTag::kLatest)));
    CHECK(at.at(0).calls["head"] == 1);
}

TEST_CASE("testimony waits until the calls of an endpoint are unused", "[pool]") {
    const Instant now = runtime::VirtualClock(1).now();
    Budget budget(10, now);
    CHECK(budget.wait_for_leisure(now) == Duration::zero());
    budget.spend(now, 3);
    CHECK(budget.wait(now) == Duration::zero());
    const Duration wait = budget.wait_for_leisure(now);
    CHECK(wait > 299ms);
    CHECK(wait < 310ms);
    CHECK(budget.wait_for_leisure(now + wait) == Duration::zero());
}
