// SPDX-License-Identifier: Apache-2.0
// Alerts about positions that no rule judges because they have no figures.
#include "unit/engine/fake_world.hpp"

#include <faultline/base/u256.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/engine/fold.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace faultline::engine {
namespace {

using alerts::Kind;
using alerts::Transition;

constexpr std::size_t kBlocks = rules::kUnvaluedBlocks;

/// What blocks said of positions without figures: "firing second half".
std::vector<std::string> said_of(const std::vector<Transition>& transitions) {
    std::vector<std::string> out;
    for (const Transition& one : transitions) {
        if (one.rule == "positions_unvalued") {
            CHECK(one.kind != Kind::kPending);  // One bad block is nothing to tell anyone.
            out.push_back(
                std::string(alerts::kind_name(one.kind)) + " " + one.labels.at("market") + " " +
                one.labels.at("share")
            );
        }
    }
    return out;
}

using Said = std::vector<std::string>;

/// With four positions in each of the scripted markets that are fine.
struct WorldOfFour : World {
    WorldOfFour() {
        for (std::uint8_t i = 1; i <= 4; ++i) {
            script->health_factors_wad[holder(i, 1)] = *checked_mul(U256(2), pow10(18));
        }
    }
};

void pass(World& world, std::size_t blocks) {
    for (std::size_t i = 0; i < blocks; ++i) {
        CHECK(said_of(world.next()).empty());
    }
}

void take_back(World& world) {
    REQUIRE(world.fold.revert(world.undo.back()));
    world.undo.pop_back();
    world.chain.drop_tip();
}

}  // namespace

TEST_CASE("an oracle that no node carries through ends in an alert, and not in silence") {
    ScriptedChain chain;
    Fold fold(fold_options());
    fold.apply(chain.next(100), 0);
    std::vector<Transition> told;
    for (std::size_t i = 0; i < 60; ++i) {
        eth::Block block = chain.next(1);  // The position is liquidated, and nobody can tell.
        const eth::Read oracle = block.reads.begin()->read;
        block.reads = {};
        block.reads.push_back({.read = oracle, .outcome = eth::ReadOutcome::kNoAnswer, .result = {}}
        );
        for (Transition& one : fold.apply(block, 0).transitions) {
            told.push_back(std::move(one));
        }
    }
    CHECK(said_of(told) == Said{"firing test some", "firing test half"});
    const Transition& half = told.back();
    CHECK(half.severity == rules::Severity::kCritical);
    CHECK(half.block.number == 1 + kBlocks);
    CHECK_THAT(
        half.summary,
        Catch::StartsWith("1 of 1 positions of market test cannot be valued, so no rule judges") &&
            Catch::Contains("no_data: the price of reserve 0 was not read")
    );
    CHECK(half.figures.at("positions_unvalued") == "1");
    CHECK(fold.unvalued(0) == 1);
    const Outcome outcome = fold.apply(chain.next(100), 0);
    CHECK(said_of(outcome.transitions) == Said{"resolved test some", "resolved test half"});
    CHECK(outcome.transitions.back().summary == "over: all positions of market test can be valued");
    CHECK(fold.unvalued(0) == 0);
}

TEST_CASE("a few positions without figures do not hide that most have none") {
    WorldOfFour world;
    world.script->unvalued = {{holder(3, 1), "no price of C"}};
    pass(world, kBlocks - 1);
    auto transitions = world.next();
    CHECK(said_of(transitions) == Said{"firing first some", "firing second some"});
    CHECK(transitions[0].severity == rules::Severity::kWarning);
    CHECK_THAT(
        transitions[0].summary,
        Catch::StartsWith("1 of 4 positions") && Catch::Contains("no_data: no price of C")
    );
    world.script->unvalued[holder(2, 1)] = "no price of B";
    pass(world, kBlocks - 1);
    transitions = world.next();
    CHECK(said_of(transitions) == Said{"firing first half", "firing second half"});
    // The reason is that of the first holder, whatever the order in which they are visited.
    CHECK_THAT(transitions[0].summary, Catch::Contains("no price of B"));
    world.script->unvalued.erase(holder(2, 1));
    transitions = world.next();
    CHECK(said_of(transitions) == Said{"resolved first half", "resolved second half"});
    CHECK_THAT(transitions[0].summary, Catch::Contains("can be valued; not 1 of 4 positions"));
    world.script->unvalued.clear();
    CHECK(said_of(world.next()) == Said{"resolved first some", "resolved second some"});
}

TEST_CASE("blocks without figures count in a row, and are taken back with their block") {
    WorldOfFour world;
    const std::string why = "no price";
    world.script->unvalued = {{holder(3, 1), why}};
    pass(world, kBlocks - 1);
    world.script->unvalued.clear();
    pass(world, 1);
    world.script->unvalued = {{holder(3, 1), why}};
    pass(world, kBlocks - 1);
    const auto before = world.fold.dump();
    CHECK(said_of(world.next()).size() == 2);
    take_back(world);
    CHECK(world.fold.dump() == before);
    take_back(world);
    pass(world, 1);
    CHECK(said_of(world.next()).size() == 2);
}

TEST_CASE("history is not counted: nothing is valued there") {
    WorldOfFour world;
    world.script->unvalued = {{holder(3, 1), "no price"}};
    for (std::size_t i = 0; i < 3 * kBlocks; ++i) {
        CHECK(world.next(false).empty());
    }
    pass(world, kBlocks - 1);
    CHECK(said_of(world.next()).size() == 2);
}

TEST_CASE("a market that tells too little to know its debts is one without figures") {
    WorldOfFour world;
    world.script->unread = "the configuration was not read yet";
    pass(world, kBlocks - 1);
    const auto transitions = world.next();
    CHECK(said_of(transitions).size() == 4);
    CHECK_THAT(
        transitions[0].summary,
        Catch::StartsWith("4 of 4 positions") && Catch::Contains(world.script->unread)
    );
}

TEST_CASE("what market_degraded tells is not told twice, nor does it end what was told") {
    WorldOfFour world;
    world.script->unvalued = {{holder(3, 1), "no price"}};
    pass(world, kBlocks - 1);
    CHECK(said_of(world.next()).size() == 2);
    world.script->degraded = "it does what nobody knows";
    world.script->unvalued = {
        {holder(1, 1), "degraded"}, {holder(2, 1), "degraded"}, {holder(3, 1), "degraded"}
    };
    pass(world, 2 * kBlocks);
    world.script->degraded.clear();
    world.script->unvalued.clear();
    CHECK(said_of(world.next()).size() == 2);
}

TEST_CASE("without rules positions are valued every tenth block, and the alert comes as well") {
    auto script = std::make_shared<Script>();
    FoldOptions options{
        .chain_name = "test",
        .deployments = {std::make_shared<const FakeDeployment>(script, "first")},
        .rules = {}
    };
    script->health_factors_wad = {{holder(1, 1), pow10(18)}};
    script->unvalued = {{holder(1, 1), "no price"}};
    Fold fold(options);
    ScriptedChain chain;
    std::vector<std::uint64_t> fired;
    for (std::size_t i = 0; i < 25; ++i) {
        const Outcome outcome = fold.apply(chain.next(100), 0);
        const std::uint64_t number = fold.tip()->ref.number;
        CHECK(outcome.evaluated.markets.empty() == (number % kBlocks != 0));
        if (!said_of(outcome.transitions).empty()) {
            fired.push_back(number);
        }
    }
    CHECK(fired == std::vector<std::uint64_t>{2 * kBlocks});
}

}  // namespace faultline::engine
