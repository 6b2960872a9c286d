// SPDX-License-Identifier: Apache-2.0
// Compound V2 against modelled contracts that live at random.
#include "property/compound_v2_model/world.hpp"
#include "property/protocol_life.hpp"

#include <catch2/catch.hpp>

#include <cstdint>

namespace faultline::compound_v2_model {
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

TEST_CASE(
    "what follows from the logs and reads of a Comptroller and its cTokens is what they answer"
) {
    live(0, 1, 150);
}

TEST_CASE("cTokens whose history was only caught up with answer the same") {
    live(80, 1'001, 50);
}

}  // namespace faultline::compound_v2_model
