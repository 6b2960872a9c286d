// SPDX-License-Identifier: Apache-2.0
// Alerts about the watching itself: blocks taken with a doubt, markets without figures.
#include "unit/engine/scripted_chain.hpp"

#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/rules/watch_rule.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/notice.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace faultline::engine {
namespace {

using alerts::Kind;

constexpr const char* kDoubt = "node a: the header has another hash";

/// Applies the next block and gives what it said of a watch rule: "firing", "resolved", or "".
class Watched {
  public:
    std::string next(const std::string& doubt = "", bool live = true) {
        eth::Block block = chain_.next(100);
        block.evidence.doubt = doubt;
        block.live = live;
        return take(block);
    }

    std::string take(const eth::Block& block) {
        std::string said;
        before_ = fold.dump();
        last_ = fold.apply(block, 0);
        undo_ = UndoRecord{.ref = block.ref(), .changes = last_.rows, .transitions = {}};
        for (const alerts::Transition& transition : last_.transitions) {
            undo_.transitions.push_back(alerts::encode(transition));
            if (rules::watch_rule_of(transition.rule)) {
                said += alerts::kind_name(transition.kind);
                told = transition;
            }
        }
        return said;
    }

    /// The chain stops, as the engine has it: part of the tip.
    Outcome halt(const std::string& why, std::uint32_t occurrence = 0) {
        Outcome outcome = fold.halt(why, occurrence);
        undo_.add(outcome);
        return outcome;
    }

    /// Something that no block tells, as the engine has it: part of the tip.
    Outcome notice(const Notice& notice) {
        Outcome outcome = fold.noticed(notice, 0);
        undo_.add(outcome);
        return outcome;
    }

    Outcome take_back() {
        auto outcome = fold.revert(undo_);
        REQUIRE(outcome);
        CHECK(fold.dump() == before_);
        chain_.drop_tip();
        return *std::move(outcome);
    }

    eth::Block scripted() { return chain_.next(100); }

    Fold fold{fold_options()};
    alerts::Transition told;

  private:
    ScriptedChain chain_;
    std::vector<ledger::RowChange> before_;
    Outcome last_;
    UndoRecord undo_;
};

}  // namespace

TEST_CASE("a receiver that is not sent to any more is an alert for the others") {
    Watched watched;
    watched.next();
    Notice stopped{
        .rule = rules::WatchRule::kReceiverStopped, .receiver = "chat", .holds = true, .why = "gone"
    };
    const Outcome outcome = watched.notice(stopped);
    REQUIRE(outcome.transitions.size() == 1);
    const alerts::Transition& alert = outcome.transitions[0];
    CHECK(alert.kind == Kind::kFiring);
    CHECK(alert.rule == "receiver_stopped");
    CHECK(alert.severity == rules::Severity::kCritical);
    CHECK(alert.summary == "gone");
    CHECK(
        alert.labels == std::map<std::string, std::string>{{"chain", "test"}, {"receiver", "chat"}}
    );
    CHECK(watched.notice(stopped).rows.empty());
    stopped.receiver = "pager";
    CHECK(watched.notice(stopped).transitions.size() == 1);
    CHECK(
        watched.fold.noticed_of(rules::WatchRule::kReceiverStopped) ==
        std::set<std::string>{"chat", "pager"}
    );
    // Blocks leave it alone; it is taken back with the block at which it was told.
    CHECK(watched.next().empty());
    stopped.holds = false;
    const Outcome over = watched.notice(stopped);
    REQUIRE(over.transitions.size() == 1);
    CHECK(over.transitions[0].kind == Kind::kResolved);
    CHECK(watched.fold.describe(watched.fold.alerts().rows().sorted_keys().at(0)) == "gone");
    const Outcome reverted = watched.take_back();
    REQUIRE(reverted.transitions.size() == 1);
    CHECK(reverted.transitions[0].kind == Kind::kRetracted);
    CHECK(watched.fold.noticed_of(rules::WatchRule::kReceiverStopped).contains("pager"));
}

TEST_CASE("a block taken with a doubt alerts once, and ends ten minutes after the last one") {
    Watched watched;
    CHECK(watched.next().empty());
    REQUIRE(watched.next(kDoubt) == "firing");
    CHECK(watched.told.rule == "blocks_unverified");
    CHECK(watched.told.severity == rules::Severity::kCritical);
    CHECK(watched.told.evidence.doubt == kDoubt);
    CHECK(watched.told.labels == std::map<std::string, std::string>{{"chain", "test"}});
    CHECK_THAT(watched.told.summary, Catch::Contains("block 2") && Catch::Contains(kDoubt));
    CHECK(watched.next(kDoubt).empty());
    CHECK(watched.next().empty());
    CHECK(watched.next(kDoubt).empty());
    // Blocks are twelve seconds apart: 49 of them lie within ten minutes of the last doubt.
    for (int i = 0; i < 49; ++i) {
        CHECK(watched.next().empty());
    }
    REQUIRE(watched.next() == "resolved");
    CHECK_THAT(watched.told.summary, Catch::Contains("over") && Catch::Contains("block 5"));
    CHECK(watched.fold.alerts().rows().size() == 0);
    CHECK(watched.next(kDoubt) == "firing");
}

TEST_CASE("history taken with a doubt alerts at the first live block, however old it is") {
    Watched watched;
    CHECK(watched.next("", false).empty());
    CHECK(watched.next(kDoubt, false).empty());
    CHECK(watched.next("", false).empty());
    for (int i = 0; i < 100; ++i) {
        CHECK(watched.next("", false).empty());
    }
    REQUIRE(watched.next() == "firing");
    CHECK_THAT(watched.told.summary, Catch::Contains("block 2"));
    CHECK(watched.next().empty());
}

TEST_CASE("an orphaned block takes back the alert that it was taken with a doubt") {
    Watched watched;
    CHECK(watched.next().empty());
    REQUIRE(watched.next(kDoubt) == "firing");
    const Outcome outcome = watched.take_back();
    REQUIRE(outcome.transitions.size() == 1);
    CHECK(outcome.transitions[0].kind == Kind::kRetracted);
    CHECK(watched.next().empty());
}

TEST_CASE("a market without figures alerts and says why") {
    Watched watched;
    CHECK(watched.next().empty());
    eth::Block broken = watched.scripted();
    aave::TestMarket scratch;
    scratch.borrow(7, aave::kAlice, 1);  // Of a reserve that was never listed.
    broken.logs = scratch.pending().logs;
    REQUIRE(watched.take(broken) == "firing");
    CHECK(watched.told.rule == "market_degraded");
    CHECK(watched.told.labels.at("market") == "test");
    CHECK(watched.told.labels.at("protocol") == "aave_v3");
    CHECK_FALSE(watched.told.labels.contains("account"));
    CHECK_THAT(watched.told.summary, Catch::Contains("no rule judges its accounts"));
    CHECK(watched.next().empty());
    for (const alerts::AlertKey& key : watched.fold.alerts().rows().sorted_keys()) {
        CHECK_THAT(watched.fold.describe(key), Catch::Contains("no figures"));
    }
}

TEST_CASE("an orphaned block takes its quarantined log and the alert about it along") {
    Watched watched;
    CHECK(watched.next().empty());
    eth::Block broken = watched.scripted();
    aave::TestMarket scratch;
    scratch.borrow(7, aave::kAlice, 1);
    broken.logs = scratch.pending().logs;
    REQUIRE(watched.take(broken) == "firing");
    // The token is none of the market's; the pool's log is of a reserve that was never listed.
    CHECK(watched.fold.protocols().quarantine().total() == 1);
    const Outcome outcome = watched.take_back();
    REQUIRE(outcome.transitions.size() == 1);
    CHECK(outcome.transitions[0].kind == Kind::kRetracted);
    CHECK(watched.fold.protocols().quarantine().total() == 0);
}

TEST_CASE("a chain that stops alerts as of its tip, until a live block comes") {
    Watched watched;
    CHECK(watched.next().empty());
    const Outcome outcome = watched.halt("a reorg is too deep; run `faultline resync`");
    REQUIRE(outcome.transitions.size() == 1);
    const alerts::Transition& told = outcome.transitions.front();
    CHECK(told.kind == Kind::kFiring);
    CHECK(told.rule == "chain_halted");
    CHECK(told.block == watched.fold.tip()->ref);
    CHECK(told.labels == std::map<std::string, std::string>{{"chain", "test"}});
    CHECK_THAT(told.summary, Catch::Contains("faultline resync"));
    CHECK(outcome.rows.size() == 2);
    for (const ledger::RowChange& row : outcome.rows) {
        ledger::Encoder key;
        key.put(row.table);
        key.append(row.key);
        CHECK(Fold::written_outside_blocks(key.view()));
    }
    ledger::Encoder tip;
    tip.put(ledger::TableId(0x0001));
    CHECK_FALSE(Fold::written_outside_blocks(tip.view()));
    // The next process stops at once, too: nobody is told twice.
    CHECK(watched.halt("a reorg is too deep").transitions.empty());
    CHECK(watched.next("", false).empty());
    REQUIRE(watched.next() == "resolved");
    CHECK(watched.fold.alerts().rows().size() == 0);
    const Outcome back = watched.take_back();
    REQUIRE(back.transitions.size() == 1);
    CHECK(back.transitions[0].kind == Kind::kRetracted);
    CHECK(watched.next() == "resolved");
}

TEST_CASE("that a chain stopped is taken back with the block at which it did") {
    Watched watched;
    CHECK(watched.next().empty());
    REQUIRE(watched.halt("too deep").transitions.size() == 1);
    REQUIRE(watched.next() == "resolved");
    const std::string first = watched.halt("too deep again", 1).transitions.at(0).key();
    CHECK(first.ends_with(".1"));
    // Of this block: what it resolved, and that the chain stopped again.
    const Outcome back = watched.take_back();
    REQUIRE(back.transitions.size() == 2);
    CHECK(back.transitions[0].kind == Kind::kRetracted);
    CHECK(back.transitions[1].kind == Kind::kRetracted);
    CHECK(watched.fold.alerts().rows().size() == 1);
    CHECK(watched.next() == "resolved");
    CHECK(watched.fold.alerts().rows().size() == 0);
}

TEST_CASE("a market whose pool does not tell what it is alerts, too") {
    Watched watched;
    eth::Block block = watched.scripted();
    aave::TestMarket scratch;
    scratch.log<aave::events::Upgraded>(aave::kPool, {aave::address(9)}).list_reserve(0);
    block.logs = scratch.pending().logs;
    REQUIRE(watched.take(block) == "firing");
    CHECK_THAT(watched.told.summary, Catch::Contains("each live block asks for it"));
    eth::Block next = watched.scripted();
    next.reads = aave::TestMarket().revision(10, aave::address(9)).pending().reads;
    CHECK(watched.take(next) == "resolved");
}

}  // namespace faultline::engine
