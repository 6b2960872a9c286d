// SPDX-License-Identifier: Apache-2.0
#include "bench.hpp"

#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/silence.hpp>

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

alerts::Transition still_firing(const std::string& fingerprint, std::uint64_t block) {
    alerts::Transition out = waiting(fingerprint, block);
    out.repeated = true;
    return out;
}

void silence_all(Bench& bench, std::chrono::milliseconds length) {
    alerts::Silence out;
    out.id = 1;
    out.matchers = {alerts::Matcher::parse("rule=low_health").value()};
    out.starts = bench.clock.wall_now();
    out.ends = {out.starts.value + length.count()};
    bench.decisions.put(std::move(out));
    bench.decided();
}

double annulled(const Bench& bench) {
    return bench.deliveries("a", "annulled");
}

constexpr auto kWaiting = "faultline_alerts_waiting_for_finality{chain=\"devnet\",channel=\"a\"}";

}  // namespace

TEST_CASE("A transition that waits is told when its block is final", "[delivery]") {
    Bench bench({receiver("a")});
    bench.start();
    bench.add(waiting("f1", 5));
    bench.add(transition("f2", 6));
    bench.pass(1min);
    CHECK(bench.client.keys() == std::vector{transition("f2", 6).key()});
    CHECK(bench.metric(kWaiting) == 1);
    bench.finality.safe = 5;
    bench.pass(1min);
    CHECK(bench.client.attempts.size() == 1);
    bench.finality.finalized = 5;
    bench.pass(5s);
    REQUIRE(bench.client.attempts.size() == 2);
    CHECK(bench.client.attempts[1].key == waiting("f1", 5).key());
    CHECK(bench.client.attempts[1].request.body.contains(R"("waited_for":"finalized")"));
    CHECK(bench.rows(Family::kOutbox) == 0);
    CHECK(bench.metric(kWaiting) == 0);
}

TEST_CASE("What the chain takes back before it is final is never told", "[delivery]") {
    Bench bench({receiver("a"), receiver("b")});
    bench.start();
    bench.add(waiting("f1", 5));
    bench.pass(10s);
    bench.add(taken_back(waiting("f1", 5)));
    bench.pass(10s);
    bench.finality.finalized = 100;
    bench.pass(1min);
    CHECK(bench.client.attempts.empty());
    CHECK(annulled(bench) == 2);
    CHECK(bench.rows(Family::kOutbox) == 0);
    CHECK(bench.rows(Family::kMeta) == 0);
}

TEST_CASE("News that the chain takes back before they are final are never told", "[delivery]") {
    Bench bench({receiver("a")});
    bench.finality.finalized = 5;
    bench.start();
    bench.add(waiting("f1", 5));
    bench.pass(10s);
    alerts::Transition news = waiting("f1", 6);
    news.repeated = true;
    news.news = alerts::News::kNew;
    bench.add(news);
    bench.pass(10s);
    news.news = alerts::News::kTakenBack;
    bench.add(news);
    bench.pass(10s);
    bench.finality.finalized = 100;
    bench.pass(1min);
    CHECK(bench.client.keys() == std::vector{waiting("f1", 5).key()});
    CHECK(bench.rows(Family::kOutbox) == 0);
}

TEST_CASE("Both are annulled when a process reads them after a restart", "[delivery]") {
    Bench bench({receiver("a")});
    bench.add(waiting("f1", 5));
    bench.add(waiting("f1", 6, Kind::kResolved));
    bench.add(taken_back(waiting("f1", 6, Kind::kResolved)));
    bench.add(taken_back(waiting("f1", 5)));
    bench.start();
    bench.pass(10s);
    CHECK(bench.client.attempts.empty());
    CHECK(annulled(bench) == 4);
    CHECK(bench.rows(Family::kOutbox) == 0);
}

TEST_CASE("What was told is taken back even though it had waited", "[delivery]") {
    Bench bench({receiver("a")});
    bench.finality.finalized = 5;
    bench.start();
    bench.add(waiting("f1", 5));
    bench.pass(10s);
    bench.add(taken_back(waiting("f1", 5)));
    bench.pass(10s);
    CHECK(
        bench.client.keys() ==
        std::vector{waiting("f1", 5).key(), taken_back(waiting("f1", 5)).key()}
    );
    CHECK(annulled(bench) == 0);
}

TEST_CASE("An orphaned block's word that an alert still fires holds nothing up", "[delivery]") {
    Bench bench({receiver("a")});
    bench.finality.finalized = 5;
    bench.start();
    bench.add(waiting("f1", 5));
    bench.pass(10s);
    bench.add(still_firing("f1", 6));
    bench.pass(10s);
    bench.finality.orphaned.insert(still_firing("f1", 6).block);
    bench.add(taken_back(still_firing("f1", 6)));
    bench.add(still_firing("f1", 7));
    bench.add(waiting("f1", 8, Kind::kResolved));
    bench.finality.finalized = 8;
    bench.pass(10s);
    CHECK(
        bench.client.keys() ==
        std::vector{
            waiting("f1", 5).key(),
            still_firing("f1", 7).key(),
            waiting("f1", 8, Kind::kResolved).key()
        }
    );
    CHECK(annulled(bench) == 2);
    CHECK(bench.rows(Family::kOutbox) == 0);
}

TEST_CASE("A firing that never was is not told for what was said after it", "[delivery]") {
    Bench bench({receiver("a")});
    bench.start();
    bench.add(waiting("f1", 5));
    bench.add(still_firing("f1", 6));
    bench.add(still_firing("f1", 7));
    bench.pass(10s);
    bench.add(taken_back(still_firing("f1", 7)));
    bench.add(taken_back(still_firing("f1", 6)));
    bench.add(taken_back(waiting("f1", 5)));
    bench.finality.finalized = 100;
    bench.pass(1min);
    CHECK(bench.client.attempts.empty());
    CHECK(annulled(bench) == 6);
    CHECK(bench.rows(Family::kOutbox) == 0);
}

TEST_CASE("That it was told once more is not taken back", "[delivery]") {
    Bench bench({receiver("a")});
    bench.finality.finalized = 6;
    bench.start();
    bench.add(waiting("f1", 5));
    bench.add(still_firing("f1", 6));
    bench.pass(10s);
    bench.add(taken_back(still_firing("f1", 6)));
    bench.pass(10s);
    CHECK(bench.client.keys() == std::vector{waiting("f1", 5).key(), still_firing("f1", 6).key()});
    CHECK(bench.deliveries("a", "skipped") == 1);
    CHECK(bench.rows(Family::kOutbox) == 0);
}

TEST_CASE("What an orphaned block repeated leaves from between others", "[delivery]") {
    Bench bench({receiver("a")});
    bench.finality.finalized = 5;
    bench.start();
    bench.add(waiting("f1", 5));
    bench.add(still_firing("f1", 6));
    // Its rule waits no more since a reload.
    bench.add(transition("f1", 7, Kind::kResolved));
    bench.pass(10s);
    bench.add(taken_back(transition("f1", 7, Kind::kResolved)));
    bench.add(taken_back(still_firing("f1", 6)));
    bench.pass(10s);
    CHECK(
        bench.client.keys() ==
        std::vector{
            waiting("f1", 5).key(),
            transition("f1", 7, Kind::kResolved).key(),
            taken_back(transition("f1", 7, Kind::kResolved)).key()
        }
    );
    CHECK(annulled(bench) == 2);
    CHECK(bench.rows(Family::kOutbox) == 0);
}

TEST_CASE("What is over before it was told leaves with what was said of it since", "[delivery]") {
    Bench bench({receiver("a")});
    bench.start();
    bench.add(waiting("f1", 5));
    bench.add(still_firing("f1", 6));
    bench.pass(10s);
    silence_all(bench, 1h);
    bench.add(waiting("f1", 7, Kind::kResolved));
    bench.finality.finalized = 7;
    bench.pass(2h);
    CHECK(bench.client.attempts.empty());
    CHECK(
        bench.metric("faultline_notifications_suppressed_total{channel=\"a\",reason=\"silenced\"}"
        ) == 3
    );
    CHECK(bench.rows(Family::kOutbox) == 0);
    CHECK(bench.rows(Family::kMeta) == 0);
}

TEST_CASE("What was held back and may have been sent does not wait again", "[delivery]") {
    Bench bench({receiver("a")});
    bench.finality.finalized = 5;
    bench.client.script = [](const Attempt&) {
        return Answer{.status = 0};
    };
    bench.start();
    silence_all(bench, 1min);
    bench.add(waiting("f1", 5));
    bench.pass(2min);
    REQUIRE_FALSE(bench.client.attempts.empty());
    bench.stop();
    // Its block is orphaned all the same.
    bench.finality.orphaned.insert(waiting("f1", 5).block);
    bench.client.script = [](const Attempt&) {
        return Answer{};
    };
    bench.start();
    bench.add(taken_back(waiting("f1", 5)));
    bench.pass(1min);
    CHECK(bench.client.keys().back() == taken_back(waiting("f1", 5)).key());
    CHECK(bench.rows(Family::kOutbox) == 0);
    CHECK(bench.rows(Family::kMeta) == 0);
}

TEST_CASE("A wait survives a restart", "[delivery]") {
    Bench bench({receiver("a")});
    bench.start();
    bench.add(waiting("f1", 5));
    bench.pass(1min);
    bench.stop();
    bench.start();
    bench.pass(1min);
    CHECK(bench.client.attempts.empty());
    bench.finality.finalized = 5;
    bench.pass(5s);
    CHECK(bench.client.keys() == std::vector{waiting("f1", 5).key()});
}

TEST_CASE("A finality that does not come is said, once", "[delivery]") {
    Bench bench({receiver("a")});
    bench.start();
    bench.add(waiting("f1", 5));
    bench.pass(30min);
    CHECK(bench.log.count("finality_stalls") == 0);
    bench.pass(60min);
    CHECK(bench.log.count("finality_stalls") == 1);
}
