// SPDX-License-Identifier: Apache-2.0
#include "bench.hpp"

#include <catch2/catch.hpp>

#include <shell/delivery/channel_metrics.hpp>
#include <string>

using namespace faultline;
using namespace faultline::delivery;
using namespace faultline::delivery::testing;

namespace {

Standing of(Bench& bench, std::size_t index = 0) {
    return bench.delivery().standings().at(index);
}

}  // namespace

TEST_CASE("How a receiver stands is told, with what went wrong last", "[standing]") {
    Bench bench({receiver("a"), receiver("b")});
    bench.receivers[1].dry_run = true;
    int status = 200;
    bench.client.script = [&](const Attempt&) {
        return Answer{.status = status};
    };
    bench.start();
    CHECK(of(bench).state == "ok");
    CHECK_FALSE(of(bench).heard.last_success.has_value());
    CHECK(of(bench, 1).state == "dry_run");

    bench.add(transition("f1", 5));
    bench.pass(1s);
    CHECK(of(bench).heard.last_success.has_value());
    CHECK(of(bench).waiting == 0);
    CHECK(of(bench).heard.last_error.empty());

    status = 503;
    for (const std::string fingerprint : {"f2", "f3", "f4", "f5"}) {
        bench.add(transition(fingerprint, 6));
    }
    bench.pass(1s);
    CHECK(of(bench).state == "down");
    CHECK(of(bench).waiting == 4);
    CHECK(of(bench).heard.last_error == "HTTP 503");
    CHECK(of(bench).heard.last_failure->value > of(bench).heard.last_success->value);

    status = 200;
    bench.pass(5min);
    CHECK(of(bench).state == "ok");
    CHECK(of(bench).waiting == 0);

    status = 401;
    bench.add(transition("f6", 7));
    bench.pass(1s);
    CHECK(of(bench).state == "blocked");
    CHECK(of(bench).heard.last_error.find("check its url and headers") != std::string::npos);

    status = 400;
    bench.add(transition("f7", 8));
    bench.pass(1s);
    CHECK(of(bench).dead_letters == 1);
}

TEST_CASE("What was heard of a receiver outlives a dead letter that is put back", "[standing]") {
    Bench bench({receiver("a")});
    bench.client.script = [](const Attempt&) {
        return Answer{.status = 400};
    };
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(1s);
    const auto before = of(bench).heard.last_failure;
    REQUIRE(before.has_value());
    bench.client.script = [](const Attempt&) {
        return Answer{.status = 200, .delay = 1min};
    };
    bench.clock.run(bench.loop, [](Delivery& delivery) -> runtime::Task<> {
        static_cast<void>(
            co_await delivery.retry({.receiver = "a", .sequences = {}, .overtaken = true})
        );
    }(bench.delivery()));
    CHECK(of(bench).dead_letters == 0);
    CHECK(of(bench).heard.last_failure == before);
}

TEST_CASE("Gauges of a receiver are those of a chain, so that none hides another's", "[standing]") {
    obs::Metrics metrics;
    const ChannelMetrics one(metrics, "ethereum", "ops");
    const ChannelMetrics other(metrics, "base", "ops");
    one.waiting_for_finality.set(3);
    one.is_blocked.set(1);
    other.waiting_for_finality.set(0);
    other.is_blocked.set(0);
    const std::string text = metrics.text();
    for (const std::string series :
         {R"(faultline_alerts_waiting_for_finality{chain="ethereum",channel="ops"} 3)",
          R"(faultline_alerts_waiting_for_finality{chain="base",channel="ops"} 0)",
          R"(faultline_receiver_blocked{chain="ethereum",channel="ops"} 1)"}) {
        CHECK(text.find(series) != std::string::npos);
    }
    one.acknowledged.add();
    other.acknowledged.add();
    CHECK(
        metrics.text().find(R"(faultline_deliveries_total{channel="ops",outcome="acknowledged"} 2)"
        ) != std::string::npos
    );
}
