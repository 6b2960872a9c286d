// SPDX-License-Identifier: Apache-2.0
#include "unit/shell/rpc/pool_scenario.hpp"

#include <limits>

using namespace faultline;
using namespace faultline::rpc;
using namespace faultline::rpc::test;

TEST_CASE("an endpoint behind the best known head is not used for the head", "[pool]") {
    PoolScenario at(kTwo);
    at.at(0).head_number = 80;
    at.pass(1s);
    const auto head = at.get(at.pool->head(HeadTag::kLatest));
    REQUIRE(head);
    CHECK(head->ref.number == 100);
    CHECK(at.log.count("endpoint_lags") <= 1);
    at.pass(20s);
    CHECK(at.log.count("endpoint_lags") == 1);
    CHECK(at.pool->status().at(0).lag_blocks == 20);
    CHECK(
        at.metrics
            .gauge("faultline_rpc_provider_lag_blocks", "", {{"chain", "test"}, {"provider", "a"}})
            .value() == 20
    );
    at.at(0).head_number = 100;
    at.pass(20s);
    CHECK(at.log.count("endpoint_caught_up") == 1);
}

TEST_CASE("an endpoint that is behind is not asked for blocks above its head", "[pool]") {
    PoolScenario at(kTwo);
    at.at(0).head_number = 80;
    at.pass(20s);
    const int before = at.at(0).all_calls();
    CHECK(at.get(at.pool->header_by_number(90)));
    CHECK(at.get(at.pool->headers(70, 95, Proof::kAsConfigured)));
    CHECK(at.at(0).all_calls() == before);
}

TEST_CASE("on failover the head does not move back", "[pool]") {
    PoolScenario at(kTwo);
    at.at(1).head_number = 95;
    at.at(1).branch = 7;
    CHECK(at.get(at.pool->head(HeadTag::kLatest))->ref == block_at(100).ref);
    at.at(0).fault = Error(Code::kTransient, "down");
    CHECK(at.get(at.pool->head(HeadTag::kLatest))->ref == block_at(100).ref);
    CHECK_FALSE(at.get(at.pool->header_by_number(95)));
    at.at(1).head_number = 101;
    at.pass(20s);
    const auto passed = at.get(at.pool->head(HeadTag::kLatest));
    REQUIRE(passed);
    CHECK(passed->ref.text() == block_at(101, 7).ref.text());
    CHECK(at.get(at.pool->header_by_number(95))->ref == block_at(95, 7).ref);
}

TEST_CASE("an endpoint may take back the head it told itself", "[pool]") {
    PoolScenario at(kTwo);
    CHECK(at.get(at.pool->head(HeadTag::kLatest))->ref.number == 100);
    at.at(0).head_number = 97;
    at.at(1).head_number = 97;
    CHECK(at.get(at.pool->head(HeadTag::kLatest))->ref.number == 97);
}

TEST_CASE("a block is asked of an endpoint that has shown it", "[pool]") {
    PoolScenario at(kTwo);
    at.at(0).head_number = 99;
    at.pass(1s);
    const auto head = at.get(at.pool->head(HeadTag::kLatest));
    REQUIRE(head);
    const eth::LogFilter filter;
    CHECK(at.get(at.pool->block(head->ref.hash, filter)));
    CHECK(at.at(0).calls["block"] == 0);
    CHECK(at.at(1).calls["block"] == 1);
}

TEST_CASE("a block that the others lack is asked of the one that showed it", "[pool]") {
    PoolScenario at(kTwo);
    at.at(1).faults.emplace("block", Error(Code::kMissing, "null"));
    at.pass(1s);
    const auto head = at.get(at.pool->head(HeadTag::kLatest));
    const eth::LogFilter filter;
    CHECK(at.get(at.pool->block(head->ref.hash, filter)));
    CHECK(at.at(0).calls["block"] == 1);
}

TEST_CASE("a head farther ahead than the chain can have moved is not believed", "[pool]") {
    PoolScenario at(kTwo);
    at.at(0).head_number = 100'000'000;  // Its time is that of the present.
    at.pass(1s);
    const eth::BlockNum lead = GENERATE(20U, 250U, 500U, 900'000'000U);
    at.at(1).head_number = 100'000'000 + lead;
    at.pass(20s);
    const bool plausible = lead == 20;
    CHECK(
        at.get(at.pool->head(HeadTag::kLatest))->ref.number == 100'000'000 + (plausible ? lead : 0)
    );
    CHECK((at.state(1) == "quarantined") == !plausible);
    CHECK(at.log.count("endpoint_quarantined") == (plausible ? 0 : 1));
}

TEST_CASE(
    "an endpoint that names the highest head first does not make the others liars", "[pool]"
) {
    PoolScenario at(kTwo);
    at.at(0).head_number = std::numeric_limits<eth::BlockNum>::max();  // Its time is the present's.
    at.pass(20s);
    CHECK(at.state(1) == "ok");
    CHECK(at.log.count("endpoint_quarantined") <= 1);
}

TEST_CASE("a slow endpoint gets a second one beside it, whose answer is used", "[pool]") {
    PoolScenario at(kTwo);
    at.pass(1s);
    for (int i = 0; i < 20; ++i) {
        CHECK(at.get(at.pool->header_by_number(90)));
    }
    at.at(0).takes = 10s;
    const Instant began = at.clock.now();
    CHECK(at.get(at.pool->header_by_number(90)));
    CHECK(at.clock.now() - began < 200ms);
    CHECK(at.at(0).cancelled == 1);
    CHECK(at.counted("faultline_rpc_hedges_total", {{"provider", "b"}, {"result", "used"}}) == 1);
    // Three times outrun is as good as silent.
    CHECK(at.get(at.pool->header_by_number(90)));
    CHECK(at.get(at.pool->header_by_number(90)));
    CHECK(at.state(0) == "shut_out");
    CHECK(at.get(at.pool->header_by_number(90)));
    CHECK(at.at(0).calls["header_by_number"] == 23);
}

TEST_CASE("second requests are a small share of all", "[pool]") {
    PoolScenario at(kTwo);
    at.pass(1s);
    for (int i = 0; i < 200; ++i) {
        // Slow now and then, never three times in a row.
        at.at(0).takes = i > 20 && i % 2 == 0 ? 500ms : 10ms;
        CHECK(at.get(at.pool->header_by_number(90)));
    }
    CHECK(at.at(1).calls["header_by_number"] <= 8 + 10);
}
