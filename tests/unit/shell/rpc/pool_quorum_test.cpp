// SPDX-License-Identifier: Apache-2.0
#include "unit/shell/rpc/pool_scenario.hpp"

using namespace faultline;
using namespace faultline::rpc;
using namespace faultline::rpc::test;

namespace {

const eth::LogFilter kAll;

struct Voting : PoolScenario {
    using PoolScenario::PoolScenario;

    Witnesses witnesses;

    Result<PinnedBlock> block() {
        witnesses = {};
        const auto node = pool->witnessed(witnesses);
        return get(node->block(block_at(100).ref.hash, kAll));
    }
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a block is taken when enough endpoints agree, and names them", "[pool][quorum]") {
    Voting at(kThree, 2);
    REQUIRE(at.block());
    CHECK(at.witnesses.names() == Names{"a", "b"});
    CHECK(at.at(2).all_calls() == 0);
    CHECK(at.counted("faultline_rpc_quorum_total", {{"result", "agreed"}}) == 1);
}

TEST_CASE("the odd one out is named and left out", "[pool][quorum]") {
    Voting at(kThree, 2);
    at.at(0).lies = true;
    const auto block = at.block();
    REQUIRE(block);
    CHECK(block->logs.empty());
    CHECK(at.witnesses.names() == Names{"b", "c"});
    CHECK(at.state(0) == "quarantined");
    CHECK(at.log.count("endpoint_quarantined") == 1);
    CHECK(at.log.count("endpoint=a reason=its answer about a block") == 1);
    CHECK(at.counted("faultline_rpc_quarantines_total", {{"provider", "a"}}) == 1);
    REQUIRE(at.block());
    CHECK(at.at(0).calls["block"] == 1);
}

TEST_CASE("without a majority nothing is taken", "[pool][quorum]") {
    Voting at(kTwo, 2);
    at.at(1).lies = true;
    const auto block = at.block();
    REQUIRE_FALSE(block);
    CHECK(block.error().code() == Code::kTransient);
    CHECK(at.log.count("quorum_disputed") == 1);
    at.at(1).lies = false;
    CHECK(at.block());
}

TEST_CASE("a block that reaches one endpoint a moment later is waited for", "[pool][quorum]") {
    Voting at(kTwo, 2);
    at.at(1).head_number = 99;
    const auto lacking = at.block();
    REQUIRE_FALSE(lacking);
    CHECK(lacking.error().code() == Code::kMissing);
    at.at(1).head_number = 100;
    CHECK(at.block());
}

TEST_CASE("too few for two minutes: fewer do, loudly and in the evidence", "[pool][quorum]") {
    Voting at(kTwo, 2);
    at.at(1).fault = Error(Code::kTransient, "down");
    CHECK_FALSE(at.block());
    at.pass(60s);
    CHECK_FALSE(at.block());
    at.pass(70s);
    REQUIRE(at.block());
    CHECK(at.witnesses.names() == Names{"a"});
    CHECK(at.log.count("quorum_short") == 1);
    CHECK(at.counted("faultline_rpc_quorum_total", {{"result", "short"}}) == 1);
    at.at(1).fault.reset();
    at.pass(60s);
    REQUIRE(at.block());
    CHECK(at.witnesses.names() == Names{"a", "b"});
    CHECK(at.log.count("quorum_restored") == 1);
}

TEST_CASE("what is disputed is never settled by who happens to answer", "[pool][quorum]") {
    Voting at(kThree, 2);
    at.at(2).lies = true;
    at.at(1).fault = Error(Code::kTransient, "down");
    CHECK_FALSE(at.block());
    CHECK(at.log.count("quorum_disputed") == 1);
    at.at(0).fault = Error(Code::kTransient, "down");
    for (int i = 0; i < 20; ++i) {
        at.pass(30s);
        const auto block = at.block();
        REQUIRE_FALSE(block);
        CHECK(block.error().code() == Code::kTransient);
    }
    at.at(0).fault.reset();
    at.at(1).fault.reset();
    at.pass(60s);
    REQUIRE(at.block());
    CHECK(at.witnesses.names() == Names{"a", "b"});
}

TEST_CASE("who alone has a branch is never taken at its word, and left out", "[pool][quorum]") {
    Voting at(kThree, 2);
    at.at(0).branch = 7;
    at.at(0).head_number = 101;
    at.pass(31s);
    const auto foreign = [&] {
        static_cast<void>(at.get(at.pool->head(HeadTag::kLatest)));
        return at.get(at.pool->block(block_at(100, 7).ref.hash, kAll));
    };
    static_cast<void>(at.get(at.pool->header_by_number(100)));
    REQUIRE_FALSE(foreign());
    CHECK(at.state(0) == "ok");
    at.pass(16s);
    // They agree on much else meanwhile.
    CHECK(at.get(at.pool->head(HeadTag::kFinalized)));
    REQUIRE_FALSE(foreign());
    CHECK(at.state(0) == "quarantined");
    CHECK(at.shown("faultline_rpc_breaker_state", {{"provider", "a"}}) == 3);
    CHECK(at.log.count("endpoint=a reason=it has blocks that most others") == 1);
    CHECK(at.counted("faultline_rpc_quarantines_total", {{"provider", "a"}}) == 1);
    at.pass(1s);
    const auto head = at.get(at.pool->head(HeadTag::kLatest));
    REQUIRE(head);
    CHECK(head->ref == block_at(100).ref);
    REQUIRE(at.block());
    CHECK(at.witnesses.names() == Names{"b", "c"});
}

TEST_CASE("a block that nobody else has come to is waited for, however long", "[pool][quorum]") {
    Voting at(kThree, 2);
    at.at(0).head_number = 120;
    for (int i = 0; i < 20; ++i) {
        static_cast<void>(at.get(at.pool->header_by_number(110)));
        at.pass(20s);
        REQUIRE_FALSE(at.get(at.pool->block(block_at(118).ref.hash, kAll)));
    }
    // Nobody contradicts it either.
    CHECK(at.state(0) == "ok");
    CHECK(at.log.count("quorum_disputed") == 1);
    CHECK(at.log.count("quorum_short") == 0);
    at.at(1).head_number = 120;
    at.pass(20s);
    CHECK(at.get(at.pool->block(block_at(118).ref.hash, kAll)));
}

TEST_CASE("final is what enough endpoints call final", "[pool][quorum]") {
    Voting at(kThree, 2);
    at.at(0).head_number = 130;
    const auto level = at.get(at.pool->head(HeadTag::kFinalized));
    REQUIRE(level);
    CHECK(level->ref == block_at(100).ref);
}

TEST_CASE("what is final neither ends nor begins that too few agree on blocks", "[pool][quorum]") {
    Voting at(kTwo, 2);
    at.at(1).faults.emplace("block", Error(Code::kTransient, "down"));
    for (int i = 0; i < 8; ++i) {
        CHECK_FALSE(at.block());
        CHECK(at.get(at.pool->head(HeadTag::kFinalized)));
        at.pass(15s);
    }
    CHECK(at.block());
    CHECK(at.log.count("quorum_short") == 1);
    CHECK(at.counted("faultline_rpc_quorum_total", {{"result", "agreed"}}) == 0);
    // Nobody at all is still nobody.
    at.at(0).faults.emplace("level", Error(Code::kTransient, "down"));
    at.at(1).faults.emplace("level", Error(Code::kTransient, "down"));
    CHECK_FALSE(at.get(at.pool->head(HeadTag::kFinalized)));
    at.at(0).faults.clear();
    // One that has no level contradicts nobody.
    at.at(1).faults.clear();
    at.at(1).faults.emplace("level", Error(Code::kMissing, "no such block"));
    for (int i = 0; i < 3; ++i) {
        CHECK(at.block());
        CHECK_FALSE(at.get(at.pool->head(HeadTag::kFinalized)));
        at.pass(15s);
    }
    CHECK(at.log.count("quorum_disputed") == 0);
}

TEST_CASE("without a quorum final is what one endpoint calls final", "[pool]") {
    PoolScenario at(kThree);
    at.at(0).head_number = 130;
    CHECK(at.get(at.pool->head(HeadTag::kFinalized))->ref == block_at(130).ref);
}

TEST_CASE("of two of whom one denies the other's block, neither is believed", "[pool][quorum]") {
    Voting at(kTwo, 2);
    at.at(0).branch = 7;
    at.pass(31s);
    static_cast<void>(at.get(at.pool->header_by_number(100)));
    for (int i = 0; i < 20; ++i) {
        const auto block = at.get(at.pool->block(block_at(100, 7).ref.hash, kAll));
        REQUIRE_FALSE(block);
        at.pass(20s);
    }
    CHECK(at.log.count("quorum_disputed") == 1);
    CHECK(at.state(0) == "ok");
    at.at(0).branch = 0;
    CHECK(at.block());
}

TEST_CASE("verify-only endpoints vote", "[pool][quorum]") {
    Voting at({Role::kPrimary, Role::kVerifyOnly}, 2);
    REQUIRE(at.block());
    CHECK(at.witnesses.names() == Names{"a", "b"});
    const auto answers = at.get(at.pool->reads(block_at(100).ref.hash, {eth::Read{}}));
    REQUIRE(answers);
    CHECK(at.at(1).calls["reads"] == 1);
}

TEST_CASE("the failure of both is reported, not a verdict", "[pool][quorum]") {
    Voting at(kTwo, 2);
    at.at(0).fault = Error(Code::kTransient, "down");
    at.at(1).fault = Error(Code::kTransient, "down");
    const auto block = at.block();
    REQUIRE_FALSE(block);
    CHECK(block.error().code() == Code::kTransient);
}

namespace {

/// Two reads, both answered by 7, of endpoints some of which do not carry the first one through.
struct Abstaining : Voting {
    explicit Abstaining(const std::vector<Role>& roles, std::size_t quorum)
        : Voting(roles, quorum) {
        for (FakeEndpoint* node : nodes) {
            node->read_result = Bytes{7};
        }
    }

    void abstains(std::size_t place) { at(place).refused_call = Bytes{1}; }

    Result<std::vector<eth::ReadAnswer>> ask() {
        return get(
            pool->reads(block_at(100).ref.hash, {{.to = {}, .data = {1}}, {.to = {}, .data = {2}}})
        );
    }
};

}  // namespace

TEST_CASE("who has no answer to a read abstains: the next one is asked", "[pool][quorum]") {
    Abstaining at(kThree, 2);
    const std::size_t abstains = GENERATE(0U, 1U, 2U);
    at.abstains(abstains);
    const auto answers = at.ask();
    REQUIRE(answers);
    CHECK(answers->at(0).result == Bytes{7});
    CHECK(answers->at(1).result == Bytes{7});
    CHECK(at.state(abstains) == "ok");
    CHECK(at.log.lines.empty());
}

TEST_CASE("a read that fewer carry through than have to agree has no answer", "[pool][quorum]") {
    Abstaining at(kThree, 2);
    at.abstains(0);
    at.abstains(2);
    for (int i = 0; i < 2; ++i) {
        const auto answers = at.ask();
        REQUIRE(answers);
        CHECK(answers->at(0).unanswered());
        CHECK(answers->at(0).read.data == Bytes{1});
        CHECK(answers->at(1).result == Bytes{7});
    }
    CHECK(at.log.count("read_carried_by_few") == 1);
    CHECK(at.log.count("wanted=2 carried=1") == 1);
    CHECK(at.log.count("quorum_") == 0);
    at.at(0).refused_call.reset();
    CHECK(at.ask()->at(0).result == Bytes{7});
}

TEST_CASE("who abstains hides no contradiction of the others", "[pool][quorum]") {
    Abstaining at(kThree, 3);
    at.abstains(0);
    at.at(2).answers_otherwise = Bytes{1};
    for (int i = 0; i < 5; ++i) {
        const auto answers = at.ask();
        REQUIRE_FALSE(answers);
        CHECK(answers.error().code() == Code::kTransient);
        at.pass(20s);
    }
    CHECK(at.log.count("quorum_disputed") > 0);
    at.at(2).answers_otherwise.reset();
    CHECK(at.ask());
}

TEST_CASE("for a read that some abstain from, others are waited for a while", "[pool][quorum]") {
    Abstaining at(kThree, 2);
    at.abstains(0);
    at.at(2).fault = Error(Code::kTransient, "down");
    REQUIRE_FALSE(at.ask());
    at.pass(16s);
    const auto answers = at.ask();
    REQUIRE(answers);
    CHECK(answers->at(0).unanswered());
    // Without anybody's word that it is too much, an outage is one.
    at.at(0).fault = at.at(1).fault = Error(Code::kTransient, "down");
    at.pass(16s);
    CHECK_FALSE(at.ask());
}
