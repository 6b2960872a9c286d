// SPDX-License-Identifier: Apache-2.0
#include "decisions.hpp"

#include <faultline/core/alerts/inhibition.hpp>
#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/route.hpp>
#include <faultline/core/alerts/silence.hpp>

#include <catch2/catch.hpp>

#include <shell/delivery/keys.hpp>
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

void acknowledge(Bench& bench, const alerts::Transition& transition) {
    bench.decisions.put(alerts::Acknowledgement{
        .chain = "devnet",
        .fingerprint = transition.fingerprint,
        .episode = transition.episode,
        .author = "ann",
        .comment = "",
        .at = bench.clock.wall_now()
    });
    bench.decided();
}

}  // namespace

TEST_CASE("What is silenced is told when the silence ends, if it still fires", "[policy]") {
    Bench bench({receiver("a")});
    silence(bench, "rule=low_health", 1h);
    bench.start();
    bench.pass(1s);
    bench.add(transition("f1", 5));
    bench.add(transition("f2", 6));
    bench.pass(30min);
    CHECK(bench.client.attempts.empty());
    CHECK(bench.metric("faultline_notifications_held{chain=\"devnet\",channel=\"a\"}") == 2);
    CHECK(
        bench.metric("faultline_alerts_waiting_for_finality{chain=\"devnet\",channel=\"a\"}") == 0
    );
    CHECK(bench.rows(Family::kOutbox) == 0);  // Nobody is paged by its age.
    bench.add(transition("f2", 7, Kind::kResolved));
    bench.pass(29min);
    CHECK(bench.client.attempts.empty());
    bench.pass(2min);
    CHECK(bench.client.keys() == Keys{transition("f1", 5).key()});
    bench.add(transition("f1", 8, Kind::kResolved));
    bench.pass(1s);
    CHECK(bench.client.keys().back() == transition("f1", 8, Kind::kResolved).key());
    CHECK(suppressed(bench, "silenced") == 2);
    CHECK(bench.metric("faultline_notifications_held{chain=\"devnet\",channel=\"a\"}") == 0);
    CHECK(bench.rows(Family::kMeta) == 0);
    CHECK_FALSE(bench.log.mentions("finality_stalls"));
    CHECK(bench.log.mentions("reason=silenced by=silence 1"));
}

TEST_CASE("What happened while nobody looked pages nobody, unless it still fires", "[policy]") {
    Bench bench({receiver("a")});
    bool behind = true;
    bench.is_replay = [&behind](const std::string& rule, UnixSeconds, UnixMillis) {
        return behind && rule != "chain_silent";
    };
    bench.start();
    bench.add(transition("over", 5));
    bench.add(transition("over", 6, Kind::kResolved));
    bench.add(transition("still", 7));
    alerts::Transition repeat = transition("still", 8);
    repeat.repeated = true;
    bench.add(repeat);
    alerts::Transition silent = transition("silent", 9);
    silent.rule = "chain_silent";
    bench.add(silent);
    bench.pass(1h);
    CHECK(bench.client.keys() == Keys{silent.key()});
    CHECK(bench.rows(Family::kOutbox) == 0);
    CHECK(bench.log.mentions("reason=replayed by=a chain that is caught up with"));
    CHECK(suppressed(bench, "replayed") >= 2);
    bench.stop();
    bench.start();
    bench.pass(1min);
    CHECK(bench.client.keys().size() == 1);
    behind = false;
    bench.pass(10s);
    CHECK(bench.client.keys() == Keys{silent.key(), transition("still", 7).key()});
}

TEST_CASE("The end of what was told goes out, silenced or not, and repeats do not", "[policy]") {
    Bench bench({receiver("a")});
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(1s);
    silence(bench, "rule=low_health", 1h);
    bench.add(again("f1", 6));
    bench.pass(1s);
    bench.add(transition("f1", 7, Kind::kResolved));
    bench.pass(1s);
    CHECK(
        bench.client.keys() ==
        Keys{transition("f1", 5).key(), transition("f1", 7, Kind::kResolved).key()}
    );
    CHECK(suppressed(bench, "silenced") == 1);
}

TEST_CASE("A silenced firing that the chain takes back is never told", "[policy]") {
    Bench bench({receiver("a")});
    bench.start();
    silence(bench, "rule=low_health", 1h);
    bench.pass(1s);
    bench.add(transition("f1", 5));
    bench.add(transition("f1", 6, Kind::kResolved));
    // Firing again: that is news, and held back as such.
    bench.add(taken_back(transition("f1", 6, Kind::kResolved)));
    bench.pass(10s);
    CHECK(bench.metric("faultline_notifications_held{chain=\"devnet\",channel=\"a\"}") == 1);
    bench.add(taken_back(transition("f1", 5)));
    bench.pass(2h);
    CHECK(bench.client.attempts.empty());
    CHECK(bench.rows(Family::kMeta) == 0);
}

TEST_CASE("A silence reaches what waits for its turn", "[policy]") {
    Bench bench({receiver("a")});
    bench.client.script = [&](const Attempt&) {
        return Answer{.status = 503};
    };
    bench.start();
    for (int i = 0; i < 9; ++i) {
        bench.add(transition("f" + std::to_string(i), 5));
    }
    bench.add(transition("f8", 6, Kind::kResolved));
    bench.pass(2s);
    const auto tried = bench.client.keys().size();
    for (const std::string& key : bench.client.keys()) {
        REQUIRE(key != transition("f8", 5).key());
    }
    silence(bench, "rule=low_health", 1h);
    bench.client.script = [](const Attempt&) {
        return Answer{};
    };
    bench.pass(5min);
    // What was tried may have arrived, so it is told; the rest is not.
    CHECK(bench.client.accepted.size() <= tried);
    CHECK(suppressed(bench, "silenced") == 2);
    for (const Attempt& attempt : bench.client.accepted) {
        CHECK(attempt.key.find("f8") == std::string::npos);
    }
    CHECK(bench.rows(Family::kOutbox) == 0);
}

TEST_CASE("A restart forgets nothing that is held back", "[policy]") {
    Bench bench({receiver("a"), receiver("b")});
    bench.routes = alerts::Routes(
        {{.match = {}, .receivers = {"a"}, .escalation = {{.after = 30min, .receivers = {"b"}}}}}
    );
    bench.start();
    silence(bench, "account=0x01", 10min);
    bench.pass(1s);
    bench.add(transition("f1", 5));
    bench.add(transition("f2", 6));
    bench.pass(1min);
    bench.crash(100);
    bench.start();
    bench.pass(1min);
    CHECK(bench.client.attempts.empty());
    bench.add(transition("f2", 7, Kind::kResolved));
    bench.pass(9min);
    CHECK(bench.client.keys("a.test") == Keys{transition("f1", 5).key()});
    CHECK(bench.client.keys("b.test").empty());
    bench.crash(100);
    bench.start();
    // Its turn comes half an hour after the alert was first seen, whichever process saw it.
    bench.pass(17min);
    CHECK(bench.client.keys("b.test").empty());
    bench.pass(3min);
    CHECK(bench.client.keys("b.test") == Keys{transition("f1", 5).key()});
    bench.add(transition("f1", 8, Kind::kResolved));
    bench.pass(1s);
    CHECK(bench.client.keys("a.test").size() == 2);
    CHECK(bench.client.keys("b.test").size() == 2);
    CHECK(bench.rows(Family::kMeta) == 0);
}

TEST_CASE("An acknowledgement stops escalation and repeats, and the end comes", "[policy]") {
    Bench bench({receiver("a"), receiver("b")});
    bench.routes = alerts::Routes(
        {{.match = {}, .receivers = {"a"}, .escalation = {{.after = 15min, .receivers = {"b"}}}}}
    );
    bench.start();
    bench.add(transition("f1", 5));
    bench.add(transition("f2", 5));
    bench.pass(10min);
    acknowledge(bench, transition("f1", 5));
    bench.add(again("f1", 6));
    bench.add(again("f2", 6));
    bench.pass(10min);
    CHECK(
        bench.client.keys("a.test") ==
        Keys{transition("f1", 5).key(), transition("f2", 5).key(), again("f2", 6).key()}
    );
    CHECK(bench.client.keys("b.test") == Keys{transition("f2", 5).key()});
    bench.add(transition("f1", 7, Kind::kResolved));
    bench.add(transition("f2", 7, Kind::kResolved));
    bench.pass(1s);
    CHECK(bench.client.keys("a.test").size() == 5);
    CHECK(bench.client.keys("b.test").back() == transition("f2", 7, Kind::kResolved).key());
    CHECK(bench.client.keys("b.test").size() == 2);
    CHECK(suppressed(bench, "acknowledged") == 1);
    CHECK(suppressed(bench, "acknowledged", "b") == 3);
    CHECK(bench.rows(Family::kMeta) == 0);
}

TEST_CASE("What is new is told although somebody has the alert in hand", "[policy]") {
    Bench bench({receiver("a")});
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(1s);
    acknowledge(bench, transition("f1", 5));
    bench.add(again("f1", 6));
    alerts::Transition news = again("f1", 7);
    news.news = alerts::News::kNew;
    bench.add(news);
    bench.pass(1s);
    alerts::Transition back = news;
    back.news = alerts::News::kTakenBack;
    bench.add(back);
    bench.pass(1s);
    CHECK(bench.client.keys("a.test") == Keys{transition("f1", 5).key(), news.key(), back.key()});
    CHECK(bench.client.attempts.at(1).request.body.contains(R"("repeated":true,"news":"new")"));
    CHECK(bench.client.attempts.at(2).request.body.contains(R"("news":"taken_back")"));
    CHECK(suppressed(bench, "acknowledged") == 1);
}

TEST_CASE("A firing that is held back and cannot be read is a dead letter", "[policy]") {
    Bench bench({receiver("a")});
    bench.start();
    silence(bench, "rule=low_health", 1h);
    bench.add(transition("f1", 5));
    bench.add(transition("f2", 6));
    bench.pass(1s);
    bench.stop();
    store::Batch batch;
    const auto key = keys::note({.receiver = "a", .note = keys::Note::kHeld, .sequence = 0});
    batch.put(Family::kMeta, key, Bytes{1, 2, 3});
    REQUIRE(bench.store.commit(batch, store::Durability::kSynced).has_value());
    bench.start();
    bench.pass(2h);
    REQUIRE(bench.dead_letters().size() == 1);
    CHECK(bench.dead_letters()[0].transition == Bytes{1, 2, 3});
    CHECK(bench.deliveries("a", "unreadable") == 1);
    CHECK(bench.client.keys() == Keys{transition("f2", 6).key()});
    CHECK(bench.rows(Family::kMeta) == 0);
}

TEST_CASE("Firings that are held back from a receiver that is removed are said", "[policy]") {
    Bench bench({receiver("a"), receiver("b")});
    bench.start();
    silence(bench, "rule=low_health", 1h);
    bench.add(transition("f1", 5));
    bench.add(transition("f2", 6));
    bench.pass(1s);
    bench.stop();
    bench.receivers = {receiver("a")};
    bench.start();
    bench.pass(1s);
    CHECK(bench.log.count("held_firings_dropped") == 1);
    CHECK(bench.log.mentions("count=2"));
    CHECK(bench.rows(Family::kMeta) == 2);
}

TEST_CASE("A firing that was held back is given up in time, whoever else takes it", "[policy]") {
    Bench bench({receiver("a"), receiver("b")});
    bench.receivers[0].give_up_after = 1h;
    bench.routes = alerts::Routes(
        {{.match = {}, .receivers = {"b"}, .escalation = {{.after = 10min, .receivers = {"a"}}}}}
    );
    bool takes = false;
    bench.client.script = [&takes](const Attempt& attempt) {
        return Answer{.status = takes && attempt.host == "b.test" ? 200 : 503};
    };
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(40min);
    takes = true;
    bench.pass(5min);
    REQUIRE(bench.rows(Family::kOutbox) == 0);
    bench.pass(28min);
    REQUIRE(bench.dead_letters().size() == 1);
    CHECK(bench.dead_letters()[0].receiver == "a");
    CHECK(bench.rows(Family::kMeta) == 0);
}

TEST_CASE("An inhibited alert is told when nothing inhibits it any more", "[policy]") {
    Bench bench({receiver("a")});
    bench.inhibitions = {
        {.source = match("rule=halt"), .target = match("rule=low_health"), .equal = {"account"}}
    };
    bench.firing = {{.fingerprint = "h", .labels = {{"rule", "halt"}, {"account", "0x01"}}}};
    bench.start();
    bench.add(transition("f1", 5));
    bench.add(transition("f2", 5));
    bench.pass(1min);
    CHECK(bench.client.attempts.empty());
    bench.crash(100);
    bench.start();
    bench.add(transition("f2", 6, Kind::kResolved));
    bench.pass(1min);
    CHECK(bench.client.attempts.empty());
    bench.firing.clear();
    bench.pass(5s);
    CHECK(bench.client.keys() == Keys{transition("f1", 5).key()});
    CHECK(suppressed(bench, "inhibited") == 2);
    CHECK(bench.log.mentions("reason=inhibited by=alert h"));
}
