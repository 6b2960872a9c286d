// SPDX-License-Identifier: Apache-2.0
// The fixes of lidofinance/onchain-mon of 2026-08-13 that are about carrying an alert, each asked
// of us. docs/testing.md has the others.
#include "bench.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace faultline;
using namespace faultline::delivery;
using namespace faultline::delivery::testing;
using alerts::Kind;
using store::Family;

namespace {

std::string key(const std::string& fingerprint, std::uint64_t block, Kind kind = Kind::kFiring) {
    return transition(fingerprint, block, kind).key();
}

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("onchain-mon 1: what could not be counted as told is not taken for told", "[delivery]") {
    Bench bench({receiver("a"), receiver("b")});
    bench.client.script = [](const Attempt& attempt) {
        return Answer{.status = attempt.host == "b.test" ? 503 : 200};
    };
    bench.add(transition("f1", 5));
    bench.start();
    bench.store.fail_commits([] { return Error(Code::kUnavailable, "disk full"); });
    bench.pass(10s);
    REQUIRE(bench.client.keys("a.test") == Keys{key("f1", 5)});
    bench.store.fail_commits(nullptr);
    bench.crash(0);
    bench.start();
    bench.client.script = [](const Attempt&) {
        return Answer{};
    };
    bench.pass(2min);
    CHECK(bench.client.keys("a.test").size() == 2);
    CHECK(bench.client.keys("b.test").back() == key("f1", 5));
    CHECK(bench.rows(Family::kOutbox) == 0);
}

TEST_CASE("onchain-mon 2: when an alert is over nothing is kept of it", "[delivery]") {
    Bench bench({receiver("a"), receiver("b")});
    int answers = 0;
    bench.client.script = [&](const Attempt&) {
        return Answer{.status = ++answers % 3 == 0 ? 200 : 500};
    };
    bench.start();
    for (std::uint64_t i = 0; i < 20; ++i) {
        bench.add(transition("f" + std::to_string(i), i));
        bench.add(transition("f" + std::to_string(i), i + 1, Kind::kResolved));
    }
    bench.pass(1h);
    CHECK(bench.rows(Family::kOutbox) == 0);
    CHECK(bench.rows(Family::kMeta) == 0);
    CHECK(bench.rows(Family::kDead) == 0);
}

TEST_CASE("onchain-mon 3: an alert that waits for another costs nobody an attempt", "[delivery]") {
    Bench bench({receiver("a")});
    bench.client.script = [](const Attempt& attempt) {
        return Answer{.delay = attempt.key == key("f1", 5) ? Duration(9s) : Duration(10ms)};
    };
    bench.start();
    bench.add(transition("f1", 5));
    bench.add(transition("f1", 6, Kind::kResolved));
    bench.add(transition("f2", 6));
    bench.pass(1s);
    CHECK(bench.client.keys() == Keys{key("f1", 5), key("f2", 6)});
    bench.pass(9s);
    CHECK(bench.client.keys() == Keys{key("f1", 5), key("f2", 6), key("f1", 6, Kind::kResolved)});
    CHECK(bench.deliveries("a", "retried") == 0);
}

TEST_CASE("onchain-mon 4: a failure is counted once", "[delivery]") {
    Bench bench({receiver("a")});
    int answers = 0;
    bench.client.script = [&](const Attempt&) {
        return Answer{.status = ++answers <= 3 ? 500 : 200};
    };
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(1min);
    CHECK(bench.deliveries("a", "retried") == 3);
    CHECK(bench.deliveries("a", "acknowledged") == 1);
    CHECK(bench.metric("faultline_alert_delivery_seconds_count{channel=\"a\"}") == 1);
}

TEST_CASE("onchain-mon 9: a limit that holds is no error", "[delivery]") {
    Bench bench({receiver("a")});
    int answers = 0;
    bench.client.script = [&](const Attempt&) {
        return ++answers <= 3 ? Answer{.status = 429, .retry_after = "2"} : Answer{};
    };
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(1min);
    REQUIRE(bench.client.accepted.size() == 1);
    CHECK(bench.log.errors == 0);
}

TEST_CASE(
    "onchain-mon 16, 17: a receiver that could not be reached is dialled anew", "[delivery]"
) {
    Bench bench({receiver("a")});
    bench.client.script = [&](const Attempt&) {
        return Answer{.status = bench.clock.now() < Instant{1h} ? 0 : 200};
    };
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(59min);
    CHECK(bench.client.attempts.size() > 50);
    CHECK(bench.metric("faultline_outbox_pending{chain=\"devnet\"}") == 1);
    bench.pass(3min);
    CHECK(bench.client.accepted.size() == 1);
}

TEST_CASE("onchain-mon 21: what a process had in hand when it died is free at once", "[delivery]") {
    Bench bench({receiver("a")});
    bench.client.script = [](const Attempt&) {
        return Answer{.delay = 24h};
    };
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(1s);
    bench.crash(1);
    bench.client.script = [](const Attempt&) {
        return Answer{};
    };
    bench.start();
    bench.pass(1s);
    REQUIRE(bench.client.accepted.size() == 1);
    CHECK(bench.client.accepted[0].key == key("f1", 5));
}

TEST_CASE("onchain-mon 24: receivers with names alike take nothing from each other", "[delivery]") {
    Bench bench({receiver("a"), receiver("a-a"), receiver("a_a"), receiver("a-")});
    bench.client.script = [](const Attempt& attempt) {
        return Answer{.status = attempt.host == "a.test" ? 200 : 500};
    };
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(10s);
    bench.stop();
    bench.client.script = [](const Attempt&) {
        return Answer{};
    };
    bench.start();
    bench.pass(2min);
    CHECK(bench.client.keys("a.test").size() == 1);
    CHECK(bench.client.accepted.size() == 4);
    CHECK(bench.rows(Family::kOutbox) == 0);
    CHECK(bench.rows(Family::kMeta) == 0);
}

TEST_CASE("onchain-mon 28: an alert too large for its receiver holds no other up", "[delivery]") {
    Bench bench({receiver("a")});
    bench.client.script = [](const Attempt& attempt) {
        return Answer{.status = attempt.request.body.size() > 1'000'000 ? 413 : 200};
    };
    alerts::Transition large = transition("large", 5);
    large.summary = std::string(2'000'000, 'x');
    bench.start();
    bench.add(large);
    bench.add(transition("large", 6, Kind::kResolved));
    bench.add(transition("f2", 6));
    bench.pass(1min);
    CHECK(bench.client.keys().size() == 3);
    CHECK(bench.client.accepted.size() == 2);
    CHECK(bench.dead_letters().size() == 1);
}
