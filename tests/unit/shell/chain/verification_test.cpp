// SPDX-License-Identifier: Apache-2.0
// Blocks that fail the checks of endpoints, and the second look at those that passed.
#include "shell/chain/second_look.hpp"
#include "unit/shell/chain/scenario.hpp"

#include <algorithm>
#include <array>
#include <ranges>

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

/// The node leaves out the logs of block 17, the head, for as long as `hides`, which outlives it.
void catch_up_without_logs_of_17(Scenario& scenario, const bool& hides) {
    scenario.recorder.may_lack_logs = true;
    scenario.chain.grow(17);
    scenario.node.alter = [&hides](rpc::PinnedBlock& block) {
        if (hides && block.header.ref.number == 17) {
            block.logs.clear();
        }
    };
    scenario.catch_up();
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

TEST_CASE("logs left out at first are found by the second look", "[chain][second_look]") {
    Scenario scenario;
    bool hides = true;
    catch_up_without_logs_of_17(scenario, hides);
    CHECK(scenario.recorder.applied_blocks.back().logs.empty());
    hides = false;
    scenario.chain.grow(5);
    scenario.catch_up();
    CHECK(scenario.log.count("second_look_corrected") == 0);
    scenario.chain.grow(1);
    const Result<void> result = scenario.pull_until([&] {
        return scenario.recorder.reverts == 7 &&
               scenario.recorder.tip() == scenario.chain.at(23).header.ref;
    });
    REQUIRE(result.has_value());
    for (const eth::Block& block : scenario.recorder.applied_blocks) {
        CHECK(block.logs.size() == block.ref().number % 3);
    }
    CHECK(scenario.log.count("second_look_corrected") == 1);
    CHECK(counted(scenario, "faultline_second_look_corrections_total") == 1);
    // No reorg: nothing left the chain.
    CHECK(scenario.follower->status().reorgs == 0);
    scenario.chain.grow(10);
    scenario.catch_up();
    CHECK(scenario.recorder.reverts == 7);
}

TEST_CASE("what is final by its second look is judged again all the same", "[chain][second_look]") {
    Scenario scenario;
    scenario.options.second_look_blocks = 24;
    scenario.node.finality_depth = 20;
    bool hides = true;
    catch_up_without_logs_of_17(scenario, hides);
    CHECK(scenario.recorder.applied_blocks.at(17).live);
    hides = false;
    for (int i = 0; i < 24; ++i) {
        scenario.chain.grow(1);
        scenario.catch_up();
    }
    REQUIRE(scenario.follower->status().finalized);
    CHECK(scenario.follower->status().finalized->number > 17);
    const Result<void> result = scenario.pull_until([&] {
        return scenario.recorder.reverts == 25 &&
               scenario.recorder.tip() == scenario.chain.at(41).header.ref;
    });
    REQUIRE(result.has_value());
    CHECK(scenario.recorder.applied_blocks.at(17).logs.size() == 2);
    CHECK(std::ranges::all_of(
        scenario.recorder.applied_blocks | std::views::drop(17), &eth::Block::live
    ));
}

TEST_CASE("a process takes over the looks of the one before it", "[chain][second_look]") {
    Scenario scenario;
    bool hides = true;
    catch_up_without_logs_of_17(scenario, hides);
    scenario.chain.grow(3);
    scenario.catch_up();
    hides = false;
    scenario.make();
    scenario.chain.grow(3);
    const Result<void> result = scenario.pull_until([&] {
        return scenario.recorder.reverts == 7 &&
               scenario.recorder.tip() == scenario.chain.at(23).header.ref;
    });
    REQUIRE(result.has_value());
    CHECK(scenario.recorder.applied_blocks.at(17).logs.size() == 2);
    CHECK(scenario.log.count("second_look_corrected") == 1);
}

TEST_CASE("a second look that fails is made again, and delays nothing", "[chain][second_look]") {
    Scenario scenario;
    scenario.recorder.may_lack_logs = true;
    scenario.chain.grow(17);
    bool hides = true;
    bool down = false;
    scenario.node.alter = [&](rpc::PinnedBlock& block) {
        if (hides && block.header.ref.number == 17) {
            block.logs.clear();
        }
    };
    // Looks alone ask by hash here.
    scenario.node.fault = [&](const std::string& method) -> std::optional<Error> {
        return down && method == "header_by_hash" ? std::optional(unproven()) : std::nullopt;
    };
    scenario.catch_up();
    hides = false;
    down = true;
    for (int i = 0; i < 20; ++i) {
        scenario.chain.grow(1);
        scenario.catch_up();
    }
    CHECK(scenario.recorder.reverts == 0);
    CHECK(scenario.log.count("endpoint_error") == 0);
    CHECK(scenario.follower->status().doubt.empty());
    CHECK(scenario.node.calls["header_by_hash"] > 1);
    down = false;
    scenario.chain.grow(1);
    const Result<void> result = scenario.pull_until([&] {
        return scenario.recorder.reverts > 0 &&
               scenario.recorder.tip() == scenario.chain.at(38).header.ref;
    });
    REQUIRE(result.has_value());
    CHECK(scenario.recorder.applied_blocks.at(17).logs.size() == 2);
}

TEST_CASE(
    "a second look that doubles a log is not believed against receipts", "[chain][second_look]"
) {
    Scenario scenario;
    scenario.chain.grow(17);
    scenario.node.proves_by_receipts = true;
    bool doubles = false;
    scenario.node.alter = [&](rpc::PinnedBlock& block) {
        if (doubles && !block.logs.empty()) {
            const eth::LogList before = block.logs;
            eth::Log copy = before[0];
            copy.log_index = before[before.size() - 1].log_index + 1;
            block.logs.add(copy);
        }
    };
    scenario.catch_up();
    doubles = true;
    scenario.recorder.may_lack_logs = true;  // New blocks are as the endpoint says.
    scenario.chain.grow(8);
    scenario.catch_up();
    CHECK(scenario.recorder.reverts == 0);
    CHECK(scenario.log.count("second_look_corrected") == 0);
    CHECK(counted(scenario, "faultline_second_looks_poorer_total") > 0);
}

TEST_CASE("two blocks that lacked logs are corrected together, once", "[chain][second_look]") {
    Scenario scenario;
    scenario.recorder.may_lack_logs = true;
    scenario.chain.grow(17);
    bool hides = true;
    scenario.node.alter = [&](rpc::PinnedBlock& block) {
        if (hides && (block.header.ref.number == 16 || block.header.ref.number == 17)) {
            block.logs.clear();
        }
    };
    scenario.catch_up();
    hides = false;
    for (int i = 0; i < 12; ++i) {
        scenario.chain.grow(1);
        const auto result = scenario.pull_until([&] {
            return scenario.recorder.tip() == scenario.chain.at(scenario.chain.head()).header.ref;
        });
        REQUIRE(result.has_value());
    }
    CHECK(scenario.log.count("second_look_corrected") == 1);
    for (const eth::Block& block : scenario.recorder.applied_blocks) {
        CHECK(block.logs.size() == block.ref().number % 3);
    }
}

TEST_CASE("a second answer that lacks logs changes nothing", "[chain][second_look]") {
    Scenario scenario;
    scenario.chain.grow(17);
    scenario.catch_up();
    scenario.node.alter = [&](rpc::PinnedBlock& block) {
        if (block.header.ref.number == 17) {
            block.logs.clear();
        }
    };
    scenario.chain.grow(8);
    scenario.catch_up();
    scenario.chain.grow(1);
    scenario.catch_up();
    CHECK(scenario.recorder.reverts == 0);
    CHECK(scenario.log.count("second_look_poorer") == 1);
    CHECK(counted(scenario, "faultline_second_looks_poorer_total") == 1);
}

TEST_CASE("what a second answer says of the first", "[chain][second_look]") {
    const auto logs = [](std::initializer_list<std::uint8_t> places) {
        eth::LogList out;
        for (const std::uint8_t place : places) {
            const std::array topics{watched_topic()};
            eth::Log log;
            log.topics = topics;
            log.log_index = place;
            log.address.bytes[0] = place == 9 ? 1 : 0;
            out.add(log);
        }
        return out;
    };
    using Verdict = SecondLook::Verdict;
    CHECK(SecondLook::compare(logs({}), logs({})) == Verdict::kSame);
    CHECK(SecondLook::compare(logs({1, 2}), logs({1, 2})) == Verdict::kSame);
    CHECK(SecondLook::compare(logs({}), logs({1})) == Verdict::kMore);
    CHECK(SecondLook::compare(logs({2}), logs({1, 2, 3})) == Verdict::kMore);
    CHECK(SecondLook::compare(logs({1, 2}), logs({1})) == Verdict::kOther);
    CHECK(SecondLook::compare(logs({1}), logs({})) == Verdict::kOther);
    CHECK(SecondLook::compare(logs({1, 2}), logs({1, 3, 4})) == Verdict::kOther);
}
