// SPDX-License-Identifier: Apache-2.0
#include "unit/shell/chain/scenario.hpp"

using namespace faultline;
using namespace faultline::chain::test;

TEST_CASE("a chain without reorgs is delivered block by block", "[chain]") {
    Scenario scenario;
    scenario.chain.grow(20);
    scenario.catch_up();
    CHECK(scenario.recorder.reverts == 0);
    scenario.chain.grow(5);
    scenario.catch_up();
    CHECK(scenario.recorder.applied_blocks.size() == 26);
}

TEST_CASE("following begins at the start block and waits for a node below it", "[chain]") {
    Scenario scenario(1, 10);
    scenario.chain.grow(4);
    int polls = 0;
    scenario.node.before = [&](const std::string& method) {
        if (method == "head" && ++polls > 5) {
            scenario.chain.grow(1);
        }
    };
    const auto result = scenario.pull_until([&] { return scenario.recorder.tip().has_value(); });
    REQUIRE(result.has_value());
    CHECK(scenario.recorder.tip()->number == 10);
    CHECK(scenario.log.count("waiting_for_start_block") == 1);
}

TEST_CASE("a head that jumps leaves no gap", "[chain]") {
    Scenario scenario;
    scenario.chain.grow(1);
    scenario.catch_up();
    scenario.chain.grow(40);
    scenario.catch_up();
}

TEST_CASE("reads are answered before the block is delivered, all or none", "[chain]") {
    Scenario scenario;
    scenario.recorder.reads_when_live = true;
    scenario.chain.grow(6);
    int failures = 0;
    scenario.node.fault = [&](const std::string& method) -> std::optional<Error> {
        if (method == "reads" && ++failures % 2 == 1) {
            return Error(Code::kTransient, "fake: no answer");
        }
        return std::nullopt;
    };
    scenario.catch_up();
    for (const eth::Block& block : scenario.recorder.applied_blocks) {
        CHECK(block.reads.size() == 1);
    }
}

TEST_CASE("a read that no endpoint carries through holds up no block, and is said", "[chain]") {
    Scenario scenario;
    scenario.recorder.reads_when_live = true;
    scenario.node.refuses_calls = true;
    scenario.chain.grow(6);
    scenario.catch_up();
    const auto& last = scenario.recorder.applied_blocks.back();
    REQUIRE(last.reads.size() == 1);
    CHECK(last.reads.front().unanswered());
    CHECK(std::ranges::count(scenario.log.events, "reads_unanswered") == 1);
    scenario.node.refuses_calls = false;
    scenario.chain.grow(1);
    scenario.catch_up();
    CHECK_FALSE(scenario.recorder.applied_blocks.back().reads.front().unanswered());
}

TEST_CASE("the evidence names the endpoint and how final the block was", "[chain]") {
    Scenario scenario;
    scenario.node.finality_depth = 4;
    scenario.chain.grow(10);
    scenario.catch_up();
    const auto& blocks = scenario.recorder.applied_blocks;
    CHECK(blocks[6].evidence.finality == eth::Finality::kFinalized);
    CHECK(blocks[7].evidence.finality == eth::Finality::kLatest);
    CHECK(blocks[7].evidence.endpoints == std::vector<std::string>{"fake"});
}

TEST_CASE("blocks are followed whatever is answered about how final they are", "[chain]") {
    Scenario scenario;
    scenario.chain.grow(90);
    scenario.node.fault = [](const std::string& method) -> std::optional<Error> {
        return method == "level"
                   ? std::optional(Error(Code::kTransient, "fake: no words anybody knows"))
                   : std::nullopt;
    };
    scenario.catch_up();
    for (int i = 0; i < 40; ++i) {
        scenario.chain.grow(1);
        scenario.catch_up();
    }
    CHECK(scenario.log.count("finality_unknown") == 1);
    CHECK(scenario.log.said("no words anybody knows") > 0);
    CHECK_FALSE(scenario.follower->status().finalized.has_value());
    CHECK(scenario.recorder.applied_blocks.back().evidence.finality == eth::Finality::kLatest);
}

TEST_CASE("an endpoint that does not find what is final changes nothing", "[chain]") {
    const bool at_start = GENERATE(true, false);
    Scenario scenario;
    scenario.node.finality_depth = 4;
    scenario.chain.grow(30);
    int denied = 0;
    bool denies = at_start;
    scenario.node.fault = [&](const std::string& method) -> std::optional<Error> {
        if (method != "level" || !denies || (at_start && denied == 2)) {
            return std::nullopt;
        }
        ++denied;
        return missing("a finalized block");
    };
    scenario.catch_up();
    denies = true;
    for (int i = 0; i < 40; ++i) {
        scenario.chain.grow(1);
        scenario.catch_up();
    }
    CHECK(denied > 1);
    CHECK(scenario.recorder.applied_blocks[14].evidence.finality == eth::Finality::kFinalized);
    CHECK(scenario.follower->status().finalized->number >= 26);
}

TEST_CASE("a node of another chain is refused with both ids and what to do", "[chain]") {
    Scenario scenario;
    scenario.node.id = 10;
    const Error error = scenario.refusal();
    CHECK(error.code() == Code::kRejected);
    CHECK_THAT(error.message(), Catch::Contains("chain 10"));
    CHECK_THAT(error.message(), Catch::Contains("chain 1;") || Catch::Contains("chain 1."));
    CHECK_THAT(error.advice(), Catch::Contains("chain id"));
    CHECK(scenario.recorder.events.empty());
}

TEST_CASE("one wrong chain id ends nothing, neither at the start nor later", "[chain]") {
    Scenario scenario;
    scenario.node.id = 10;
    scenario.node.before = [&](const std::string& /*method*/) {
        scenario.node.id = scenario.clock.now().since_start < 10s ? 10 : 1;
    };
    scenario.chain.grow(5);
    scenario.catch_up();
    CHECK(scenario.recorder.tip()->number == 5);
    CHECK(scenario.log.said("chain 10") > 0);
}

TEST_CASE("an endpoint that turns into another chain is no reorg", "[chain]") {
    Scenario scenario;
    scenario.chain.grow(5);
    scenario.catch_up();
    const std::size_t events = scenario.recorder.events.size();
    scenario.chain.reorg(3, 4, 9);
    scenario.node.id = 10;
    CHECK_THAT(scenario.refusal().message(), Catch::Contains("chain 10"));
    CHECK(scenario.recorder.events.size() == events);
    CHECK(scenario.log.count("chain_reorg") == 0);
}

TEST_CASE("an old head is said once, and again when it is recent", "[chain]") {
    Scenario scenario;
    scenario.options.max_head_age = 1h;
    scenario.chain.grow(5);
    scenario.catch_up();
    CHECK(scenario.log.count("head_is_old") == 0);
    const Result<void> waited = scenario.pull_until([&] { return false; });
    CHECK_FALSE(waited.has_value());
    CHECK(scenario.log.count("head_is_old") == 1);
}

TEST_CASE("an endpoint that fails for hours is asked until it answers", "[chain]") {
    Scenario scenario;
    scenario.chain.grow(3);
    scenario.node.fault = [&](const std::string& method) -> std::optional<Error> {
        static_cast<void>(method);
        if (scenario.clock.now().since_start < 3h) {
            return Error(Code::kTransient, "fake: connection refused");
        }
        return std::nullopt;
    };
    scenario.catch_up();
    CHECK(scenario.log.count("endpoint_error") == 1);
    CHECK(scenario.log.count("endpoint_recovered") == 1);
    // 3 h at most every 15 s, and not hammered either.
    CHECK(scenario.node.calls["chain_id"] > 300);
    CHECK(scenario.node.calls["chain_id"] < 900);
    CHECK(scenario.follower->status().last_error.empty());
}

TEST_CASE("a rate limit is waited out for as long as it asks", "[chain]") {
    Scenario scenario;
    scenario.chain.grow(2);
    std::vector<Duration> asked_at;
    scenario.node.fault = [&](const std::string& method) -> std::optional<Error> {
        if (method != "chain_id") {
            return std::nullopt;
        }
        asked_at.push_back(scenario.clock.now().since_start);
        if (asked_at.size() == 1) {
            return Error(Code::kRateLimited, "fake: slow down").after_ms(90'000);
        }
        return std::nullopt;
    };
    scenario.catch_up();
    REQUIRE(asked_at.size() == 2);
    CHECK(asked_at[1] - asked_at[0] >= 90s);
}

TEST_CASE("a block announced but not there yet is asked for again", "[chain]") {
    Scenario scenario;
    scenario.chain.grow(3);
    int missing = 4;
    scenario.node.fault = [&](const std::string& method) -> std::optional<Error> {
        if (method == "block" && missing-- > 0) {
            return Error(Code::kMissing, "fake: null");
        }
        return std::nullopt;
    };
    scenario.catch_up();
}

TEST_CASE("an endpoint that falls behind is waited for, never followed backwards", "[chain]") {
    Scenario scenario;
    scenario.chain.grow(12);
    scenario.catch_up();
    scenario.node.behind = 7;
    scenario.chain.grow(1);
    int polls = 0;
    scenario.node.before = [&](const std::string& method) {
        if (method == "head" && ++polls == 10) {
            scenario.node.behind = 0;
        }
    };
    scenario.catch_up();
    CHECK(scenario.recorder.reverts == 0);
    CHECK(scenario.log.count("endpoint_behind") == 1);
}

TEST_CASE("a ranged fetch that is refused shrinks to what the node takes", "[chain]") {
    Scenario scenario;
    scenario.node.finality_depth = 0;
    scenario.node.widest_range = GENERATE(1U, 3U, 17U);
    scenario.chain.grow(100);
    scenario.catch_up();
    CHECK(scenario.log.count("endpoint_error") == 0);
}

TEST_CASE("logs of another branch in a range are not believed", "[chain]") {
    Scenario scenario;
    scenario.node.finality_depth = 0;
    scenario.chain.grow(30);
    bool moved = false;
    scenario.node.before = [&](const std::string& method) {
        if (method == "logs" && !moved) {
            moved = true;
            scenario.chain.reorg(10, 10, 7);
        }
    };
    scenario.catch_up();
    CHECK(scenario.recorder.reverts == 0);
}

TEST_CASE("any cut between history and live gives the same events", "[chain][property]") {
    std::vector<std::string> expected;
    for (std::uint64_t cut = 0; cut <= 41; ++cut) {
        for (const std::uint64_t most : {1U, 2U, 7U, 64U}) {
            Scenario scenario;
            scenario.chain.grow(40);
            if (cut <= 40) {
                scenario.node.finality_depth = cut;
            }
            scenario.options.backfill_range_blocks = most;
            scenario.catch_up();
            if (expected.empty()) {
                expected = scenario.recorder.events;
            }
            REQUIRE(scenario.recorder.events == expected);
        }
    }
}

TEST_CASE("history that was fetched is announced before it is asked for", "[chain]") {
    Scenario scenario;
    scenario.chain.grow(400);
    scenario.catch_up();
    // Not the first block of each fetch, and none inside the window of 64.
    CHECK(scenario.promises > 300);
    CHECK(scenario.promises <= 400 - 64);
}

TEST_CASE("history is read at another head when the one that was known is gone", "[chain]") {
    Scenario scenario;
    scenario.chain.grow(100);
    scenario.node.finality_depth = 20;
    scenario.recorder.reads_in_history = 40;
    bool replaced = false;
    scenario.node.before = [&](const std::string& method) {
        if (method == "reads" && !replaced) {
            replaced = true;
            scenario.chain.reorg(2, 3, 7);
        }
    };
    scenario.catch_up();
    CHECK(replaced);
    CHECK(scenario.recorder.applied_blocks[40].reads.size() == 1);
}

TEST_CASE("without finality, blocks below the undo window count as history", "[chain]") {
    Scenario scenario(1, 0, 8);
    scenario.recorder.reads_when_live = true;
    scenario.chain.grow(30);
    scenario.catch_up();
    CHECK(scenario.recorder.applied_blocks[22].reads.empty());
    CHECK(scenario.recorder.applied_blocks[23].reads.size() == 1);
}
