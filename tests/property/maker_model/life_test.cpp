// SPDX-License-Identifier: Apache-2.0
// Maker against modelled contracts that live at random.
#include "property/maker_model/world.hpp"
#include "property/protocol_life.hpp"

#include <catch2/catch.hpp>

#include <cstdint>

namespace faultline::maker_model {
namespace {

constexpr std::uint64_t kSeeds = 60;

void live(std::uint64_t history, std::uint64_t first_seed, std::uint64_t blocks) {
    tests::LifeTally tally;
    for (std::uint64_t seed = first_seed; seed < first_seed + kSeeds; ++seed) {
        tests::ProtocolLife<World>(
            {.seed = seed, .blocks = blocks, .history = history, .compared_every = 4, .noise = true
            },
            tally
        )
            .live();
    }
    WARN(tally.text());
    const bool many = tally.equal > 10'000;
    CHECK(many);
}

}  // namespace

TEST_CASE("what follows from the notes and events of Maker is what its contracts answer") {
    live(0, 1, 150);
}

TEST_CASE("Maker whose history was only caught up with answers the same") {
    live(80, 1'001, 50);
}

}  // namespace faultline::maker_model
