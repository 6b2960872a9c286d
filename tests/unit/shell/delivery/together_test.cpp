// SPDX-License-Identifier: Apache-2.0
#include "bench.hpp"

#include <faultline/core/alerts/route.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/shell/net/url.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace faultline;
using namespace faultline::delivery;
using namespace faultline::delivery::testing;
using alerts::Kind;

namespace {

Receiver chat(std::string name = "a") {
    Receiver out;
    out.name = std::move(name);
    out.settings = TelegramSettings{
        .api = net::Url::parse("https://a.test/").value(),
        .token = "1:hunter2",
        .chat_id = "-100123",
        .thread_id = ""
    };
    return out;
}

alerts::Transition low(int number, Kind kind = Kind::kFiring) {
    alerts::Transition out = transition("f" + std::to_string(number), 5, kind);
    out.summary = "account " + std::to_string(number) + " is near";
    out.labels = {{"market", number % 2 == 0 ? "even" : "odd"}};
    return out;
}

/// How often the messages that were taken name each of the first alerts.
std::vector<int> named(const Bench& bench, int count) {
    std::vector<int> out(static_cast<std::size_t>(count));
    for (const Attempt& attempt : bench.client.accepted) {
        for (int i = 0; i < count; ++i) {
            const std::string words = "account " + std::to_string(i) + " is near";
            out.at(static_cast<std::size_t>(i)) += attempt.request.body.contains(words) ? 1 : 0;
        }
    }
    return out;
}

std::vector<int> each_once(int count) {
    return std::vector<int>(static_cast<std::size_t>(count), 1);
}

}  // namespace

TEST_CASE(
    "A thousand alerts of a rule are some dozen messages, which name each once", "[together]"
) {
    constexpr int kAlerts = 1000;
    Bench bench({chat()});
    for (int i = 0; i < kAlerts; ++i) {
        bench.add(low(i));
    }
    bench.start();
    bench.pass(5min);
    CHECK(bench.client.accepted.size() <= 60);
    CHECK(named(bench, kAlerts) == each_once(kAlerts));
    CHECK(bench.deliveries("a", "acknowledged") == kAlerts);
    CHECK(bench.log.count("alert_delivered") == kAlerts);
    CHECK(bench.rows(store::Family::kOutbox) == 0);
    CHECK(bench.client.accepted.front().request.body.contains("20 alerts: 20 FIRING (devnet)"));
}

TEST_CASE("One alert is told as ever, and rules are not mixed", "[together]") {
    Bench bench({chat()});
    for (int i = 0; i < 3; ++i) {
        alerts::Transition row = low(i);
        row.rule = i == 0 ? "one" : "other";
        bench.add(row);
    }
    bench.start();
    bench.pass(1min);
    REQUIRE(bench.client.accepted.size() == 2);
    // Alerts do not wait for each other.
    const std::string both =
        bench.client.accepted[0].request.body + bench.client.accepted[1].request.body;
    CHECK(both.contains("FIRING warning: one (devnet)"));
    CHECK(both.contains("2 alerts: 2 FIRING (devnet)"));
}

TEST_CASE("A rule's group and a route's labels say who is told together", "[together]") {
    Bench bench({chat()});
    for (int i = 0; i < 4; ++i) {
        alerts::Transition row = low(i);
        row.rule = "rule" + std::to_string(i);
        row.group = "all";
        bench.add(row);
    }
    bench.start();
    bench.pass(1min);
    CHECK(bench.client.accepted.size() == 1);
    bench.stop();
    bench.routes =
        alerts::Routes({{.match = {}, .receivers = {"a"}, .escalation = {}, .group_by = {"market"}}}
        );
    for (int i = 0; i < 4; ++i) {
        bench.add(low(i, Kind::kResolved));
    }
    bench.start();
    bench.pass(1min);
    CHECK(bench.client.accepted.size() == 3);
    CHECK(bench.client.accepted.back().request.body.contains("2 alerts: 2 RESOLVED"));
}

TEST_CASE("A message of many that is refused is told one by one", "[together]") {
    Bench bench({chat()});
    bench.client.script = [](const Attempt& attempt) {
        const bool many = attempt.request.body.contains(" alerts: ");
        return many ? Answer{.status = 400, .body = R"({"description":"can't parse entities"})"}
                    : Answer{};
    };
    for (int i = 0; i < 5; ++i) {
        bench.add(low(i));
    }
    bench.start();
    bench.pass(2min);
    CHECK(bench.client.accepted.size() == 5);
    CHECK(named(bench, 5) == each_once(5));
    CHECK(bench.dead_letters().empty());
    CHECK(bench.log.count("digest_refused") == 1);
}

TEST_CASE("A message of many that fails is repeated, and counts as one failure", "[together]") {
    Bench bench({chat()});
    int asked = 0;
    bench.client.script = [&](const Attempt&) {
        return Answer{.status = ++asked <= 2 ? 503 : 200};
    };
    for (int i = 0; i < 10; ++i) {
        bench.add(low(i));
    }
    bench.start();
    bench.pass(3min);
    CHECK(named(bench, 10) == each_once(10));
    CHECK(bench.log.count("receiver_down") == 0);
    CHECK(bench.rows(store::Family::kOutbox) == 0);
}

TEST_CASE("Within one alert the order stays, and machines get one request each", "[together]") {
    Bench bench({chat(), receiver("b")});
    for (int i = 0; i < 3; ++i) {
        bench.add(low(i));
    }
    for (int i = 0; i < 3; ++i) {
        bench.add(low(i, Kind::kResolved));
    }
    bench.start();
    bench.pass(1min);
    std::vector<std::string> bodies;
    for (const Attempt& attempt : bench.client.accepted) {
        if (attempt.host == "a.test") {
            bodies.push_back(attempt.request.body);
        }
    }
    REQUIRE(bodies.size() == 2);
    CHECK(bodies[0].contains("3 FIRING"));
    CHECK(bodies[1].contains("3 RESOLVED"));
    CHECK(bench.client.keys("b.test").size() == 6);
}

TEST_CASE("A receiver that is gone is asked once for many alerts", "[together]") {
    Bench bench({chat()});
    bench.client.script = [](const Attempt&) {
        return Answer{.status = 401};
    };
    for (int i = 0; i < 50; ++i) {
        bench.add(low(i));
    }
    bench.start();
    bench.pass(1h);
    CHECK(bench.client.attempts.size() <= 4);
    CHECK(bench.rows(store::Family::kOutbox) == 50);
    CHECK(bench.log.count("receiver_stopped") == 1);
}
