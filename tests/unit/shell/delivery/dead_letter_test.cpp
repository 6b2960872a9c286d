// SPDX-License-Identifier: Apache-2.0
#include "bench.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace faultline;
using namespace faultline::delivery;
using namespace faultline::delivery::testing;
using store::Family;

TEST_CASE("A body the receiver refuses becomes a dead letter at once", "[delivery]") {
    for (const int status : {400, 413, 415, 422}) {
        Bench bench({receiver("a")});
        bench.client.script = [status](const Attempt& attempt) {
            return Answer{.status = attempt.key.starts_with("bad") ? status : 200};
        };
        bench.start();
        bench.add(transition("bad", 5));
        bench.add(transition("bad", 6, alerts::Kind::kResolved));
        bench.add(transition("good", 6));
        bench.pass(1s);
        CHECK(bench.client.attempts.size() == 3);
        const auto letters = bench.dead_letters();
        REQUIRE(letters.size() == 2);
        CHECK(letters[0].receiver == "a");
        CHECK(letters[0].reason.starts_with("HTTP " + std::to_string(status)));
        CHECK(letters[0].first_failure_ms == 0);
        CHECK(letters[0].given_up_ms >= 1'700'000'000'000);
        CHECK(alerts::decode_transition(letters[0].transition).value() == transition("bad", 5));
        CHECK(bench.rows(Family::kOutbox) == 0);
        CHECK(bench.metric("faultline_dead_letters_total{channel=\"a\"}") == 2);
        CHECK(bench.deliveries("a", "refused") == 2);
        CHECK(bench.log.count("dead_letter") == 2);
    }
}

TEST_CASE("A dead letter of one receiver is no dead letter of another", "[delivery]") {
    Bench bench({receiver("a"), receiver("b"), receiver("c")});
    bench.client.script = [](const Attempt& attempt) {
        return Answer{.status = attempt.host == "b.test" ? 200 : 400};
    };
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(1s);
    const auto letters = bench.dead_letters();
    REQUIRE(letters.size() == 2);
    CHECK(letters[0].receiver == "a");
    CHECK(letters[1].receiver == "c");
    CHECK(bench.client.keys("b.test").size() == 1);
    CHECK(bench.rows(Family::kOutbox) == 0);
    CHECK(bench.rows(Family::kMeta) == 0);
}

TEST_CASE("A receiver that turns us away is tried rarely, then given up", "[delivery]") {
    Bench bench({receiver("a")});
    bench.receivers[0].give_up_after = 1h;
    bench.client.script = [](const Attempt&) {
        return Answer{.status = 401};
    };
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(59min);
    CHECK(bench.client.attempts.size() == 12);
    CHECK(bench.dead_letters().empty());
    CHECK(bench.log.mentions("does not accept our credentials"));
    bench.pass(2min);
    const auto letters = bench.dead_letters();
    REQUIRE(letters.size() == 1);
    CHECK(letters[0].given_up_ms - letters[0].first_failure_ms >= 3'600'000);
    CHECK(letters[0].reason.find("HTTP 401") != std::string::npos);
    CHECK(bench.deliveries("a", "gave_up") == 1);
    CHECK(bench.rows(Family::kOutbox) == 0);
    CHECK(bench.rows(Family::kMeta) == 0);
}

TEST_CASE("When the receiver is mended in time nothing is given up", "[delivery]") {
    Bench bench({receiver("a")});
    bench.client.script = [&](const Attempt&) {
        return Answer{.status = bench.clock.now() < Instant{12h} ? 404 : 204};
    };
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(13h);
    CHECK(bench.client.accepted.size() == 1);
    CHECK(bench.dead_letters().empty());
}

TEST_CASE("The time to give up counts from the first attempt of any process", "[delivery]") {
    Bench bench({receiver("a")});
    bench.receivers[0].give_up_after = 1h;
    bench.client.script = [](const Attempt&) {
        return Answer{.status = 500};
    };
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(40min);
    bench.stop();
    bench.pass(15min);
    bench.start();
    bench.pass(1s);
    CHECK(bench.metric("faultline_outbox_oldest_age_seconds{chain=\"devnet\"}") >= 55 * 60 - 1);
    bench.pass(4min);
    CHECK(bench.dead_letters().empty());
    bench.pass(2min);
    CHECK(bench.dead_letters().size() == 1);
}

TEST_CASE("A wait the receiver asks for does not go beyond giving up", "[delivery]") {
    Bench bench({receiver("a")});
    bench.receivers[0].give_up_after = 1h;
    bench.client.script = [](const Attempt&) {
        return Answer{.status = 429, .retry_after = "31536000000000"};
    };
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(1h + 5s);
    CHECK(bench.client.attempts.size() == 2);
    CHECK(bench.dead_letters().size() == 1);
}

TEST_CASE("A row that does not decode is set aside and the rest goes on", "[delivery]") {
    Bench bench({receiver("a")});
    bench.start();
    const Bytes garbage = {9, 9, 9};
    bench.add_bytes(garbage);
    bench.add(transition("f1", 5));
    bench.pass(1s);
    CHECK(bench.client.accepted.size() == 1);
    const auto letters = bench.dead_letters();
    REQUIRE(letters.size() == 1);
    CHECK(letters[0].transition == garbage);
    CHECK(bench.deliveries("a", "unreadable") == 1);
    CHECK(bench.rows(Family::kOutbox) == 0);
}

TEST_CASE("Dead letters of earlier processes are mentioned at the start", "[delivery]") {
    Bench bench({receiver("a")});
    bench.client.script = [](const Attempt&) {
        return Answer{.status = 400};
    };
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(1s);
    bench.stop();
    bench.start();
    bench.pass(1s);
    CHECK(bench.log.count("dead_letters_present") == 1);
}
