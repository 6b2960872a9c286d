// SPDX-License-Identifier: Apache-2.0
// What receivers hear of by their routes, and of what ends.
#include "decisions.hpp"

#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/route.hpp>
#include <faultline/core/alerts/silence.hpp>

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

alerts::Route route(std::string_view matcher, std::vector<std::string> receivers) {
    return {.match = match(matcher), .receivers = std::move(receivers), .escalation = {}};
}

}  // namespace

TEST_CASE("Routes say who hears of what, and an end follows its firing", "[policy]") {
    Bench bench({receiver("a"), receiver("b")});
    bench.routes = alerts::Routes({route("severity=critical", {"a"}), route("rule=~.*", {"b"})});
    bench.start();
    alerts::Transition critical = transition("f1", 5);
    critical.severity = rules::Severity::kCritical;
    bench.add(critical);
    bench.add(transition("f2", 5));
    // The rule's severity was changed meanwhile.
    bench.add(transition("f1", 6, Kind::kResolved));
    alerts::Transition end = transition("f2", 6, Kind::kResolved);
    end.severity = rules::Severity::kCritical;
    bench.add(end);
    bench.pass(1s);
    CHECK(
        bench.client.keys("a.test") ==
        Keys{critical.key(), transition("f1", 6, Kind::kResolved).key()}
    );
    CHECK(bench.client.keys("b.test") == Keys{transition("f2", 5).key(), end.key()});
    CHECK(bench.deliveries("a", "not_routed") == 2);
    CHECK(bench.rows(Family::kMeta) == 0);
}

TEST_CASE("A route that leads elsewhere after a restart still ends what was told", "[policy]") {
    Bench bench({receiver("a"), receiver("b")});
    bench.routes = alerts::Routes({route("rule=low_health", {"a"})});
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(1s);
    bench.stop();
    bench.routes = alerts::Routes({route("rule=low_health", {"b"})});
    bench.start();
    bench.add(transition("f1", 6, Kind::kResolved));
    bench.pass(1s);
    CHECK(bench.client.keys("a.test").size() == 2);
    CHECK(bench.client.keys("b.test").empty());
}

TEST_CASE(
    "A repeat that routes lead elsewhere does not hide the end of what was told", "[policy]"
) {
    Bench bench({receiver("a"), receiver("b")});
    bench.routes = alerts::Routes({route("severity=critical", {"a"}), route("rule=~.*", {"b"})});
    bench.start();
    alerts::Transition critical = transition("f1", 5);
    critical.severity = rules::Severity::kCritical;
    bench.add(critical);
    bench.pass(1s);
    // The rule's severity was changed by a reload.
    bench.add(again("f1", 6));
    bench.pass(1s);
    bench.crash(100);
    bench.start();
    bench.add(transition("f1", 7, Kind::kResolved));
    bench.pass(1s);
    const std::string end = transition("f1", 7, Kind::kResolved).key();
    CHECK(bench.client.keys("a.test") == Keys{critical.key(), end});
    CHECK(bench.client.keys("b.test") == Keys{again("f1", 6).key(), end});
    CHECK(bench.rows(Family::kMeta) == 0);
}

TEST_CASE(
    "An end that waits belongs to what was told, not to what no route told since", "[policy]"
) {
    Bench bench({receiver("a"), receiver("b")});
    bench.start();
    bench.add(transition("f1", 5));
    alerts::Transition end = transition("f1", 6, Kind::kResolved);
    end.wait_for = eth::Finality::kFinalized;
    bench.add(end);
    bench.pass(1s);
    const auto lead_to_b = [&bench] {
        bench.crash(100);
        bench.routes = alerts::Routes({route("rule=low_health", {"b"})});
        bench.start();
    };
    lead_to_b();
    bench.add(transition("f1", 7));
    bench.pass(1s);
    lead_to_b();
    bench.finality.finalized = 6;
    bench.pass(10s);
    CHECK(bench.client.keys("a.test") == Keys{transition("f1", 5).key(), end.key()});
    bench.add(transition("f1", 8, Kind::kResolved));
    bench.pass(1s);
    CHECK(bench.client.keys("a.test").size() == 2);
    CHECK(bench.client.keys("b.test").size() == 4);
    CHECK(bench.rows(Family::kMeta) == 0);
}

TEST_CASE("A repeat that is silenced leaves untold what no route told", "[policy]") {
    Bench bench({receiver("a"), receiver("b")});
    bench.routes = alerts::Routes({route("severity=critical", {"a"}), route("rule=~.*", {"b"})});
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(1s);
    silence(bench, "rule=low_health", 1h);
    alerts::Transition critical = again("f1", 6);
    critical.severity = rules::Severity::kCritical;
    bench.add(critical);
    bench.pass(1s);
    const bool restarts = GENERATE(false, true);
    if (restarts) {
        bench.crash(100);
        bench.start();
    }
    bench.add(transition("f1", 7, Kind::kResolved));
    bench.pass(2h);
    CHECK(bench.client.keys("a.test").empty());
    CHECK(bench.client.keys("b.test").size() == 2);
    CHECK(bench.rows(Family::kMeta) == 0);
}
