// SPDX-License-Identifier: Apache-2.0
// Maker against modelled contracts that live at random.
#include "property/life_tally.hpp"
#include "property/maker_model/world.hpp"
#include "property/protocol_life.hpp"

#include <catch2/catch.hpp>

#include <cstdint>

namespace faultline::maker_model {
namespace {

constexpr std::uint64_t kSeeds = 60;

void live(tests::LifeOptions options) {
    tests::LifeTally tally;
    const std::uint64_t first = options.seed;
    for (; options.seed < first + kSeeds; ++options.seed) {
        tests::ProtocolLife<World>(options, tally).live();
    }
    WARN(tally.text());
    const bool many = tally.equal > 10'000;
    CHECK(many);
}

}  // namespace

TEST_CASE("what follows from the notes and events of Maker is what its contracts answer") {
    live({.seed = 1, .blocks = 150});
}

TEST_CASE("Maker whose history was only caught up with answers the same") {
    live({.seed = 1'001, .blocks = 50, .history = 80});
}

TEST_CASE("Maker read by view calls answer the same, then and later") {
    live({.seed = 2'001, .blocks = 60, .read_anew_after = 40});
}

}  // namespace faultline::maker_model
