// SPDX-License-Identifier: Apache-2.0
#include "unit/shell/chain/scenario.hpp"

using namespace faultline;
using namespace faultline::chain::test;

namespace {

/// The events since a position, as one line.
std::string since(const Scenario& scenario, std::size_t first) {
    std::string out;
    for (std::size_t i = first; i < scenario.recorder.events.size(); ++i) {
        const std::string& event = scenario.recorder.events[i];
        out += (out.empty() ? "" : " ") + event.substr(0, event.find('-', 1));
    }
    return out;
}

}  // namespace

TEST_CASE("a reorg of any depth reverts to the root and applies the branch", "[chain][reorg]") {
    const auto depth = GENERATE(range<std::uint64_t>(1, 21));
    const auto longer = GENERATE(0, 1, 5);
    Scenario scenario;
    scenario.chain.grow(30);
    scenario.catch_up();
    scenario.chain.reorg(depth, depth + static_cast<std::uint64_t>(longer), 9);
    scenario.catch_up();
    CHECK(scenario.recorder.reverts == depth);
    CHECK(scenario.follower->status().reorgs == 1);
    CHECK(scenario.log.count("chain_reorg") == 1);
}

TEST_CASE("a reorg reads as reverts from the tip, then the new branch upwards", "[chain][reorg]") {
    Scenario scenario;
    scenario.chain.grow(5);
    scenario.catch_up();
    const std::size_t before = scenario.recorder.events.size();
    scenario.chain.reorg(2, 3, 9);
    scenario.catch_up();
    CHECK(since(scenario, before) == "-5 -4 +4 +5 +6");
}

TEST_CASE("a shorter branch is followed when the node stays on it", "[chain][reorg]") {
    Scenario scenario;
    scenario.chain.grow(10);
    scenario.catch_up();
    scenario.chain.reorg(6, 2, 9);
    scenario.catch_up();
    CHECK(scenario.recorder.tip()->number == 6);
}

TEST_CASE("one answer from a node on another branch moves nothing", "[chain][reorg]") {
    Scenario scenario;
    scenario.chain.grow(10);
    scenario.catch_up();
    FakeChain ours = scenario.chain;
    scenario.chain.reorg(3, 1, 9);
    int heads = 0;
    scenario.node.before = [&](const std::string& method) {
        if (method == "head" && ++heads == 2) {
            scenario.chain = ours;
            scenario.chain.grow(1);
        }
    };
    const auto result = scenario.pull_until([&] { return scenario.recorder.tip()->number == 11; });
    REQUIRE(result.has_value());
    CHECK(scenario.recorder.reverts == 0);
}

TEST_CASE(
    "a rollback alone is a node that is behind; its new blocks are a reorg", "[chain][reorg]"
) {
    Scenario scenario;
    scenario.chain.grow(10);
    scenario.catch_up();
    scenario.chain.rollback(4);
    int heads = 0;
    scenario.node.before = [&](const std::string& method) {
        if (method != "head") {
            return;
        }
        ++heads;
        if (heads == 20) {
            CHECK(scenario.recorder.reverts == 0);
            scenario.chain.grow(1, 5);
        }
    };
    const auto result = scenario.pull_until([&] {
        return scenario.recorder.tip() == scenario.chain.at(scenario.chain.head()).header.ref;
    });
    REQUIRE(result.has_value());
    CHECK(scenario.recorder.reverts == 4);
    CHECK(scenario.recorder.tip()->number == 7);
    CHECK(scenario.log.count("endpoint_behind") == 1);
}

TEST_CASE("a reorg during catch-up is followed", "[chain][reorg]") {
    Scenario scenario;
    scenario.chain.grow(60);
    int blocks = 0;
    scenario.node.before = [&](const std::string& method) {
        if (method == "block" && ++blocks == 30) {
            scenario.chain.reorg(40, 45, 9);
        }
    };
    const auto result = scenario.pull_until([&] {
        return scenario.recorder.tip() == scenario.chain.at(scenario.chain.head()).header.ref;
    });
    REQUIRE(result.has_value());
    CHECK(scenario.recorder.refs() == scenario.chain.refs());
    CHECK(scenario.recorder.reverts > 0);
}

TEST_CASE("a reorg of a reorg, while its branch is being fetched", "[chain][reorg]") {
    Scenario scenario;
    scenario.chain.grow(20);
    scenario.catch_up();
    scenario.chain.reorg(5, 6, 9);
    int blocks = 0;
    scenario.node.before = [&](const std::string& method) {
        if (method == "block" && ++blocks == 3) {
            scenario.chain.reorg(8, 9, 11);
        }
    };
    scenario.catch_up();
    // The first branch vanished before it was whole, so nothing of it was ever shown.
    CHECK(scenario.recorder.reverts == 7);
}

TEST_CASE("nothing is reverted before the whole branch is here", "[chain][reorg]") {
    Scenario scenario;
    scenario.chain.grow(20);
    scenario.catch_up();
    scenario.chain.reorg(5, 6, 9);
    int failures = 0;
    scenario.node.fault = [&](const std::string& method) -> std::optional<Error> {
        if (method == "block" && scenario.chain.head() == 21 && ++failures < 40 &&
            failures % 5 == 0) {
            CHECK(scenario.recorder.reverts == 0);
            return Error(Code::kTransient, "fake: closed early");
        }
        return std::nullopt;
    };
    scenario.catch_up();
    CHECK(scenario.recorder.reverts == 5);
}

TEST_CASE("a head polled before a reorg proves nothing after it", "[chain][reorg]") {
    Scenario scenario;
    scenario.node.keeps_orphans = true;
    scenario.options.poll_interval = 1h;
    scenario.chain.grow(12);
    int numbers = 0;
    scenario.node.before = [&](const std::string& method) {
        // The head, 12, is known; just before 11 is asked for, 11 and 12 are replaced.
        if (method == "header_by_number" && ++numbers == 12) {
            scenario.chain.reorg(2, 3, 9);
        }
    };
    scenario.catch_up();
    CHECK(scenario.recorder.reverts == 0);
}

TEST_CASE("a reorg to a branch and back again", "[chain][reorg]") {
    Scenario scenario;
    scenario.chain.grow(10);
    const FakeChain ours = scenario.chain;
    scenario.catch_up();
    scenario.chain.reorg(2, 3, 9);
    scenario.catch_up();
    scenario.chain = ours;
    scenario.chain.grow(2);
    scenario.catch_up();
    CHECK(scenario.recorder.reverts == 5);
}

TEST_CASE(
    "a reorg as deep as the undo window is followed, a deeper one refused", "[chain][reorg]"
) {
    Scenario scenario(1, 0, 8);
    scenario.chain.grow(30);
    scenario.catch_up();
    scenario.chain.reorg(8, 9, 9);
    scenario.catch_up();
    CHECK(scenario.recorder.reverts == 8);

    scenario.chain.reorg(9, 10, 11);
    const std::size_t events = scenario.recorder.events.size();
    const Error error = scenario.refusal();
    CHECK(error.code() == Code::kRejected);
    CHECK_THAT(error.message(), Catch::Contains("undo window is 8 blocks"));
    CHECK_THAT(error.message(), Catch::Contains("more than 8 blocks"));
    CHECK_FALSE(error.advice().empty());
    CHECK(scenario.recorder.events.size() == events);
}

TEST_CASE("a reorg that replaces the start block begins anew", "[chain][reorg]") {
    Scenario scenario(1, 10);
    scenario.chain.grow(15);
    scenario.catch_up();
    scenario.chain.reorg(8, 9, 9);
    scenario.catch_up();
    CHECK(scenario.recorder.reverts == 6);
    CHECK(scenario.recorder.applied_blocks.front().ref() == scenario.chain.at(10).header.ref);
}

TEST_CASE("a reorg past the start block waits for the branch to reach it", "[chain][reorg]") {
    Scenario scenario(1, 10);
    scenario.chain.grow(12);
    scenario.catch_up();
    scenario.chain.reorg(8, 2, 9);
    int heads = 0;
    scenario.node.before = [&](const std::string& method) {
        if (method == "head" && ++heads > 10 && scenario.chain.head() < 11) {
            CHECK(scenario.recorder.reverts == 0);
            scenario.chain.grow(1, 9);
        }
    };
    const auto result = scenario.pull_until([&] {
        return scenario.recorder.tip() == scenario.chain.at(scenario.chain.head()).header.ref;
    });
    REQUIRE(result.has_value());
    CHECK(scenario.recorder.reverts == 3);
}

TEST_CASE("a URL that leads to another network in mid-stream is named as that", "[chain][reorg]") {
    Scenario scenario(1, 0, 8);
    scenario.chain.grow(30);
    scenario.catch_up();
    scenario.chain.reorg(30, 40, 9);
    scenario.node.id = 10;
    CHECK_THAT(scenario.refusal().message(), Catch::Contains("serves chain 10"));
}

TEST_CASE("what would end the following has to stay so for a while", "[chain][reorg]") {
    Scenario scenario(1, 0, 8);
    scenario.chain.grow(30);
    scenario.catch_up();
    const FakeChain ours = scenario.chain;
    SECTION("a branch that leaves ours below the undo window") {
        scenario.chain.reorg(20, 24, 9);
    }
    SECTION("another network") {
        scenario.chain.reorg(30, 40, 9);
        scenario.node.id = 10;
    }
    const Instant began = scenario.clock.now();
    bool over = false;
    scenario.node.before = [&](const std::string& /*method*/) {
        if (!over && scenario.clock.now() - began > 8s) {
            over = true;
            scenario.chain = ours;
            scenario.chain.grow(3);
            scenario.node.id = 1;
        }
    };
    const auto result = scenario.pull_until([&] {
        return over && scenario.recorder.tip() == scenario.chain.at(33).header.ref;
    });
    INFO((result ? std::string() : result.error().message()));
    REQUIRE(result.has_value());
    CHECK(scenario.recorder.reverts == 0);
}

TEST_CASE("two wrong answers an hour apart do not add up", "[chain][reorg]") {
    Scenario scenario(1, 0, 8);
    scenario.chain.grow(30);
    scenario.catch_up();
    const FakeChain ours = scenario.chain;
    FakeChain foreign = ours;
    foreign.reorg(20, 24, 9);
    const Instant began = scenario.clock.now();
    scenario.node.before = [&](const std::string& /*method*/) {
        const Duration since = scenario.clock.now() - began;
        const bool wrong = since < 2s || (since > 1h && since < 1h + 5s);
        scenario.chain = wrong ? foreign : ours;
    };
    const auto result =
        scenario.pull_until([&] { return scenario.clock.now() - began > 1h + 10s; });
    // Nothing is handed out meanwhile: pulling ends by its deadline, not by a refusal.
    REQUIRE_FALSE(result.has_value());
    CHECK_THAT(result.error().message(), !Catch::Contains("undo window"));
    CHECK(scenario.recorder.reverts == 0);
}

TEST_CASE("whatever chain and node do, the stream keeps its contract", "[chain][reorg][property]") {
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        INFO("seed " << seed);
        Scenario scenario(seed);
        runtime::Random chaos(seed);
        scenario.recorder.reads_when_live = chaos.chance(0.5);
        scenario.node.keeps_orphans = chaos.chance(0.5);
        scenario.options.backfill_range_blocks = chaos.between(1, 32);
        if (chaos.chance(0.7)) {
            scenario.node.finality_depth = 20;
        }
        scenario.chain.grow(chaos.between(1, 80));
        int budget = 400;
        std::uint64_t salt = 100;
        scenario.node.before = [&](const std::string&) {
            if (budget == 0 || --budget == 0) {
                scenario.node.behind = 0;
                return;
            }
            if (chaos.chance(0.15)) {
                scenario.chain.grow(chaos.between(1, 3), ++salt);
            } else if (scenario.chain.head() > 0 && chaos.chance(0.06)) {
                const std::uint64_t depth =
                    chaos.between(1, std::min<std::uint64_t>(12, scenario.chain.head()));
                scenario.chain.reorg(depth, chaos.between(1, depth + 2), ++salt);
            } else if (chaos.chance(0.02)) {
                scenario.chain.rollback(std::min<std::uint64_t>(3, scenario.chain.head()));
            } else if (chaos.chance(0.05)) {
                scenario.node.behind = chaos.below(4);
            }
        };
        scenario.node.fault = [&](const std::string&) -> std::optional<Error> {
            if (budget == 0 || !chaos.chance(0.15)) {
                return std::nullopt;
            }
            switch (chaos.below(4)) {
                case 0:
                    return Error(Code::kMissing, "fake: null");
                case 1:
                    return Error(Code::kMalformed, "fake: not JSON");
                case 2:
                    return Error(Code::kRateLimited, "fake: 429").after_ms(1500);
                default:
                    return Error(Code::kTransient, "fake: timeout");
            }
        };
        const auto result = scenario.pull_until([&] {
            return budget == 0 &&
                   scenario.recorder.tip() == scenario.chain.at(scenario.chain.head()).header.ref;
        });
        INFO((result ? std::string() : result.error().message()) << scenario.recorder.breach);
        // A rollback at the very end leaves a node that is behind for good: our tip stays.
        REQUIRE(scenario.recorder.tip().has_value());
        CHECK(scenario.recorder.tip()->number >= scenario.chain.head());
        CHECK(
            scenario.recorder.applied(scenario.chain.head()) ==
            scenario.chain.at(scenario.chain.head()).header.ref
        );
    }
}
