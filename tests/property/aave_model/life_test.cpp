// SPDX-License-Identifier: Apache-2.0
// The engine against modelled contracts that live at random: what it recovers from their logs must
// be what they hold.
#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/engine_feed.hpp"
#include "property/aave_model/market_life.hpp"
#include "property/aave_model/tested_versions.hpp"
#include "property/aave_model/version.hpp"

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::aave_model {
namespace {

constexpr std::uint64_t kSeeds = 80;
constexpr std::uint64_t kBlocks = 120;
constexpr std::uint64_t kComparedEvery = 5;

/// What a run must have done of each operation, and compared, to say anything.
constexpr std::size_t kTimesEach = 20;
constexpr std::size_t kAnswers = 100'000;

struct Lived {
    std::size_t equal = 0;
    std::map<std::string_view, std::size_t> done;
    std::map<std::string, std::size_t> told;
};

void require_equal(const EngineFeed& engine, const MarketLife& life, Lived& lived) {
    const auto compared = engine.compare(life.contracts(), life.holders());
    lived.equal += compared.equal;
    for (const std::string& difference : compared.differences) {
        UNSCOPED_INFO(difference);
    }
    REQUIRE(compared.differences.empty());
}

void live(Version version, std::uint64_t seed, Lived& lived) {
    MarketLife life(version, seed);
    EngineFeed engine(version);
    for (std::uint64_t block = 1; block <= kBlocks; ++block) {
        life.next_block();
        INFO("Aave " << version_name(version) << ", seed " << seed << ", block " << block);
        for (const std::string& incident : engine.apply(life.contracts(), life.header())) {
            FAIL(incident);
        }
        if (block == 1 || block == kBlocks || (block + seed) % kComparedEvery == 0) {
            require_equal(engine, life, lived);
        }
    }
    for (const auto& [name, times] : life.done()) {
        lived.done[name] += times;
    }
    for (const auto& [name, times] : life.contracts().told()) {
        lived.told[name] += times;
    }
}

}  // namespace

TEST_CASE("what the engine makes of the logs of a random life is what the contracts answer") {
    const Version version = GENERATE(from_range(kTestedVersions));
    Lived lived;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        live(version, seed, lived);
    }
    std::string report;
    for (const auto& [name, times] : lived.done) {
        const bool often = times > kTimesEach;
        INFO(name);
        CHECK(often);
        report += " " + std::string(name) + " " + std::to_string(times) + ",";
    }
    for (const auto& [name, times] : lived.told) {
        report += " " + name + " " + std::to_string(times) + ",";
    }
    WARN(
        "Aave " << version_name(version) << ": " << lived.equal << " answers are equal;" << report
    );
    const bool many = lived.equal > kAnswers;
    CHECK(many);
}

}  // namespace faultline::aave_model
