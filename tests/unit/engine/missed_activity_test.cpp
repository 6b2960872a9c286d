// SPDX-License-Identifier: Apache-2.0
// What passes while a chain is caught up with is told when it is live again.
#include "core/protocols/aave/events.hpp"
#include "unit/core/protocols/aave/market_fixture.hpp"
#include "unit/engine/fake_world.hpp"

#include <faultline/base/u256.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/activity.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/engine/fold.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace faultline::engine {
namespace {

using alerts::Kind;
using alerts::Transition;

protocol::Incident happens(
    const std::string& event,
    const std::string& detail,
    const std::string& text,
    protocol::MarketId market = 1
) {
    return {
        .market = market,
        .kind = protocol::IncidentKind::kActivity,
        .text = text,
        .activity =
            protocol::Activity{
                .event = event, .detail = detail, .token = {}, .account = {}, .value = {}
            }
    };
}

/// The summaries of what begins, "rule: summary".
std::vector<std::string> summaries(const std::vector<Transition>& said) {
    std::vector<std::string> out;
    for (const Transition& one : said) {
        if (one.kind == Kind::kFiring) {
            out.push_back(one.rule + ": " + one.summary);
        }
    }
    return out;
}

using Said = std::vector<std::string>;

/// Live at blocks 1 and 2, then an outage.
struct Outage : World {
    Outage() {
        next();
        next();
    }

    void passes(std::vector<protocol::Incident> incidents) {
        script->incidents = std::move(incidents);
        CHECK(next(false).empty());
    }
};

}  // namespace

TEST_CASE("what changed while blocks were caught up with is told at the first live block") {
    Outage world;
    world.passes({});
    world.passes({happens("governance", "role", "grants A"), happens("flash_loan", "", "1 lent")});
    world.passes(
        {happens("governance", "upgraded", "runs 0xbad"),
         happens("governance", "role", "grants B"),
         happens("governance", "parameter", "ltv 0", 2),
         happens("liquidation", "", "0x1 pays")}
    );
    world.passes({});
    const auto before = world.fold.dump();
    const Said told{
        "market_news: while blocks 3 to 7 of fake/first were caught up with: 1 liquidation; 1 "
        "flash loan; rules judged the last block alone",
        "market_alarm: while blocks 3 to 7 of fake/first were caught up with: 1 upgrade, the last: "
        "runs 0xbad; 2 role changes, the last: grants B; rules judged the last block alone",
        "market_news: while blocks 3 to 7 of fake/second were caught up with: 1 parameter change, "
        "the last: ltv 0; rules judged the last block alone"
    };
    CHECK(summaries(world.next()) == told);
    SECTION("once, and for a while") {
        CHECK(world.next(true, 500).empty());
        const auto said = world.next(true, 700);
        REQUIRE(said.size() == 3);
        CHECK(said[0].kind == Kind::kResolved);
        CHECK(world.next(true, 800).empty());
    }
    SECTION("and again when its block is taken back") {
        const auto outcome = world.fold.revert(world.undo.back());
        REQUIRE(outcome);
        CHECK(outcome->transitions.size() == 3);
        CHECK(world.fold.dump() == before);
        world.chain.drop_tip();
        CHECK(summaries(world.next()) == told);
    }
    SECTION("also by the next process") {
        World other;
        for (const ledger::RowChange& row : before) {
            REQUIRE(other.fold.load(row.table, row.key, *row.after));
        }
        other.chain = world.chain;
        other.chain.drop_tip();
        CHECK(summaries(other.next()) == told);
    }
}

TEST_CASE("a first backfill is nobody's news, and a quiet outage costs no rows") {
    World world;
    world.script->incidents = {happens("governance", "upgraded", "long ago")};
    CHECK(world.next(false).empty());
    CHECK(world.next(false).empty());
    const auto written = world.undo.back().changes.size();
    CHECK(world.next().empty());
    CHECK(world.next(false).empty());
    const auto rows = world.fold.dump().size();
    for (int i = 0; i < 3; ++i) {
        CHECK(world.next(false).empty());
        CHECK(world.undo.back().changes.size() == written);
    }
    CHECK(world.fold.dump().size() == rows);
    CHECK(world.next().empty());
    CHECK(world.next().empty());
}

TEST_CASE("the first live block's own changes are told as well, whatever windows reach") {
    Outage world;
    world.passes({});
    world.script->incidents = {
        happens("source_changed", "", "asks 0xbad"), happens("liquidation", "", "0x1 pays")
    };
    CHECK(
        summaries(world.next()) ==
        Said{"market_alarm: while blocks 3 to 4 of fake/first were caught up with: 1 price source "
             "change, the last: asks 0xbad; rules judged the last block alone"}
    );
    world.script->incidents = {happens("source_changed", "", "asks 0xbad2")};
    CHECK(world.next().empty());
}

TEST_CASE("a storm leaves a row for each kind of activity, and a bounded text") {
    Outage world;
    for (int i = 0; i < 100; ++i) {
        world.passes({happens("governance", "role", std::string(5000, 'x'))});
    }
    const auto said = summaries(world.next());
    REQUIRE(said.size() == 1);
    CHECK_THAT(said[0], Catch::Contains("100 role changes"));
    CHECK(said[0].size() < 600);
}

TEST_CASE("logs of history are told of a chain that was followed live before, and only then") {
    for (const bool live_before : {false, true}) {
        ScriptedChain chain;
        Fold fold(fold_options());
        const auto apply = [&](bool live, bool changes) {
            eth::Block block = chain.next(200);
            block.live = live;
            if (changes) {
                aave::TestMarket scratch;
                scratch.log<aave::events::CollateralConfigurationChanged>(
                    aave::kConfigurator, {aave::asset(0), U256(4000), U256(8000), U256(10500)}
                );
                block.logs = scratch.pending().logs;
            }
            return summaries(fold.apply(block, 0).transitions);
        };
        CHECK(apply(live_before, false).empty());
        CHECK(apply(false, true).empty());
        const auto said = apply(true, false);
        REQUIRE(said.size() == (live_before ? 1 : 0));
        if (live_before) {
            CHECK_THAT(
                said[0],
                Catch::StartsWith("market_news: while blocks 2 to 3 of aave_v3/") &&
                    Catch::Contains("1 parameter change, the last: ") &&
                    Catch::Contains("liquidationThreshold 8000 bps")
            );
        }
    }
}

}  // namespace faultline::engine
