// SPDX-License-Identifier: Apache-2.0
// What the fold makes of any protocol: healths by position, laws, news.
#include "unit/engine/fake_world.hpp"

#include <faultline/base/u256.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/engine/fold.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace faultline::engine {
namespace {

using alerts::Kind;
using alerts::Transition;
using protocol::IncidentKind;

}  // namespace

TEST_CASE("positions of one account are judged apart, with labels that tell them apart") {
    World world;
    world.script->health_factors_wad = {
        {holder(7, 1), pow10(18)}, {holder(7, 2), U256::max()}, {holder(7, 3), U256(0)}
    };
    const auto said = world.next();
    // Both markets of the protocol have the same positions here.
    REQUIRE(said.size() == 4);
    CHECK(said[0].labels.at("ilk") == "P1");
    CHECK(said[0].labels.at("protocol") == "fake");
    CHECK(said[0].labels.at("market") == "first");
    CHECK(said[1].labels.at("ilk") == "P3");
    CHECK(said[2].labels.at("market") == "second");
    CHECK(said[0].key() != said[1].key());
    CHECK_THAT(said[0].summary, Catch::Contains("(ilk P1): health factor"));
    world.script->health_factors_wad.erase(holder(7, 1));
    const auto then = world.next();
    REQUIRE(then.size() == 2);
    CHECK(then[0].kind == Kind::kResolved);
    CHECK(then[0].labels.at("ilk") == "P1");
}

TEST_CASE("a call is planned once, whoever names it, and never when the block has its answer") {
    World world;
    const eth::Read one{.to = holder(1, 0).account, .data = {1}, .from = {}};
    const eth::Read other{.to = holder(2, 0).account, .data = {1}, .from = {}};
    world.script->reads = {one, other, one};
    eth::Block block = world.chain.next(200);
    CHECK(world.fold.plan_reads(block) == std::vector<eth::Read>{one, other});
    block.reads.push_back({.read = one, .outcome = eth::ReadOutcome::kReverted, .result = {}});
    CHECK(world.fold.plan_reads(block) == std::vector<eth::Read>{other});
    block.reads.push_back({.read = other, .outcome = eth::ReadOutcome::kReturned, .result = {}});
    CHECK(world.fold.plan_reads(block).empty());
}

TEST_CASE("a law that does not hold fires for its market until it holds") {
    World world;
    CHECK(world.next().empty());
    world.script->broken = {{.market = 2, .law = "debt = sum of dai", .text = "5 is not 4"}};
    auto said = world.next();
    REQUIRE(said.size() == 1);
    CHECK(said[0].rule == "law_broken");
    CHECK(said[0].severity == rules::Severity::kCritical);
    CHECK(said[0].labels.at("market") == "second");
    CHECK_THAT(said[0].summary, Catch::Contains("debt = sum of dai: 5 is not 4"));
    CHECK(world.next().empty());
    world.script->broken.clear();
    said = world.next();
    REQUIRE(said.size() == 1);
    CHECK(said[0].kind == Kind::kResolved);
}

TEST_CASE("news and alarms are told once each, end after a while, and go with their block") {
    World world;
    CHECK(world.next().empty());
    const auto before = world.fold.dump();
    world.script->incidents = {
        {.market = 1, .kind = IncidentKind::kNotice, .text = "a new ilk NEW-A"},
        {.market = 1, .kind = IncidentKind::kNotice, .text = "a new ilk NEW-B"},
        {.market = 2, .kind = IncidentKind::kAlarm, .text = "it was shut down"}
    };
    auto said = world.next();
    REQUIRE(said.size() == 3);
    CHECK(said[0].rule == "market_news");
    CHECK(said[0].severity == rules::Severity::kInfo);
    CHECK(said[0].summary == "a new ilk NEW-A");
    CHECK(said[1].summary == "a new ilk NEW-B");
    CHECK(said[2].rule == "market_alarm");
    CHECK(said[2].severity == rules::Severity::kCritical);
    CHECK(said[2].labels.size() == 4);
    CHECK(said[2].labels.at("news").size() == 16);
    SECTION("they end") {
        CHECK(world.next(true, 500).empty());
        said = world.next(true, 700);
        CHECK(said.size() == 3);
        for (const Transition& one : said) {
            CHECK(one.kind == Kind::kResolved);
        }
        CHECK(world.next(true, 800).empty());
    }
    SECTION("they are taken back") {
        const auto outcome = world.fold.revert(world.undo.back());
        REQUIRE(outcome);
        CHECK(outcome->transitions.size() == 3);
        CHECK(world.fold.dump() == before);
    }
}

TEST_CASE("what history announces alerts nobody") {
    World world;
    world.script->incidents = {
        {.market = 1, .kind = IncidentKind::kNotice, .text = "a new ilk OLD-A"}
    };
    CHECK(world.next(false).empty());
    CHECK(world.script->history_blocks == 2);  // Of each of the two.
    CHECK(world.next().empty());
}

TEST_CASE("news that come in a flood are bounded and counted, and never another's or an alarm") {
    World world;
    for (int i = 0; i < 300; ++i) {
        world.script->incidents.push_back(
            {.market = 1, .kind = IncidentKind::kNotice, .text = "ilk " + std::to_string(i)}
        );
    }
    world.script->incidents.push_back(
        {.market = 1, .kind = IncidentKind::kAlarm, .text = "it was shut down"}
    );
    world.script->incidents.push_back(
        {.market = 2, .kind = IncidentKind::kNotice, .text = "a cToken"}
    );
    auto said = world.next();
    REQUIRE(said.size() == 28);
    CHECK(said[25].rule == "market_alarm");
    CHECK(said[26].summary == "a cToken");
    CHECK(said[27].rule == "market_news");
    CHECK_THAT(said[27].summary, Catch::StartsWith("275 more news of market \"first\""));
    CHECK(said[27].labels.at("news") == "more");
    CHECK(world.dropped == 275);
    world.script->incidents = {
        {.market = 1, .kind = IncidentKind::kNotice, .text = "ilk 7"},
        {.market = 1, .kind = IncidentKind::kNotice, .text = "ilk 300"}
    };
    CHECK(world.next(true, 500).empty());
    CHECK(world.dropped == 276);
    said = world.next(true, 700);
    CHECK(said.size() == 26);  // Those of the first block: ilk 7 was told again.
    said = world.next(true, 1200);
    REQUIRE(said.size() == 2);
    CHECK(said[1].kind == Kind::kResolved);
    CHECK_THAT(said[1].summary, Catch::StartsWith("over: 276 more news"));
    CHECK(world.next(true, 1300).empty());
}

TEST_CASE("alarms that come in a flood leave room for another market's, and for news") {
    World world;
    for (int i = 0; i < 100; ++i) {
        world.script->incidents.push_back(
            {.market = 1, .kind = IncidentKind::kAlarm, .text = "ESM join " + std::to_string(i)}
        );
    }
    CHECK(world.next().size() == 26);
    world.script->incidents = {
        {.market = 1, .kind = IncidentKind::kNotice, .text = "a new ilk"},
        {.market = 2, .kind = IncidentKind::kAlarm, .text = "it was shut down"},
        {.market = 1, .kind = IncidentKind::kAlarm, .text = "ESM join 100"}
    };
    auto said = world.next(true, 300);
    REQUIRE(said.size() == 2);
    CHECK(said[0].summary == "a new ilk");
    CHECK(said[1].summary == "it was shut down");
    CHECK(world.dropped == 76);
    said = world.next(true, 920);
    REQUIRE(said.size() == 28);
    for (const Transition& one : said) {
        CHECK(one.kind == Kind::kResolved);
    }
    CHECK(said.back().rule == "market_alarm");
    CHECK(said.back().labels.at("news") == "more");
    CHECK_THAT(said.back().summary, Catch::StartsWith("over: 76 more alarms of market \"first\""));
    CHECK(world.fold.alerts().rows().size() == 0);
}

TEST_CASE("what the rows show alerts for as long as they show it, and once by its name") {
    World world;
    CHECK(world.next().empty());
    const auto before = world.fold.dump();
    world.script->standings = {
        {.market = 1,
         .alarm = true,
         .name = "it is caged",
         .text = "it is caged: no more",
         .begun = 0},
        {.market = 2, .alarm = false, .name = "auctions of A", .text = "1 open", .begun = 0}
    };
    world.script->incidents = {
        {.market = 1, .kind = IncidentKind::kAlarm, .text = "cage()", .standing = true}
    };
    auto said = world.next();
    REQUIRE(said.size() == 2);
    std::ranges::sort(said, {}, &Transition::rule);
    CHECK(said[0].rule == "market_alarm");
    CHECK(said[0].severity == rules::Severity::kCritical);
    CHECK(said[0].labels.at("market") == "first");
    CHECK(said[0].summary == "it is caged: no more");
    CHECK(said[1].rule == "market_news");
    CHECK(said[1].labels.at("market") == "second");
    SECTION("longer than news do, and with what it is now") {
        world.script->standings[1].text = "2 open";
        CHECK(world.next(true, 5000).empty());
        CHECK(world.next(false, 6000).empty());
        world.script->standings.pop_back();
        said = world.next(true, 7000);
        REQUIRE(said.size() == 1);
        CHECK(said[0].kind == Kind::kResolved);
        CHECK(said[0].summary == "over: 2 open");
        for (const alerts::AlertKey& key : world.fold.alerts().rows().sorted_keys()) {
            CHECK(world.fold.describe(key) == "it is caged: no more");
        }
        CHECK(world.fold.alerts().rows().size() == 1);
    }
    SECTION("and goes with its block") {
        const auto outcome = world.fold.revert(world.undo.back());
        REQUIRE(outcome);
        CHECK(outcome->transitions.size() == 2);
        CHECK(world.fold.dump() == before);
    }
}

TEST_CASE("what grows while it lasts is told again, once an hour at most") {
    World world;
    const auto auctions = [&](std::uint64_t begun) {
        world.script->standings = {
            {.market = 2, .alarm = false, .name = "auctions", .text = "1 open", .begun = begun}
        };
    };
    auctions(7);
    CHECK(world.next().size() == 1);
    CHECK(world.next(true, 4000).empty());  // One that is stuck, and nothing else.
    auctions(8);
    auto said = world.next(true, 4100);
    REQUIRE(said.size() == 1);
    CHECK(said[0].kind == Kind::kFiring);
    CHECK(said[0].rule == "market_news");
    CHECK(said[0].labels.at("market") == "second");
    CHECK(said[0].summary == "1 open; 1 began since they were last told of");
    auctions(10);
    CHECK(world.next(true, 4200).empty());
    said = world.next(true, 4800);
    REQUIRE(said.size() == 1);
    CHECK(said[0].kind == Kind::kResolved);
    auctions(11);
    CHECK(world.next(true, 7500).empty());
    const auto before = world.fold.dump();
    said = world.next(true, 7700);
    REQUIRE(said.size() == 1);
    CHECK(said[0].summary == "1 open; 3 began since they were last told of");
    SECTION("and goes with its block") {
        const auto outcome = world.fold.revert(world.undo.back());
        REQUIRE(outcome);
        CHECK(outcome->transitions.size() == 1);
        CHECK(world.fold.dump() == before);
    }
    SECTION("and leaves nothing when it is over") {
        world.script->standings.clear();
        CHECK(world.next(true, 8300).size() == 2);
        CHECK(world.fold.alerts().rows().size() == 0);
        auctions(12);
        said = world.next(true, 8400);
        REQUIRE(said.size() == 1);
        CHECK(said[0].summary == "1 open");
    }
}

}  // namespace faultline::engine
