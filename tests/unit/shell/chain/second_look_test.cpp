// SPDX-License-Identifier: Apache-2.0
// The second look at blocks that were applied.
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

TEST_CASE(
    "logs that were wrong or too many at first are put right if receipts say so",
    "[chain][second_look]"
) {
    const bool doubles = GENERATE(false, true);
    const bool served = GENERATE(true, false);
    Scenario scenario;
    scenario.recorder.may_lack_logs = true;
    scenario.node.proves_by_receipts = served;
    scenario.chain.grow(17);
    bool lies = true;
    scenario.node.alter = [&](rpc::PinnedBlock& block) {
        if (!lies || block.header.ref.number < 16 || block.logs.empty()) {
            return;
        }
        const eth::LogList before = block.logs;
        eth::Log wrong = before[before.size() - 1];
        if (doubles) {
            ++wrong.log_index;
        } else {
            block.logs.clear();
            wrong.address.bytes[0] ^= 1U;
        }
        block.logs.add(wrong);
    };
    scenario.catch_up();
    lies = false;
    for (int i = 0; i < 12; ++i) {
        scenario.chain.grow(1);
        const auto result = scenario.pull_until([&] {
            return scenario.recorder.tip() == scenario.chain.at(scenario.chain.head()).header.ref;
        });
        REQUIRE(result.has_value());
    }
    // Blocks 16 and 17 are corrected together, with what lies above them.
    CHECK(scenario.log.count("second_look_corrected") == (served ? 1 : 0));
    CHECK((counted(scenario, "faultline_second_looks_poorer_total") > 0) == !served);
    for (const eth::BlockNum number : {16U, 17U}) {
        CHECK(
            (scenario.recorder.applied_blocks.at(number).logs == scenario.chain.at(number).logs) ==
            served
        );
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
    for (int i = 0; i < 4; ++i) {
        scenario.chain.grow(1);
        scenario.catch_up();
    }
    CHECK(scenario.recorder.reverts == 0);
    CHECK(scenario.log.count("second_look_poorer") == 1);
    CHECK(counted(scenario, "faultline_second_looks_poorer_total") == 1);
}

/// Grows the chain block by block, following it.
void follow(Scenario& scenario, int blocks) {
    for (int i = 0; i < blocks; ++i) {
        scenario.chain.grow(1);
        const auto result = scenario.pull_until([&] {
            return scenario.recorder.tip() == scenario.chain.at(scenario.chain.head()).header.ref;
        });
        REQUIRE(result.has_value());
    }
}

TEST_CASE(
    "a block above that came whole stays whole when one below is corrected", "[chain][second_look]"
) {
    Scenario scenario;
    scenario.recorder.may_lack_logs = true;
    scenario.chain.grow(16);
    bool later = false;
    // Without receipts: block 17 lacks its logs at first, block 19 from then on.
    scenario.node.alter = [&](rpc::PinnedBlock& block) {
        const eth::BlockNum number = block.header.ref.number;
        if ((number == 17 && !later) || (number == 20 && later)) {
            block.logs.clear();
        }
    };
    scenario.catch_up();
    follow(scenario, 4);
    CHECK(scenario.recorder.applied_blocks.at(17).logs.empty());
    CHECK(scenario.recorder.applied_blocks.at(20).logs.size() == 2);
    later = true;
    follow(scenario, 20);
    CHECK(scenario.log.count("second_look_corrected") == 1);
    CHECK(scenario.recorder.applied_blocks.at(17).logs.size() == 2);
    CHECK(scenario.recorder.applied_blocks.at(20).logs.size() == 2);
    // And no look is stuck: each block is asked for a few times, not at every poll.
    CHECK(scenario.node.calls["header_by_hash"] < 100);
}

TEST_CASE(
    "what receipts do not prove corrects nothing, however it varies", "[chain][second_look]"
) {
    Scenario scenario;
    scenario.node.proves_by_receipts = true;
    scenario.recorder.may_lack_logs = true;
    std::uint8_t asked = 0;
    const auto vary = [&asked](rpc::PinnedBlock& block) {
        const eth::LogList before = block.logs;
        block.logs.clear();
        for (std::size_t i = 0; i < before.size(); ++i) {
            eth::Log log = before[i];
            log.tx_hash.bytes[5] = ++asked;
            block.logs.add(log);
        }
    };
    scenario.node.alter = vary;
    scenario.node.alter_proven = vary;
    scenario.chain.grow(17);
    scenario.catch_up();
    follow(scenario, 20);
    CHECK(scenario.recorder.reverts == 0);
    CHECK(scenario.log.count("second_look_corrected") == 0);
}

TEST_CASE(
    "a look that was overdue is made by the process that comes next", "[chain][second_look]"
) {
    Scenario scenario;
    bool hides = true;
    catch_up_without_logs_of_17(scenario, hides);
    scenario.node.fault = [&](const std::string& method) -> std::optional<Error> {
        return method == "header_by_hash" ? std::optional(unproven()) : std::nullopt;
    };
    follow(scenario, 12);
    CHECK(scenario.recorder.applied_blocks.at(17).logs.empty());
    hides = false;
    scenario.node.fault = {};
    scenario.make();
    follow(scenario, 8);
    CHECK(scenario.log.count("second_look_corrected") == 1);
    CHECK(scenario.recorder.applied_blocks.at(17).logs.size() == 2);
}

TEST_CASE(
    "a block that cannot be looked at does not keep those after it waiting for ever",
    "[chain][second_look]"
) {
    Scenario scenario;
    scenario.recorder.may_lack_logs = true;
    bool hides = true;
    scenario.node.alter = [&](rpc::PinnedBlock& block) {
        if (hides && block.header.ref.number == 20) {
            block.logs.clear();
        }
        if (!hides && block.header.ref.number == 10) {
            block.header.timestamp.value += 1;  // Another header each time it is asked for.
        }
    };
    scenario.chain.grow(20);
    scenario.catch_up();
    hides = false;
    for (int i = 0; i < 60 && scenario.log.count("second_look_corrected") == 0; ++i) {
        follow(scenario, 1);
    }
    CHECK(scenario.log.count("second_look_failed") == 1);
    CHECK(scenario.recorder.applied_blocks.at(20).logs.size() == 2);
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
