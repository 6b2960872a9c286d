// SPDX-License-Identifier: Apache-2.0
#include "bench.hpp"

#include <catch2/catch.hpp>

#include <shell/delivery/channel.hpp>
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

TEST_CASE("A transition is posted once and leaves the outbox", "[delivery]") {
    Bench bench({receiver("a")});
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(1s);
    REQUIRE(bench.client.attempts.size() == 1);
    const net::HttpRequest& request = bench.client.attempts[0].request;
    CHECK(request.method == "POST");
    CHECK(bench.client.attempts[0].key == key("f1", 5));
    CHECK(request.body.starts_with(R"({"version":1,"key":"f1/1-00000000/firing@5-00000000")"));
    CHECK(bench.rows(Family::kOutbox) == 0);
    CHECK(bench.rows(Family::kMeta) == 0);
    CHECK(bench.deliveries("a", "acknowledged") == 1);
    CHECK(bench.metric("faultline_outbox_pending{chain=\"devnet\"}") == 0);
}

TEST_CASE("Rows that were there at the start are delivered", "[delivery]") {
    Bench bench({receiver("a")});
    bench.add(transition("f1", 5));
    bench.add(transition("f2", 5));
    bench.start();
    bench.pass(1s);
    CHECK(bench.client.keys() == Keys{key("f1", 5), key("f2", 5)});
}

TEST_CASE("Transitions of one alert arrive in order, others do not wait for them", "[delivery]") {
    Bench bench({receiver("a")});
    bench.client.script = [&](const Attempt& attempt) {
        const bool stuck = attempt.key == key("f1", 5) && bench.clock.now() < Instant{20s};
        return Answer{.status = stuck ? 500 : 200};
    };
    bench.start();
    bench.add(transition("f1", 5));
    bench.add(transition("f1", 6, Kind::kResolved));
    bench.add(transition("f2", 6));
    bench.pass(200ms);
    Keys accepted;
    for (const Attempt& attempt : bench.client.accepted) {
        accepted.push_back(attempt.key);
    }
    CHECK(accepted == Keys{key("f2", 6)});
    bench.pass(2min);
    REQUIRE(bench.client.accepted.size() == 3);
    CHECK(bench.client.accepted[1].key == key("f1", 5));
    CHECK(bench.client.accepted[2].key == key("f1", 6, Kind::kResolved));
}

TEST_CASE("Failures are retried less and less often", "[delivery]") {
    Bench bench({receiver("a")});
    bench.client.script = [](const Attempt&) {
        return Answer{.status = 503};
    };
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(10min);
    const auto& attempts = bench.client.attempts;
    REQUIRE(attempts.size() > 12);
    CHECK(attempts.size() < 40);
    CHECK(attempts[1].at - attempts[0].at >= 250ms);
    CHECK(attempts[1].at - attempts[0].at <= 600ms);
    for (std::size_t i = 9; i < attempts.size(); ++i) {
        CHECK(attempts[i].at - attempts[i - 1].at >= 30s);
        CHECK(attempts[i].at - attempts[i - 1].at <= 61s);
    }
    CHECK(bench.rows(Family::kOutbox) == 1);
    CHECK(bench.metric("faultline_outbox_pending{chain=\"devnet\"}") == 1);
    CHECK(bench.metric("faultline_outbox_oldest_age_seconds{chain=\"devnet\"}") >= 580);
}

TEST_CASE("Retry-After is honoured when it is longer than our own wait", "[delivery]") {
    Bench bench({receiver("a")});
    int answers = 0;
    bench.client.script = [&](const Attempt&) {
        return ++answers == 1 ? Answer{.status = 429, .retry_after = "37"} : Answer{};
    };
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(36s);
    bench.add(transition("f2", 6));
    bench.pass(900ms);
    // A rate limit is the receiver's, not the alert's: the other alert waits, too.
    CHECK(bench.client.attempts.size() == 1);
    bench.pass(3s);
    REQUIRE(bench.client.attempts.size() == 3);
    CHECK(bench.client.attempts[1].at - bench.client.attempts[0].at >= 37s);
}

TEST_CASE("A fraction of a second in Retry-After is not lost", "[delivery]") {
    Bench bench({receiver("a")});
    int answers = 0;
    bench.client.script = [&](const Attempt&) {
        return ++answers == 1 ? Answer{.status = 429, .retry_after = "0.876"} : Answer{};
    };
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(5s);
    REQUIRE(bench.client.attempts.size() == 2);
    CHECK(bench.client.attempts[1].at - bench.client.attempts[0].at >= 876ms);
}

TEST_CASE("An attempt that gets no answer in time is repeated", "[delivery]") {
    Bench bench({receiver("a")});
    int answers = 0;
    bench.client.script = [&](const Attempt&) {
        return Answer{.delay = ++answers == 1 ? Duration(1h) : Duration(10ms)};
    };
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(15s);
    CHECK(bench.client.keys() == Keys{key("f1", 5), key("f1", 5)});
    CHECK(bench.rows(Family::kOutbox) == 0);
}

TEST_CASE("A pending alert is not sent to a receiver that did not ask for it", "[delivery]") {
    Bench bench({receiver("a"), receiver("b")});
    bench.receivers[1].send_pending = true;
    bench.start();
    alerts::Transition lapsed = transition("f1", 7, Kind::kResolved);
    lapsed.retracts = Kind::kPending;
    alerts::Transition taken_back = transition("f1", 5, Kind::kRetracted);
    taken_back.retracts = Kind::kPending;
    bench.add(transition("f1", 5, Kind::kPending));
    bench.add(taken_back);
    bench.add(transition("f1", 6, Kind::kPending));
    bench.add(lapsed);
    bench.add(transition("f1", 8));
    bench.pass(1s);
    CHECK(bench.client.keys("a.test") == Keys{key("f1", 8)});
    CHECK(bench.client.keys("b.test").size() == 5);
    CHECK(bench.deliveries("a", "skipped") == 4);
    CHECK(bench.rows(Family::kOutbox) == 0);
    CHECK(bench.rows(Family::kMeta) == 0);
}

TEST_CASE("A receiver that is down holds no other receiver up", "[delivery]") {
    Bench bench({receiver("a"), receiver("b")});
    bench.client.script = [](const Attempt& attempt) {
        return Answer{.status = attempt.host == "b.test" ? 0 : 200};
    };
    bench.start();
    for (std::uint64_t i = 0; i < 40; ++i) {
        bench.add(transition("f" + std::to_string(i), i));
    }
    bench.pass(1min);
    CHECK(bench.deliveries("a", "acknowledged") == 40);
    CHECK(bench.rows(Family::kOutbox) == 40);
    CHECK(bench.log.count("receiver_down") == 1);
    bench.client.script = [](const Attempt&) {
        return Answer{};
    };
    bench.pass(10min);
    CHECK(bench.deliveries("a", "acknowledged") == 40);
    CHECK(bench.deliveries("b", "acknowledged") == 40);
    CHECK(bench.log.count("receiver_recovered") == 1);
    CHECK(bench.rows(Family::kOutbox) == 0);
    CHECK(bench.rows(Family::kMeta) == 0);
}

TEST_CASE("A receiver that is down is probed, not flooded", "[delivery]") {
    Bench bench({receiver("a")});
    bench.client.script = [](const Attempt&) {
        return Answer{.status = 0};
    };
    bench.start();
    for (std::uint64_t i = 0; i < 500; ++i) {
        bench.add(transition("f" + std::to_string(i), i));
    }
    bench.pass(10min);
    CHECK(bench.client.attempts.size() < 60);
}

TEST_CASE("What is held in memory does not grow with the outbox", "[delivery]") {
    Bench bench({receiver("a")});
    constexpr std::uint64_t kRows = Channel::kHeldRows + 5000;
    for (std::uint64_t i = 0; i < kRows; ++i) {
        bench.add(transition("f" + std::to_string(i), i));
    }
    bench.client.script = [](const Attempt&) {
        return Answer{.status = 500};
    };
    bench.start();
    bench.pass(1h);
    CHECK(bench.metric("faultline_outbox_pending{chain=\"devnet\"}") == kRows);
    bench.client.script = [](const Attempt&) {
        return Answer{};
    };
    bench.pass(1h);
    CHECK(bench.log.mentions("waiting=" + std::to_string(Channel::kHeldRows)));
    CHECK(bench.deliveries("a", "acknowledged") == kRows);
    CHECK(bench.rows(Family::kOutbox) == 0);
}

TEST_CASE("Each sender sends one at a time and there are few of them", "[delivery]") {
    Bench bench({receiver("a")});
    bench.client.script = [](const Attempt&) {
        return Answer{.delay = 1s};
    };
    for (std::uint64_t i = 0; i < 1000; ++i) {
        bench.add(transition("f" + std::to_string(i), i));
    }
    bench.start();
    bench.pass(1h);
    CHECK(bench.client.most_in_flight == static_cast<int>(Channel::kSenders));
    CHECK(bench.client.attempts.size() == 1000);
    CHECK(bench.rows(Family::kOutbox) == 0);
}

TEST_CASE("Without receivers the outbox is emptied and somebody is told", "[delivery]") {
    Bench bench({});
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(1s);
    CHECK(bench.rows(Family::kOutbox) == 0);
    CHECK(bench.log.count("no_receivers") == 1);
    CHECK(bench.deliveries("none", "discarded") == 1);
}

TEST_CASE("Neither log nor dead letter holds a secret of a receiver", "[delivery]") {
    for (const int status : {0, 200, 302, 400, 401, 404, 429, 500}) {
        Bench bench({receiver("a")});
        std::get<WebhookSettings>(bench.receivers[0].settings).url.user_info =
            "user:secret-password";
        bench.receivers[0].give_up_after = 1h;
        bench.client.script = [status](const Attempt&) {
            return Answer{.status = status, .body = "you sent Bearer secret-value"};
        };
        bench.start();
        for (std::uint64_t i = 0; i < 6; ++i) {
            bench.add(transition("f" + std::to_string(i), i));
        }
        bench.pass(24h);
        CHECK_FALSE(bench.log.lines.empty());
        CHECK_FALSE(bench.log.mentions("secret"));
        for (const DeadLetter& letter : bench.dead_letters()) {
            CHECK(letter.reason.find("secret") == std::string::npos);
        }
        CHECK(bench.metrics.text().find("secret") == std::string::npos);
        CHECK(bench.client.attempts[0].request.url.target == "/hook/secret-token");
    }
}
