// SPDX-License-Identifier: Apache-2.0
// Alerts about what an audit found: committed at the tip, outside a block, and gone with it.
#include "unit/engine/scripted_chain.hpp"

#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocols/aave/views.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/chain/source.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/event.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/random.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/task_group.hpp>
#include <faultline/shell/runtime/virtual_clock.hpp>
#include <faultline/shell/runtime/workers.hpp>
#include <faultline/shell/store/committer.hpp>
#include <faultline/shell/store/memory_store.hpp>
#include <faultline/shell/store/store.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

using alerts::Kind;
using namespace std::chrono_literals;

const protocol::Subject kAliceSubject{
    .market = 0,
    .kind = protocol::SubjectKind::kAccount,
    .holder = {.account = aave::kAlice, .part = {}}
};

/// Alice's data differ in the last word, as two endpoints said.
AuditFinding differs(protocol::Subject about = kAliceSubject) {
    const eth::Read read = aave::account_data_read(aave::kPool, aave::kAlice);
    AuditFinding out{.about = about, .found = {}};
    out.found.block = {.number = 1, .hash = {}};
    out.found.views.push_back(
        {.to = read.to,
         .data = read.data,
         .ours = "1 2 3",
         .chain = "1 2 4",
         .words = {{.place = 2, .ours = U256(3), .chain = U256(4)}}}
    );
    out.found.logs.push_back({.block = 1, .tx_hash = {}, .log_index = 17});
    out.found.endpoints = {"near", "far"};
    return out;
}

AuditFinding equal(protocol::Subject about = kAliceSubject) {
    return {.about = about, .found = {}};
}

/// A chain of two blocks in a fold.
struct Scene {
    ScriptedChain chain;
    Fold fold{fold_options()};
    UndoRecord undo;

    Scene() {
        next();
        next();
    }

    std::vector<alerts::Transition> next() {
        const eth::Block block = chain.next(100);
        Outcome outcome = fold.apply(block, 0);
        undo = {.ref = block.ref(), .changes = {}, .transitions = {}};
        undo.add(outcome);
        return outcome.transitions;
    }

    Outcome audited(const AuditFinding& finding) {
        Outcome outcome = fold.audited(finding, 0);
        undo.add(outcome);
        return outcome;
    }
};

}  // namespace

TEST_CASE("a mismatch alerts with both figures, the block and the last logs", "[audit]") {
    Scene scene;
    const Outcome outcome = scene.audited(differs());
    REQUIRE(outcome.transitions.size() == 1);
    const alerts::Transition& told = outcome.transitions[0];
    CHECK(told.kind == Kind::kFiring);
    CHECK(told.rule == "audit_mismatch");
    CHECK(told.severity == rules::Severity::kCritical);
    CHECK(told.block == scene.fold.tip()->ref);
    CHECK(
        told.labels ==
        std::map<std::string, std::string>{
            {"chain", "test"},
            {"protocol", "aave_v3"},
            {"market", "test"},
            {"account", aave::kAlice.hex()}
        }
    );
    CHECK(
        told.figures ==
        std::map<std::string, std::string>{
            {"audited_block", "1"}, {"ours_word_2", "3"}, {"chain_word_2", "4"}
        }
    );
    CHECK(told.evidence.endpoints == std::vector<std::string>{"near", "far"});
    for (const char* part :
         {"getUserAccountData(address)",
          "block 1 ",
          "ours 1 2 3",
          "chain's 1 2 4",
          "log 17",
          "near far"}) {
        CHECK_THAT(told.summary, Catch::Contains(part));
    }
    // Said once, and shown as long as it lasts.
    CHECK(scene.audited(differs()).transitions.empty());
    const alerts::AlertKey key = scene.fold.alerts().rows().sorted_keys().at(0);
    CHECK(scene.fold.labels(key) == told.labels);
    CHECK_THAT(scene.fold.describe(key), Catch::Contains("ours 1 2 3"));
    CHECK(scene.fold.audits().size() == 1);
}

TEST_CASE("blocks leave the alert of an audit alone; an audit that is equal ends it", "[audit]") {
    Scene scene;
    REQUIRE(scene.audited(differs()).transitions.size() == 1);
    CHECK(scene.next().empty());
    const Outcome outcome = scene.audited(equal());
    REQUIRE(outcome.transitions.size() == 1);
    CHECK(outcome.transitions[0].kind == Kind::kResolved);
    CHECK_THAT(outcome.transitions[0].summary, Catch::StartsWith("over: "));
    CHECK(scene.fold.audits().size() == 0);
    CHECK(scene.fold.alerts().rows().size() == 0);
    CHECK(scene.audited(equal()).rows.empty());
}

TEST_CASE("at one block an alert does not fire, resolve and fire under one key", "[audit]") {
    Scene scene;
    const std::string first = scene.audited(differs()).transitions.at(0).key();
    CHECK(scene.audited(equal()).rows.empty());
    CHECK(scene.fold.audits().size() == 1);
    scene.next();
    CHECK(scene.audited(equal()).transitions.size() == 1);
    CHECK(scene.audited(differs()).transitions.at(0).key() != first);
}

TEST_CASE("the alert goes with the block at which it was told", "[audit]") {
    Scene scene;
    const auto before = scene.fold.dump();
    scene.next();
    REQUIRE(scene.audited(differs()).transitions.size() == 1);
    const auto back = scene.fold.revert(scene.undo);
    REQUIRE(back);
    REQUIRE(back->transitions.size() == 1);
    CHECK(back->transitions[0].kind == Kind::kRetracted);
    CHECK(scene.fold.dump() == before);
}

TEST_CASE("accounts, reserves and markets have alerts of their own", "[audit]") {
    Scene scene;
    using protocol::SubjectKind;
    const protocol::Subject as_account{
        .market = 0,
        .kind = SubjectKind::kAccount,
        .holder = {.account = aave::asset(0), .part = {}}
    };
    const protocol::Subject as_reserve{
        .market = 0, .kind = SubjectKind::kPart, .holder = {.account = aave::asset(0), .part = {}}
    };
    const protocol::Subject as_market{.market = 0, .kind = SubjectKind::kMarket, .holder = {}};
    CHECK(scene.audited(differs(as_account)).transitions.at(0).labels.contains("account"));
    const auto labels = scene.audited(differs(as_reserve)).transitions.at(0).labels;
    CHECK(labels.at("reserve") == aave::asset(0).hex());
    CHECK_FALSE(labels.contains("account"));
    CHECK(scene.audited(differs(as_market)).transitions.at(0).labels.size() == 3);
    CHECK(scene.fold.alerts().rows().size() == 3);
}

TEST_CASE("a replay leaves out what audits wrote", "[audit]") {
    Scene scene;
    for (const ledger::RowChange& row : scene.audited(differs()).rows) {
        ledger::Encoder key;
        key.put(row.table);
        key.append(row.key);
        CHECK(Fold::written_outside_blocks(key.view()));
    }
    ledger::Encoder user;
    user.put(ledger::TableId(0x0105));
    user.append(ledger::encode(aave::UserKey{.market = 0, .account = aave::kAlice}));
    CHECK_FALSE(Fold::written_outside_blocks(user.view()));
    ledger::Encoder alert;
    alert.put(alerts::kAlertTable);
    alert.append(ledger::encode(
        alerts::AlertKey{.rule = alerts::rule_id("low"), .market = 0, .account = {}, .part = {}}
    ));
    CHECK_FALSE(Fold::written_outside_blocks(alert.view()));
    CHECK_FALSE(Fold::written_outside_blocks({}));
}

namespace {

/// Gives out blocks when the test says so.
class PacedSource final : public chain::Source {
  public:
    runtime::Task<Result<eth::ChainEvent>> next() override {
        while (waiting.empty()) {
            co_await more.wait();
        }
        eth::ChainEvent event = std::move(waiting.front());
        waiting.erase(waiting.begin());
        co_return event;
    }

    std::vector<eth::ChainEvent> waiting;
    runtime::Event more;
};

/// Commits take time, as on a worker.
class SlowWorkers final : public runtime::Workers {
  public:
    explicit SlowWorkers(runtime::Clock& clock) : clock_(clock) {}

    runtime::Task<> run(std::move_only_function<void()> work) override {
        co_await clock_.sleep(5ms);
        work();
    }

  private:
    runtime::Clock& clock_;
};

struct Running {
    runtime::Loop loop;
    runtime::VirtualClock clock{1};
    runtime::Random random{1};
    SlowWorkers workers{clock};
    obs::Metrics metrics;
    store::MemoryStore store;
    store::Committer committer{store, workers};
    ScriptedChain chain;
    PacedSource source;
    EngineParts parts{store, committer, clock, random, obs::null_log(), metrics};
    Engine engine{fold_options(), 4, parts};

    Running() { REQUIRE(engine.load()); }

    void feed(eth::ChainEvent event) {
        source.waiting.push_back(std::move(event));
        source.more.notify();
    }

    runtime::Task<> follow() { static_cast<void>(co_await engine.run(source)); }

    std::vector<Kind> outbox() {
        std::vector<Kind> out;
        REQUIRE(store.scan(store::Family::kOutbox, {}, [&](BytesView, BytesView value) {
            out.push_back(alerts::decode_transition(value)->kind);
            return true;
        }));
        return out;
    }
};

runtime::Task<> audit_between_blocks(Running& at, runtime::TaskGroup& group) {
    at.feed(eth::Applied{at.chain.next(100)});
    co_await at.clock.sleep(1ms);
    // While the block's commit is under way.
    co_await at.engine.audited(differs());
    // The next one comes while the audit's is.
    AuditFinding other = differs();
    other.about.holder = {.account = aave::kBob, .part = {}};
    at.feed(eth::Applied{at.chain.next(100)});
    co_await at.engine.audited(other);
    co_await at.clock.sleep(100ms);
    CHECK(at.engine.tip()->number == 2);
    CHECK(at.engine.fold().audits().size() == 2);
    CHECK(at.outbox() == std::vector{Kind::kFiring, Kind::kFiring});
    at.feed(eth::Reverted{at.chain.blocks().back().ref()});
    co_await at.clock.sleep(100ms);
    CHECK(at.engine.tip()->number == 1);
    group.cancel();
}

}  // namespace

TEST_CASE("audits and blocks take turns, and both are there after a restart", "[audit]") {
    Running at;
    const auto both = [](Running& running) -> runtime::Task<> {
        runtime::TaskGroup group;
        group.spawn("follow", running.follow());
        group.spawn("audit", audit_between_blocks(running, group));
        co_await group.wait();
    };
    at.clock.run(at.loop, both(at));
    const auto rows = at.engine.fold().dump();
    Engine again(fold_options(), 4, at.parts);
    REQUIRE(again.load());
    CHECK(again.fold().dump() == rows);
    CHECK(again.fold().audits().size() >= 1);
    CHECK(again.fold().audits().find(kAliceSubject) != nullptr);
    CHECK(
        at.metrics
            .gauge("faultline_alerts_active", "", {{"chain", "test"}, {"severity", "critical"}})
            .value() == static_cast<double>(again.fold().audits().size())
    );
}

}  // namespace faultline::engine
