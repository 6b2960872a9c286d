// SPDX-License-Identifier: Apache-2.0
#include "unit/shell/rpc/pool_scenario.hpp"

using namespace faultline;
using namespace faultline::rpc;
using namespace faultline::rpc::test;

namespace {

Error transient(const std::string& what) {
    return {Code::kTransient, what};
}

}  // namespace

TEST_CASE("an endpoint that fails passes the question on, and is named once per text", "[pool]") {
    PoolScenario at(kTwo);
    at.at(0).faults.emplace(
        "header_by_number", transient("endpoint a: error -32000 \"internal gremlins 17\"")
    );
    for (int i = 0; i < 2; ++i) {
        const auto header = at.get(at.pool->header_by_number(90));
        REQUIRE(header);
        CHECK(header->ref == block_at(90).ref);
    }
    CHECK(at.at(0).calls["header_by_number"] == 2);
    CHECK(at.log.count("endpoint_failed") == 1);
    CHECK(at.log.count("internal gremlins") == 1);
    CHECK(
        at.counted(
            "faultline_rpc_endpoint_failures_total", {{"provider", "a"}, {"code", "transient"}}
        ) == 2
    );
}

TEST_CASE("a malformed answer passes the question on", "[pool]") {
    PoolScenario at(kTwo);
    at.at(0).faults.emplace("header_by_number", Error(Code::kMalformed, "half a JSON text"));
    CHECK(at.get(at.pool->header_by_number(90)));
}

TEST_CASE("what one endpoint lacks is asked elsewhere before it is missing", "[pool]") {
    PoolScenario at(kTwo);
    at.at(0).head_number = 100;
    at.at(1).head_number = 100;
    at.at(0).faults.emplace("header_by_number", Error(Code::kMissing, "null"));
    CHECK(at.get(at.pool->header_by_number(100)));
    at.at(1).faults.emplace("header_by_number", Error(Code::kMissing, "null"));
    const auto nowhere = at.get(at.pool->header_by_number(100));
    REQUIRE_FALSE(nowhere);
    CHECK(nowhere.error().code() == Code::kMissing);
    CHECK(at.at(0).calls["header_by_number"] == 2);
}

TEST_CASE("what one endpoint refuses is no verdict on the others", "[pool]") {
    PoolScenario at(kTwo);
    at.at(0).faults.emplace("headers", Error(Code::kRejected, "block range is too wide"));
    REQUIRE(at.get(at.pool->headers(1, 50, Proof::kAsConfigured)));
    REQUIRE(at.get(at.pool->headers(51, 100, Proof::kAsConfigured)));
    CHECK(at.at(0).calls["headers"] == 1);
    CHECK(at.at(1).calls["headers"] == 2);
    at.at(1).faults.emplace("headers", Error(Code::kRejected, "block range is too wide"));
    const auto refused = at.get(at.pool->headers(1, 50, Proof::kAsConfigured));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == Code::kRejected);
}

TEST_CASE("a refused narrow range does not shut out a narrower one", "[pool]") {
    PoolScenario at({Role::kPrimary, Role::kFallback});
    at.at(0).faults.emplace("headers", Error(Code::kRejected, "block range is too wide"));
    REQUIRE(at.get(at.pool->headers(1, 50, Proof::kAsConfigured)));
    at.at(0).faults.clear();
    REQUIRE(at.get(at.pool->headers(1, 10, Proof::kAsConfigured)));
    CHECK(at.at(0).calls["headers"] == 2);
}

TEST_CASE("a reverted read is an answer and nobody else is asked", "[pool]") {
    PoolScenario at(kTwo);
    const auto answers = at.get(at.pool->reads(block_at(100).ref.hash, {eth::Read{}}));
    REQUIRE(answers);
    CHECK(answers->front().reverted());
    CHECK(at.at(1).all_calls() == 0);
    CHECK(at.state(0) == "ok");
}

TEST_CASE("a read that is answered with nothing is asked of the others", "[pool]") {
    PoolScenario at(kTwo);
    at.at(0).read_result = Bytes();
    at.at(1).read_result = GENERATE(Bytes{1}, Bytes());
    Witnesses witnesses;
    const auto view = at.pool->witnessed(witnesses);
    const auto answers = at.get(view->reads(block_at(100).ref.hash, {eth::Read{}}));
    REQUIRE(answers);
    CHECK_FALSE(answers->front().reverted());
    CHECK(answers->front().result == *at.at(1).read_result);
    CHECK(witnesses.names() == std::vector<std::string>{"b"});
    CHECK(at.state(0) == "ok");
}

TEST_CASE("a call that one endpoint does not carry through is asked of the others", "[pool]") {
    PoolScenario at(kTwo);
    at.at(0).refused_call = Bytes{1};
    at.at(0).read_result = Bytes{7};
    at.at(1).read_result = Bytes{7};
    Witnesses witnesses;
    const auto view = at.pool->witnessed(witnesses);
    const std::vector<eth::Read> reads{{.to = {}, .data = {1}}, {.to = {}, .data = {2}}};
    const auto ask = [&] {
        return at.get(view->reads(block_at(100).ref.hash, reads));
    };
    SECTION("one of them does") {
        const auto answers = ask();
        REQUIRE(answers);
        CHECK(answers->front().result == Bytes{7});
        CHECK(witnesses.names() == std::vector<std::string>{"b"});
        CHECK(at.state(0) == "ok");
    }
    SECTION("none does: the others of the block's reads are not lost with it") {
        at.at(1).refused_call = Bytes{1};
        const auto answers = ask();
        REQUIRE(answers);
        CHECK(answers->at(0).unanswered());
        CHECK(answers->at(1).result == Bytes{7});
        CHECK(witnesses.names().size() == 1);
    }
    SECTION("the other one may in a moment") {
        at.at(1).fault = transient("down");
        const auto answers = ask();
        REQUIRE_FALSE(answers);
        CHECK(answers.error().code() == Code::kTransient);
    }
    SECTION("the other one wants a pause") {
        at.at(1).fault = Error(Code::kRateLimited, "slower");
        CHECK_FALSE(ask());
    }
}

TEST_CASE("fallbacks are asked when no primary can serve, and only then", "[pool]") {
    PoolScenario at({Role::kFallback, Role::kPrimary});
    CHECK(at.get(at.pool->header_by_number(90)));
    CHECK(at.at(0).all_calls() == 0);
    at.at(1).fault = transient("down");
    CHECK(at.get(at.pool->header_by_number(90)));
    CHECK(at.at(0).calls["header_by_number"] == 1);
}

TEST_CASE("a verify-only endpoint is asked nothing without a quorum", "[pool]") {
    PoolScenario at({Role::kVerifyOnly, Role::kPrimary});
    at.at(1).fault = transient("down");
    CHECK_FALSE(at.get(at.pool->header_by_number(90)));
    CHECK(at.at(0).all_calls() == 0);
}

TEST_CASE("an endpoint of another chain is excluded by name, before its first answer", "[pool]") {
    PoolScenario at(kTwo);
    at.at(0).id = 5;
    const auto id = at.get(at.pool->chain_id());
    REQUIRE(id);
    CHECK(*id == 1);
    CHECK(at.get(at.pool->header_by_number(90)));
    CHECK(at.at(0).calls["header_by_number"] == 0);
    CHECK(at.state(0) == "wrong_chain");
    CHECK(
        at.log.count(
            "endpoint_wrong_chain: endpoint a serves chain 5, but test is configured as chain 1"
        ) == 1
    );
}

TEST_CASE("only when all endpoints are of other chains the pool says so", "[pool]") {
    PoolScenario at(kTwo);
    at.at(0).id = 5;
    at.at(1).identity_fault = transient("down");
    CHECK_FALSE(at.get(at.pool->chain_id()));
    at.at(1).identity_fault.reset();
    at.at(1).id = 6;
    const auto id = at.get(at.pool->chain_id());
    REQUIRE(id);
    CHECK(*id == 5);
}

TEST_CASE("three failures in a row shut an endpoint out until it answers again", "[pool]") {
    PoolScenario at(kTwo);
    at.at(0).fault = transient("connection refused");
    for (int i = 0; i < 10; ++i) {
        CHECK(at.get(at.pool->header_by_number(90)));
    }
    CHECK(at.at(0).calls["header_by_number"] == 3);
    CHECK(at.log.count("endpoint_shut_out") == 1);
    CHECK(at.shown("faultline_rpc_breaker_state", {{"provider", "a"}}) == 2);
    at.at(0).fault.reset();
    at.pass(60s);
    CHECK(at.log.count("endpoint_back") == 1);
    CHECK(at.shown("faultline_rpc_breaker_state", {{"provider", "a"}}) == 0);
    CHECK(at.state(0) == "ok");
    at.at(1).fault = transient("down");
    CHECK(at.get(at.pool->header_by_number(90)));
    CHECK(at.at(0).calls["header_by_number"] == 4);
}

TEST_CASE("an endpoint that fails at one kind of question is asked others first", "[pool]") {
    PoolScenario at(kTwo);
    at.at(0).faults.emplace("block", Error(Code::kTransient, "took longer than 15 s"));
    const eth::LogFilter all;
    const auto round = [&] {
        // Heads are answered: the breaker never opens.
        CHECK(at.get(at.pool->head(HeadTag::kLatest)));
        CHECK(at.get(at.pool->block(block_at(100).ref.hash, all)));
    };
    for (int i = 0; i < 20; ++i) {
        round();
    }
    CHECK(at.at(0).calls["block"] == 3);
    CHECK(at.state(0) == "ok");
    // It is asked where the other one fails, and again after a while.
    at.at(1).faults.emplace("block", Error(Code::kTransient, "down"));
    CHECK_FALSE(at.get(at.pool->block(block_at(100).ref.hash, all)));
    CHECK(at.at(0).calls["block"] == 4);
    at.at(1).faults.clear();
    at.at(0).faults.clear();
    at.pass(130s);
    round();
    CHECK(at.at(0).calls["block"] == 5);
}

TEST_CASE("an endpoint that asks for a pause gets it, and the others serve", "[pool]") {
    PoolScenario at(kTwo);
    at.at(0).fault = Error(Code::kRateLimited, "429").after_ms(30'000);
    for (int i = 0; i < 10; ++i) {
        CHECK(at.get(at.pool->header_by_number(90)));
    }
    CHECK(at.at(0).calls["header_by_number"] == 1);
    CHECK(at.state(0) == "paused");
    at.at(1).fault = Error(Code::kRateLimited, "429").after_ms(60'000);
    CHECK_FALSE(at.get(at.pool->header_by_number(90)));
    const auto nobody = at.get(at.pool->header_by_number(90));
    REQUIRE_FALSE(nobody);
    CHECK(nobody.error().code() == Code::kRateLimited);
    CHECK(nobody.error().retry_after_ms() > 20'000);
    CHECK(nobody.error().retry_after_ms() <= 30'000);
    CHECK(at.at(0).calls["header_by_number"] == 1);
    CHECK(at.at(1).calls["header_by_number"] == 11);
}

TEST_CASE("a pool of one endpoint is that endpoint: nothing keeps it from being asked", "[pool]") {
    PoolScenario at({Role::kPrimary});
    at.at(0).fault = transient("down");
    for (int i = 0; i < 10; ++i) {
        CHECK_FALSE(at.get(at.pool->header_by_number(90)));
    }
    CHECK(at.at(0).calls["header_by_number"] == 10);
    CHECK(at.log.lines.empty());
    CHECK(at.pool->name() == "a");
}

TEST_CASE("witnesses are those that served", "[pool]") {
    PoolScenario at(kTwo);
    at.at(0).faults.emplace("logs", transient("down"));
    Witnesses witnesses;
    const auto node = at.pool->witnessed(witnesses);
    REQUIRE(at.get(node->headers(90, 100, Proof::kAsConfigured)));
    CHECK(witnesses.names() == std::vector<std::string>{"a"});
    const eth::LogFilter filter;
    REQUIRE(at.get(node->logs(90, block_at(100).ref, filter)));
    CHECK(witnesses.names() == std::vector<std::string>{"a", "b"});
}
