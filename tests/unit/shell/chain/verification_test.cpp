// SPDX-License-Identifier: Apache-2.0
// Blocks that fail the checks of endpoints.
#include "unit/shell/chain/scenario.hpp"

#include <array>

using namespace faultline;
using namespace faultline::chain;
using namespace faultline::chain::test;

namespace {

Error unproven() {
    return Error(Code::kMalformed, "fake: verification: the header has another hash");
}

double counted(Scenario& scenario, const std::string& name) {
    return scenario.metrics.counter(name, "", {{"chain", "test"}}).value();
}

}  // namespace

TEST_CASE("a block that no endpoint can prove is taken with a doubt, after a minute", "[chain]") {
    Scenario scenario;
    scenario.chain.grow(3);
    bool lies = true;
    scenario.node.fault = [&](const std::string& method) -> std::optional<Error> {
        return lies && method == "block" ? std::optional(unproven()) : std::nullopt;
    };
    scenario.catch_up();
    CHECK(scenario.clock.now().since_start >= 60s);
    // One minute for the first, nothing for those after it.
    CHECK(scenario.clock.now().since_start < 120s);
    CHECK(scenario.log.count("blocks_unverified") == 1);
    CHECK(counted(scenario, "faultline_blocks_unverified_total") > 0);
    CHECK_THAT(scenario.follower->status().doubt, Catch::Contains("another hash"));
    for (const eth::Block& block : scenario.recorder.applied_blocks) {
        CHECK_THAT(block.evidence.doubt, Catch::Contains("another hash"));
    }

    // One block that passes is no reason to wait a minute for the next that does not.
    lies = false;
    scenario.chain.grow(1);
    scenario.catch_up();
    CHECK(scenario.recorder.applied_blocks.back().evidence.doubt.empty());
    CHECK_FALSE(scenario.follower->status().doubt.empty());
    lies = true;
    const Duration before = scenario.clock.now().since_start;
    scenario.chain.grow(1);
    scenario.catch_up();
    CHECK(scenario.clock.now().since_start - before < 30s);
    CHECK(scenario.log.count("blocks_unverified") == 1);

    lies = false;
    while (!scenario.follower->status().doubt.empty()) {
        REQUIRE(scenario.clock.now().since_start - before < 20min);
        scenario.chain.grow(1);
        scenario.catch_up();
    }
    CHECK(scenario.clock.now().since_start - before >= 10min);
    CHECK(scenario.log.count("blocks_verified") == 1);
}

TEST_CASE("what was proven of a block is not forgotten while its reads wait", "[chain]") {
    const bool proves = GENERATE(true, false);
    Scenario scenario;
    scenario.recorder.reads_when_live = true;
    scenario.chain.grow(6);
    scenario.node.alter = [](rpc::PinnedBlock& block) {
        block.checks = {"header_hash", "bloom"};
    };
    int reads = 0;
    scenario.node.fault = [&](const std::string& method) -> std::optional<Error> {
        if (method == "reads" && ++reads % 2 == 1) {
            return Error(Code::kRateLimited, "fake: slow down");
        }
        return method == "block" && !proves ? std::optional(unproven()) : std::nullopt;
    };
    scenario.catch_up();
    for (const eth::Block& block : scenario.recorder.applied_blocks) {
        CHECK(block.reads.size() == 1);
        CHECK(block.evidence.checks.size() == 2);
        CHECK(block.evidence.doubt.empty() == proves);
    }
}

TEST_CASE("history that no endpoint can prove is taken with a doubt, and tried again", "[chain]") {
    Scenario scenario;
    scenario.options.backfill_range_blocks = 20;
    scenario.chain.grow(600);
    scenario.node.refuse_headers = true;
    int single = 0;
    scenario.node.fault = [&](const std::string& method) -> std::optional<Error> {
        single += method == "block" ? 1 : 0;
        return method == "block" && scenario.node.refuse_headers ? std::optional(unproven())
                                                                 : std::nullopt;
    };
    scenario.catch_up();
    CHECK(scenario.clock.now().since_start >= 60s);
    CHECK(scenario.clock.now().since_start < 180s);
    CHECK(scenario.log.count("blocks_unverified") == 1);
    for (const eth::Block& block : scenario.recorder.applied_blocks) {
        CHECK_FALSE(block.evidence.doubt.empty());
    }
    CHECK_FALSE(scenario.follower->status().doubt.empty());
    // It did not stay with single blocks.
    CHECK(single < 150);

    scenario.node.refuse_headers = false;
    const Duration before = scenario.clock.now().since_start;
    while (!scenario.follower->status().doubt.empty()) {
        REQUIRE(scenario.clock.now().since_start - before < 20min);
        scenario.chain.grow(200);
        scenario.catch_up();
    }
}

TEST_CASE("history that one endpoint fails for a while bears no doubt", "[chain]") {
    Scenario scenario;
    scenario.chain.grow(300);
    scenario.node.refuse_headers = true;
    scenario.node.before = [&](const std::string& /*method*/) {
        scenario.node.refuse_headers = scenario.clock.now().since_start < 30s;
    };
    scenario.catch_up();
    CHECK(scenario.log.count("blocks_unverified") == 0);
    CHECK(scenario.recorder.applied_blocks[1].evidence.doubt.empty());
}

TEST_CASE("a branch of which only the upper blocks fail is taken with a doubt, too", "[chain]") {
    Scenario scenario;
    scenario.chain.grow(30);
    scenario.catch_up();
    scenario.chain.reorg(4, 6, 9);
    scenario.node.fault = [&](const std::string& method) -> std::optional<Error> {
        // The lowest block of the branch passes each time.
        const bool lowest = method == "block" && ++scenario.node.calls["of the branch"] % 2 == 1;
        return method == "block" && !lowest ? std::optional(unproven()) : std::nullopt;
    };
    scenario.catch_up();
    CHECK(scenario.recorder.reverts == 4);
    CHECK(scenario.log.count("blocks_unverified") == 1);
}

TEST_CASE("a check that fails for less than a minute costs nothing but time", "[chain]") {
    Scenario scenario;
    scenario.chain.grow(3);
    scenario.node.fault = [&](const std::string& method) -> std::optional<Error> {
        const bool early = scenario.clock.now().since_start < 30s;
        return early && method == "block" ? std::optional(unproven()) : std::nullopt;
    };
    scenario.catch_up();
    CHECK(scenario.node.calls["unverified_block"] == 0);
    CHECK(scenario.log.count("blocks_unverified") == 0);
}

TEST_CASE("an endpoint that cannot be reached is no reason to doubt", "[chain]") {
    Scenario scenario;
    scenario.chain.grow(3);
    scenario.node.fault = [&](const std::string& method) -> std::optional<Error> {
        const bool down = scenario.clock.now().since_start < 1h;
        return down && method == "block" ? std::optional(Error(Code::kTransient, "fake: reset"))
                                         : std::nullopt;
    };
    scenario.catch_up();
    CHECK(scenario.node.calls["unverified_block"] == 0);
}
