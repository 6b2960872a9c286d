// SPDX-License-Identifier: Apache-2.0
// Receivers that come while alerts fire, and those that come back.
#include "decisions.hpp"

#include <faultline/core/alerts/transition.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <vector>

using namespace faultline;
using namespace faultline::delivery;
using namespace faultline::delivery::testing;
using alerts::Kind;
using store::Family;
using Keys = std::vector<std::string>;

namespace {

void restart_with(Bench& bench, std::vector<Receiver> receivers) {
    bench.crash(100);
    bench.receivers = std::move(receivers);
    bench.start();
    bench.pass(1s);
}

/// A bench whose receiver was told that f1 fires.
void tell_of_f1(Bench& bench) {
    bench.start();
    bench.firing = {{.fingerprint = "f1", .labels = {}}};
    bench.add(transition("f1", 5));
    bench.pass(1s);
}

}  // namespace

TEST_CASE("A new receiver hears neither of what fires nor of its end", "[delivery]") {
    Bench bench({receiver("a")});
    tell_of_f1(bench);
    restart_with(bench, {receiver("a"), receiver("b")});
    const bool restarts = GENERATE(false, true);
    if (restarts) {
        restart_with(bench, {receiver("a"), receiver("b")});
    }
    bench.firing.clear();
    bench.add(transition("f1", 6, Kind::kResolved));
    bench.add(transition("f1", 7));
    bench.pass(1s);
    CHECK(bench.client.keys("a.test").size() == 3);
    CHECK(bench.client.keys("b.test") == Keys{transition("f1", 7).key()});
    CHECK(bench.rows(Family::kMeta) == 0);
}

TEST_CASE("A new receiver that hears that an alert still fires hears of its end", "[delivery]") {
    Bench bench({receiver("a")});
    tell_of_f1(bench);
    restart_with(bench, {receiver("a"), receiver("b")});
    bench.add(again("f1", 6));
    bench.pass(1s);
    bench.add(transition("f1", 7, Kind::kResolved));
    bench.pass(1s);
    CHECK(
        bench.client.keys("b.test") ==
        Keys{again("f1", 6).key(), transition("f1", 7, Kind::kResolved).key()}
    );
    CHECK(bench.rows(Family::kMeta) == 0);
}

TEST_CASE("A new receiver hears of what is in the outbox, but of no lone end there", "[delivery]") {
    Bench bench({receiver("a")});
    tell_of_f1(bench);
    bench.client.script = [](const Attempt&) {
        return Answer{.status = 503};
    };
    bench.add(transition("f1", 6, Kind::kResolved));
    bench.add(transition("f2", 6));
    bench.firing = {{.fingerprint = "f2", .labels = {}}};
    bench.pass(1s);
    bench.client.script = [](const Attempt&) {
        return Answer{};
    };
    restart_with(bench, {receiver("a"), receiver("b")});
    bench.add(transition("f2", 7, Kind::kResolved));
    bench.pass(1min);
    CHECK(
        bench.client.keys("b.test") ==
        Keys{transition("f2", 6).key(), transition("f2", 7, Kind::kResolved).key()}
    );
    CHECK(bench.rows(Family::kOutbox) == 0);
    CHECK(bench.rows(Family::kMeta) == 0);
}

TEST_CASE("Nothing can have reached a new receiver before", "[delivery]") {
    Bench bench({receiver("a")});
    bench.start();
    bench.client.script = [](const Attempt&) {
        return Answer{.status = 503};
    };
    bench.add(transition("f1", 5));
    bench.pass(1s);
    silence(bench, "rule=low_health", 1h);
    restart_with(bench, {receiver("a"), receiver("b")});
    bench.add(transition("f1", 6, Kind::kResolved));
    bench.pass(2h);
    CHECK(bench.client.keys("b.test").empty());
}

TEST_CASE("A receiver that comes back hears of the end of what it was told", "[delivery]") {
    Bench bench({receiver("a"), receiver("b")});
    tell_of_f1(bench);
    restart_with(bench, {receiver("a")});
    restart_with(bench, {receiver("a"), receiver("b")});
    bench.add(transition("f1", 6, Kind::kResolved));
    bench.pass(1s);
    CHECK(bench.client.keys("b.test").size() == 2);
    CHECK(bench.rows(Family::kMeta) == 0);
}

TEST_CASE("Where no list of receivers is, all that are there are old", "[delivery]") {
    Bench bench({receiver("a")});
    tell_of_f1(bench);
    bench.stop();
    // As an older program left it.
    constexpr std::string_view kList = "delivery/receivers";
    store::Batch batch;
    batch.erase(Family::kMeta, Bytes(kList.begin(), kList.end()));
    REQUIRE(bench.store.commit(batch, store::Durability::kSynced).has_value());
    restart_with(bench, {receiver("a")});
    bench.add(transition("f1", 6, Kind::kResolved));
    bench.pass(1s);
    CHECK(bench.client.keys("a.test").size() == 2);
}
