// SPDX-License-Identifier: Apache-2.0
// Waits for finality among silences, restarts and reloads that change what is waited for.
#include "bench.hpp"

#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/silence.hpp>
#include <faultline/core/ledger/codec.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

using namespace faultline;
using namespace faultline::delivery;
using namespace faultline::delivery::testing;
using alerts::Kind;
using store::Family;

namespace {

void silence_all(Bench& bench, std::chrono::milliseconds length) {
    alerts::Silence out;
    out.id = 1;
    out.matchers = {alerts::Matcher::parse("rule=low_health").value()};
    out.starts = bench.clock.wall_now();
    out.ends = {out.starts.value + length.count()};
    bench.decisions.put(std::move(out));
    bench.decided();
}

}  // namespace

TEST_CASE("An end that is taken back leaves the firing to wait as it did", "[delivery]") {
    Bench bench({receiver("a")});
    bench.start();
    silence_all(bench, 1min);
    bench.add(waiting("f1", 5));
    bench.add(waiting("f1", 7, Kind::kResolved));
    bench.pass(5min);
    bench.finality.orphaned.insert(waiting("f1", 7).block);
    bench.add(taken_back(waiting("f1", 7, Kind::kResolved)));
    bench.pass(5min);
    CHECK(bench.client.attempts.empty());
    const bool taken_back_too = GENERATE(false, true);
    if (taken_back_too) {
        bench.add(taken_back(waiting("f1", 5)));
    }
    const bool restarts = GENERATE(false, true);
    if (restarts) {
        bench.crash(100);
        bench.start();
    }
    bench.finality.finalized = 4;
    bench.pass(1min);
    CHECK(bench.client.attempts.empty());
    bench.finality.finalized = 5;
    bench.pass(1min);
    using Keys = std::vector<std::string>;
    CHECK(bench.client.keys() == (taken_back_too ? Keys{} : Keys{waiting("f1", 5).key()}));
    CHECK(bench.rows(Family::kOutbox) == 0);
    CHECK(bench.rows(Family::kMeta) == 0);
}

TEST_CASE("What ended while it was silenced is not told when the end is final", "[delivery]") {
    Bench bench({receiver("a")});
    bench.start();
    silence_all(bench, 1min);
    bench.add(waiting("f1", 5));
    bench.add(waiting("f1", 7, Kind::kResolved));
    bench.pass(5min);
    bench.finality.finalized = 6;
    bench.pass(5min);
    CHECK(bench.rows(Family::kOutbox) == 1);
    bench.finality.finalized = 7;
    bench.pass(5min);
    CHECK(bench.client.attempts.empty());
    CHECK(bench.rows(Family::kOutbox) == 0);
    CHECK(bench.rows(Family::kMeta) == 0);
    CHECK(
        bench.metric("faultline_notifications_suppressed_total{channel=\"a\",reason=\"over\"}") == 2
    );
}

TEST_CASE("A reload that ends a wait leaves nothing that waits for ever", "[delivery]") {
    Bench bench({receiver("a")});
    bench.start();
    bench.add(waiting("f1", 5));
    // Its rule waits no more since a reload.
    bench.add(transition("f1", 6, Kind::kResolved));
    bench.pass(10s);
    bench.add(taken_back(transition("f1", 6, Kind::kResolved)));
    bench.add(taken_back(waiting("f1", 5)));
    bench.finality.orphaned = {waiting("f1", 5).block, transition("f1", 6).block};
    bench.finality.finalized = 100;
    bench.pass(1min);
    CHECK(bench.client.attempts.empty());
    CHECK(bench.rows(Family::kOutbox) == 0);
    bench.add(transition("f1", 101));
    bench.pass(1min);
    CHECK(bench.client.keys() == std::vector{transition("f1", 101).key()});
}

TEST_CASE("An end that waits and is taken back holds up no later firing", "[delivery]") {
    Bench bench({receiver("a")});
    bench.start();
    bench.add(transition("f1", 5));
    bench.add(waiting("f1", 6, Kind::kResolved));
    alerts::Transition next = transition("f1", 7);
    next.episode = "7-00000000";
    bench.add(next);
    bench.pass(10s);
    bench.add(taken_back(next));
    bench.add(taken_back(waiting("f1", 6, Kind::kResolved)));
    bench.finality.orphaned = {waiting("f1", 6).block, next.block};
    bench.add(transition("f1", 8, Kind::kResolved));
    bench.pass(10s);
    CHECK(
        bench.client.keys() ==
        std::vector{transition("f1", 5).key(), transition("f1", 8, Kind::kResolved).key()}
    );
    CHECK(bench.rows(Family::kOutbox) == 0);
}

TEST_CASE("A silence that begins while firing and end wait keeps both", "[delivery]") {
    Bench bench({receiver("a")});
    bench.start();
    bench.add(waiting("f1", 5));
    bench.add(waiting("f1", 6, Kind::kResolved));
    bench.pass(10s);
    silence_all(bench, 1h);
    bench.finality.finalized = 6;
    bench.pass(2h);
    CHECK(bench.client.attempts.empty());
    CHECK(bench.rows(Family::kOutbox) == 0);
    CHECK(bench.rows(Family::kMeta) == 0);
    CHECK(
        bench.metric("faultline_notifications_suppressed_total{channel=\"a\",reason=\"silenced\"}"
        ) == 2
    );
    CHECK(bench.log.mentions("reason=silenced by=silence 1"));
}

TEST_CASE("What is held back leaves the outbox once it is first in its lane", "[delivery]") {
    Bench bench({receiver("a")});
    bench.finality.finalized = 5;
    bench.start();
    bench.add(waiting("f1", 5));
    bench.pass(10s);
    bench.add(waiting("f1", 6, Kind::kResolved));
    silence_all(bench, 1h);
    bench.add(waiting("f1", 7));
    bench.pass(10s);
    CHECK(bench.rows(Family::kOutbox) == 2);
    bench.finality.finalized = 7;
    bench.pass(10s);
    CHECK(bench.client.attempts.size() == 2);
    CHECK(bench.rows(Family::kOutbox) == 0);
    bench.crash(100);
    bench.start();
    bench.pass(2h);
    CHECK(bench.client.keys().back() == waiting("f1", 7).key());
    CHECK(bench.rows(Family::kMeta) == 0);
}

TEST_CASE("A row that is held back and cannot be read spins nothing", "[delivery]") {
    Bench bench({receiver("a")});
    bench.start();
    bench.add(waiting("f1", 5, Kind::kResolved));
    silence_all(bench, 1h);
    bench.add(waiting("f1", 7));
    bench.pass(10s);
    store::Batch batch;
    batch.erase(Family::kOutbox, ledger::encode(std::uint64_t{1}));
    REQUIRE(bench.store.commit(batch, store::Durability::kSynced).has_value());
    bench.finality.finalized = 7;
    bench.pass(1min);
    CHECK(bench.client.attempts.size() == 1);
    CHECK(bench.metric("faultline_notifications_held{chain=\"devnet\",channel=\"a\"}") == 1);
}

TEST_CASE("What is behind an unsent row was not sent by an earlier process", "[delivery]") {
    Bench bench({receiver("a")});
    bench.start();
    bench.add(transition("f1", 5));
    bench.add(waiting("f1", 6, Kind::kResolved));
    silence_all(bench, 1h);
    bench.add(transition("f1", 7));
    bench.pass(10s);
    bench.crash(100);
    bench.start();
    bench.pass(10s);
    bench.add(transition("f1", 8, Kind::kResolved));
    bench.finality.finalized = 100;
    bench.pass(2h);
    CHECK(
        bench.client.keys() ==
        std::vector{transition("f1", 5).key(), waiting("f1", 6, Kind::kResolved).key()}
    );
}
