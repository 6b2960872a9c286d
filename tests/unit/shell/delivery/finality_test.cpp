// SPDX-License-Identifier: Apache-2.0
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

alerts::Transition waiting(
    const std::string& fingerprint, std::uint64_t block, Kind kind = Kind::kFiring
) {
    alerts::Transition out = transition(fingerprint, block, kind);
    out.wait_for = eth::Finality::kFinalized;
    return out;
}

alerts::Transition taken_back(alerts::Transition said) {
    said.retracts = said.kind;
    said.kind = Kind::kRetracted;
    return said;
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
