// SPDX-License-Identifier: Apache-2.0
// What a chat service sees of a whole delivery: how often it is asked, and when no more.
#include "any_text.hpp"
#include "bench.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace faultline;
using namespace faultline::delivery;
using namespace faultline::delivery::testing;

namespace {

Receiver discord(const std::string& name) {
    Receiver out;
    out.name = name;
    out.settings = DiscordSettings{
        .url = net::Url::parse("https://" + name + ".test/api/webhooks/1/hunter2").value(),
        .thread_id = ""
    };
    return out;
}

Answer limited(const std::string& body) {
    return {.status = 429, .retry_after = "", .delay = 10ms, .body = body, .headers = {}};
}

/// Alerts of different rules, which are told one by one.
alerts::Transition alone(int number) {
    const std::string name = "alert" + std::to_string(number);
    alerts::Transition out = transition(name, 1);
    out.rule = name;
    return out;
}

}  // namespace

TEST_CASE("A pause of 0.376 s is one of 0.376 s", "[delivery][limits]") {
    Bench bench({discord("a")});
    int asked = 0;
    bench.client.script = [&](const Attempt&) {
        return ++asked == 1 ? limited(R"({"retry_after":0.376,"global":false})") : Answer{};
    };
    bench.start();
    bench.add(transition("a1", 1));
    bench.pass(300ms);
    CHECK(asked == 1);
    bench.pass(500ms);
    REQUIRE(bench.client.accepted.size() == 1);
    const Duration waited = bench.client.attempts.at(1).at - bench.client.attempts.at(0).at;
    CHECK(waited >= 386ms);
    CHECK(waited < 600ms);
}

TEST_CASE("A storm is spread over the buckets that the service announces", "[delivery][limits]") {
    constexpr int kAlerts = 60;
    constexpr int kPerWindow = 5;
    Bench bench({discord("a")});
    Instant window;
    int used = 0;
    int refused = 0;
    bench.client.script = [&](const Attempt& attempt) {
        if (attempt.at - window >= 2s) {
            window = attempt.at;
            used = 0;
        }
        if (++used > kPerWindow) {
            ++refused;
            return limited(R"({"retry_after":2,"global":false})");
        }
        Answer out;
        const Duration left = 2s - (attempt.at - window);
        const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(left).count();
        const std::string digits = std::to_string(1000 + millis % 1000).substr(1);
        out.headers = {
            {"X-RateLimit-Bucket", "b"},
            {"X-RateLimit-Remaining", std::to_string(kPerWindow - used)},
            {"X-RateLimit-Reset-After", std::to_string(millis / 1000) + "." + digits}
        };
        return out;
    };
    bench.start();
    for (int i = 0; i < kAlerts; ++i) {
        bench.add(alone(i));
    }
    bench.pass(60s);
    CHECK(bench.client.accepted.size() == kAlerts);
    CHECK(refused <= 4);
}

TEST_CASE("A global pause holds for every receiver of the service", "[delivery][limits]") {
    Receiver other = discord("a");
    other.name = "b";
    std::get<DiscordSettings>(other.settings).url.target = "/api/webhooks/2/other";
    Bench bench({discord("a"), other});
    int asked = 0;
    bench.client.script = [&](const Attempt&) {
        ++asked;
        return limited(R"({"retry_after":5.5,"global":true})");
    };
    bench.start();
    bench.add(transition("a1", 1));
    bench.pass(1s);
    const int before = asked;
    for (int i = 0; i < 20; ++i) {
        bench.add(alone(i));
    }
    bench.pass(4s);
    CHECK(asked == before);
    CHECK(before <= 2);
}

TEST_CASE("No answer mutes a receiver for longer than an hour", "[delivery][limits]") {
    Bench bench({discord("a")});
    bench.client.script = [](const Attempt&) {
        Answer out;
        out.headers = {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset-After", "1796077633"}};
        return out;
    };
    bench.start();
    bench.add(alone(1));
    bench.pass(1s);
    REQUIRE(bench.client.accepted.size() == 1);
    const Standing standing = bench.delivery().standings().at(0);
    CHECK(standing.state == "limited");
    const auto left =
        standing.limited_until.value_or(UnixMillis{}).value - bench.clock.wall_now().value;
    CHECK(left > 3'590'000);
    CHECK(left <= 3'600'000);
    CHECK(bench.log.count("receiver_asks_much") == 1);
    CHECK(bench.log.mentions("31536000 s"));  // A year is as long as it is read.
    bench.add(alone(2));
    bench.pass(59min);
    CHECK(bench.client.accepted.size() == 1);
    bench.pass(2min);
    CHECK(bench.client.accepted.size() == 2);
}

TEST_CASE("A bucket that is not empty is no wish to wait", "[delivery][limits]") {
    Bench bench({discord("a")});
    bench.client.script = [](const Attempt&) {
        Answer out;
        out.headers = {{"X-RateLimit-Remaining", "4"}, {"X-RateLimit-Reset-After", "1796077633"}};
        return out;
    };
    bench.start();
    bench.add(alone(1));
    bench.pass(1s);
    CHECK(bench.delivery().standings().at(0).state == "ok");
    CHECK(bench.log.count("receiver_asks_much") == 0);
}

TEST_CASE("A receiver in trouble is asked again after ten minutes at most", "[delivery][limits]") {
    Bench bench({receiver("a")});
    bool well = false;
    bench.client.script = [&](const Attempt&) {
        return well ? Answer{} : Answer{.status = 503, .retry_after = "99999999"};
    };
    bench.start();
    bench.add(alone(1));
    bench.pass(1s);
    well = true;
    CHECK(bench.delivery().standings().at(0).state == "limited");
    CHECK(bench.log.count("receiver_asks_much") == 1);
    bench.pass(9min);
    CHECK(bench.client.accepted.empty());
    bench.pass(2min);
    CHECK(bench.client.accepted.size() == 1);
    CHECK(bench.delivery().standings().at(0).state == "ok");
    CHECK_FALSE(bench.delivery().standings().at(0).limited_until.has_value());
}

TEST_CASE("A webhook that is gone is not asked again, and says so", "[delivery][limits]") {
    for (const int status : {404, 401}) {
        Bench bench({discord("a")});
        bench.client.script = [&](const Attempt&) {
            return Answer{.status = status};
        };
        bench.start();
        for (int i = 0; i < 50; ++i) {
            bench.add(alone(i));
        }
        bench.pass(10h);
        CHECK(bench.client.attempts.size() <= 4);
        CHECK(bench.log.count("receiver_stopped") == 1);
        CHECK(bench.log.mentions("restart"));
        CHECK_FALSE(bench.log.mentions("hunter2"));
        CHECK(bench.metric(R"(faultline_receiver_stopped{chain="devnet",channel="a"})") == 1);
        CHECK(bench.rows(store::Family::kOutbox) == 50);

        // Mended and started again, everything arrives.
        bench.stop();
        bench.client.script = [](const Attempt&) {
            return Answer{};
        };
        bench.start();
        bench.pass(30s);
        CHECK(bench.client.accepted.size() == 50);
        CHECK(bench.metric(R"(faultline_receiver_stopped{chain="devnet",channel="a"})") == 0);
    }
}

TEST_CASE("What a stopped receiver never took becomes dead letters", "[delivery][limits]") {
    Bench bench({discord("a")});
    bench.client.script = [](const Attempt&) {
        return Answer{.status = 404};
    };
    bench.start();
    for (int i = 0; i < 50; ++i) {
        bench.add(alone(i));
    }
    bench.pass(25h);
    CHECK(bench.rows(store::Family::kOutbox) == 0);
    CHECK(bench.dead_letters().size() == 50);
    CHECK(bench.client.attempts.size() <= 4);
}

TEST_CASE("What is not taken as it looks is said as plain text", "[delivery][limits]") {
    Bench bench({discord("a")});
    bench.client.script = [](const Attempt& attempt) {
        const bool rich = attempt.request.body.find("embeds") != std::string::npos;
        return rich ? Answer{.status = 400, .body = R"({"code":50035})"} : Answer{};
    };
    bench.start();
    bench.add(transition("a1", 1));
    bench.pass(1s);
    REQUIRE(bench.client.accepted.size() == 1);
    CHECK_FALSE(texts_under(bench.client.accepted[0].request.body, "content").empty());
    CHECK(bench.dead_letters().empty());

    bench.client.script = [](const Attempt&) {
        return Answer{.status = 400, .body = R"({"code":50035})"};
    };
    bench.add(transition("a2", 1));
    bench.pass(1s);
    CHECK(bench.client.attempts.size() == 4);
    CHECK(bench.dead_letters().size() == 1);
}

TEST_CASE(
    "Requests that Discord counts as invalid stay rare, whatever happens", "[delivery][limits]"
) {
    for (const int status : {401, 403, 404, 429}) {
        Bench bench({discord("a")});
        bench.client.script = [&](const Attempt&) {
            return Answer{.status = status, .body = R"({"retry_after":0.001})"};
        };
        bench.start();
        for (int i = 0; i < 500; ++i) {
            bench.add(alone(i));
        }
        bench.pass(10min);
        CAPTURE(status);
        // 10,000 of them are a ban.
        CHECK(bench.client.attempts.size() < 500);
    }
}
