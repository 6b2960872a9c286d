// SPDX-License-Identifier: Apache-2.0
// Compound III against modelled contracts that live at random.
#include "property/compound_v3_model/world.hpp"
#include "property/life_tally.hpp"
#include "property/protocol_life.hpp"

#include <catch2/catch.hpp>

#include <cstdint>

namespace faultline::compound_v3_model {
namespace {

constexpr std::uint64_t kSeeds = 40;

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

TEST_CASE("what follows from the logs and reads of Comets is what they answer") {
    live({.seed = 1, .blocks = 120});
}

TEST_CASE("Comets whose history was only caught up with answer the same") {
    live({.seed = 1'001, .blocks = 40, .history = 60});
}

TEST_CASE("Comets read by view calls answer the same, then and later") {
    live({.seed = 2'001, .blocks = 60, .read_anew_after = 40});
}

}  // namespace faultline::compound_v3_model
