// SPDX-License-Identifier: Apache-2.0
#include "sim/world.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <fstream>
#include <set>
#include <string>

using namespace faultline::sim;

namespace {

void check_seed(std::uint64_t seed) {
    const SimReport report = run_seed(seed);
    INFO("replay with: build/release/tests/sim/sim_run --seed " << seed << " --verbose");
    INFO(report.options);
    INFO(report.failure);
    CHECK(report.failure.empty());
}

void check_seeds(std::uint64_t first) {
    constexpr std::uint64_t kSeedsPerCase = 50;
    for (std::uint64_t seed = first; seed < first + kSeedsPerCase; ++seed) {
        check_seed(seed);
    }
}

/// The same chain, with a node, a receiver and a process that never fail.
SimOptions without_faults(SimOptions options) {
    SimOptions calm;
    calm.seed = options.seed;
    calm.history_blocks = options.history_blocks;
    calm.live_blocks = options.live_blocks;
    calm.block_seconds = options.block_seconds;
    calm.finality_depth = options.finality_depth;
    calm.knows_finality = options.knows_finality;
    calm.reorg = options.reorg;
    calm.reorg_depth = options.reorg_depth;
    calm.flip_back = options.flip_back;
    calm.rollback = options.rollback;
    return calm;
}

}  // namespace

// Twenty cases so that ctest runs them side by side.
TEST_CASE("all invariants hold for seeds 1 to 50", "[sim]") {
    check_seeds(1);
}

TEST_CASE("all invariants hold for seeds 51 to 100", "[sim]") {
    check_seeds(51);
}

TEST_CASE("all invariants hold for seeds 101 to 150", "[sim]") {
    check_seeds(101);
}

TEST_CASE("all invariants hold for seeds 151 to 200", "[sim]") {
    check_seeds(151);
}

TEST_CASE("all invariants hold for seeds 201 to 250", "[sim]") {
    check_seeds(201);
}

TEST_CASE("all invariants hold for seeds 251 to 300", "[sim]") {
    check_seeds(251);
}

TEST_CASE("all invariants hold for seeds 301 to 350", "[sim]") {
    check_seeds(301);
}

TEST_CASE("all invariants hold for seeds 351 to 400", "[sim]") {
    check_seeds(351);
}

TEST_CASE("all invariants hold for seeds 401 to 450", "[sim]") {
    check_seeds(401);
}

TEST_CASE("all invariants hold for seeds 451 to 500", "[sim]") {
    check_seeds(451);
}

TEST_CASE("all invariants hold for seeds 501 to 550", "[sim]") {
    check_seeds(501);
}

TEST_CASE("all invariants hold for seeds 551 to 600", "[sim]") {
    check_seeds(551);
}

TEST_CASE("all invariants hold for seeds 601 to 650", "[sim]") {
    check_seeds(601);
}

TEST_CASE("all invariants hold for seeds 651 to 700", "[sim]") {
    check_seeds(651);
}

TEST_CASE("all invariants hold for seeds 701 to 750", "[sim]") {
    check_seeds(701);
}

TEST_CASE("all invariants hold for seeds 751 to 800", "[sim]") {
    check_seeds(751);
}

TEST_CASE("all invariants hold for seeds 801 to 850", "[sim]") {
    check_seeds(801);
}

TEST_CASE("all invariants hold for seeds 851 to 900", "[sim]") {
    check_seeds(851);
}

TEST_CASE("all invariants hold for seeds 901 to 950", "[sim]") {
    check_seeds(901);
}

TEST_CASE("all invariants hold for seeds 951 to 1000", "[sim]") {
    check_seeds(951);
}

TEST_CASE("seeds that once failed hold", "[sim]") {
    std::ifstream pinned(FAULTLINE_SOURCE_DIR "/tests/sim/pinned_seeds.txt");
    REQUIRE(pinned.good());
    for (std::string line; std::getline(pinned, line);) {
        const std::string seed = line.substr(0, line.find_first_of(" #"));
        if (!seed.empty()) {
            check_seed(std::stoull(seed));
        }
    }
}

TEST_CASE("a seed is one history: the same trace each time", "[sim][determinism]") {
    std::set<std::uint64_t> digests;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        const SimReport first = run_seed(seed);
        CHECK(first.digest == run_seed(seed).digest);
        digests.insert(first.digest);
    }
    CHECK(digests.size() == 10);
}

TEST_CASE("faults change when things happen, not what is known in the end", "[sim][determinism]") {
    for (std::uint64_t seed = 201; seed <= 212; ++seed) {
        INFO("seed " << seed);
        const SimOptions options = SimOptions::draw(seed);
        const SimReport stormy = run_options(options);
        const SimReport calm = run_options(without_faults(options));
        CHECK(stormy.failure.empty());
        CHECK(calm.failure.empty());
        CHECK(stormy.blocks == calm.blocks);
        CHECK(stormy.state_digest == calm.state_digest);
    }
}

TEST_CASE("the seeds reach what they are meant to reach", "[sim]") {
    SimReport sum;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const SimReport report = run_seed(seed);
        sum.reverts += report.reverts;
        sum.mined_again += report.mined_again;
        sum.crashes += report.crashes;
        sum.firings += report.firings;
        sum.retractions += report.retractions;
        sum.deliveries += report.deliveries;
    }
    CHECK(sum.reverts > 100);
    CHECK(sum.mined_again > 20);
    CHECK(sum.crashes > 10);
    CHECK(sum.firings > 20);
    CHECK(sum.retractions > 10);
    CHECK(sum.deliveries > sum.firings);
}
