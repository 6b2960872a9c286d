// SPDX-License-Identifier: Apache-2.0
#include "bench.hpp"

#include <faultline/shell/delivery/trial.hpp>

#include <catch2/catch.hpp>

#include <optional>
#include <string>
#include <utility>

using namespace faultline;
using namespace faultline::delivery;
using namespace faultline::delivery::testing;
using alerts::Kind;

namespace {

constexpr UnixMillis kNow{1'700'000'000'000};

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

runtime::Task<> take(runtime::Task<TrialResult> task, std::optional<TrialResult>& out) {
    out = co_await std::move(task);
}

TrialResult tried(Bench& bench, const Receiver& receiver) {
    std::optional<TrialResult> out;
    auto trial = try_receiver(
        receiver,
        test_transition(Kind::kFiring, receiver.name, "devnet", kNow),
        "0.1.0",
        {.client = bench.client, .clock = bench.clock, .log = bench.log}
    );
    bench.clock.run(bench.loop, take(std::move(trial), out));
    return *std::move(out);
}

}  // namespace

TEST_CASE("A test alert says that it is none, and each has a key of its own", "[trial]") {
    const auto firing = test_transition(Kind::kFiring, "a", "devnet", kNow);
    const auto resolved = test_transition(Kind::kResolved, "a", "devnet", kNow);
    CHECK(firing.summary.starts_with("TEST: "));
    CHECK(firing.episode == resolved.episode);
    CHECK(firing.fingerprint == resolved.fingerprint);
    CHECK(firing.key() != resolved.key());
    const UnixMillis later{kNow.value + 1000};
    CHECK(firing.key() != test_transition(Kind::kFiring, "a", "devnet", later).key());
}

TEST_CASE("A trial shows what was sent and answered, and no secret", "[trial]") {
    Bench bench({});
    bench.client.script = [](const Attempt&) {
        return Answer{
            .status = 403, .body = "no such token: secret-value at /hook/secret-token\x1b[2J"
        };
    };
    const TrialResult refused = tried(bench, receiver("a"));
    CHECK_FALSE(refused.delivered);
    REQUIRE(refused.exchanges.size() == 1);
    const auto& [request, answer] = refused.exchanges[0];
    CHECK(holds(request, "POST https://a.test:443/…"));
    CHECK(holds(request, "TEST: "));
    CHECK(holds(answer, "403 no such token: "));
    for (const std::string& text : {request, answer, refused.verdict, refused.advice}) {
        CHECK_FALSE(holds(text, "secret"));
        CHECK_FALSE(holds(text, "\x1b"));
    }
    CHECK(refused.verdict == "HTTP 403");
    CHECK(holds(refused.advice, "does not accept our credentials"));

    bench.client.script = [](const Attempt&) {
        return Answer{};
    };
    CHECK(tried(bench, receiver("a")).delivered);
}

TEST_CASE("Secrets of every kind are left out", "[trial]") {
    Receiver telegram = receiver("a");
    telegram.settings = TelegramSettings{
        .api = net::Url::parse("https://api.telegram.org/").value(),
        .token = "1:bot-token",
        .chat_id = "-100",
        .thread_id = ""
    };
    CHECK(without_secrets("GET /bot1:bot-token/sendMessage", telegram) == "GET /bot…/sendMessage");
    Receiver mail = receiver("a");
    auto server = net::Url::parse("http://me%40x.test:pa%2Fss@mx.test/").value();
    server.scheme = "smtp";
    mail.settings = EmailSettings{.server = server, .from = "a@b.test", .to = {"c@d.test"}};
    CHECK(without_secrets("refused pa/ss and me%40x.test:pa%2Fss", mail) == "refused … and …");
    Receiver page = receiver("a");
    page.settings = PagerDutySettings{
        .api = net::Url::parse("https://events.pagerduty.com/").value(),
        .routing_key = "R0UT1NG",
        .external_url = ""
    };
    CHECK(without_secrets(R"({"routing_key":"R0UT1NG"})", page) == R"({"routing_key":"…"})");
}

TEST_CASE("No part of a secret is shown, in whatever form", "[trial]") {
    Receiver discord = receiver("a");
    discord.settings = DiscordSettings{
        .url =
            net::Url::parse("https://discord.test/api/webhooks/112233445566/AbC-dEf_ghIJ").value(),
        .thread_id = ""
    };
    CHECK(
        without_secrets("unknown AbC-dEf_ghIJ of 112233445566 in /api%2Fx", discord) ==
        "unknown … of … in /api%2Fx"
    );
    Receiver telegram = receiver("a");
    telegram.settings = TelegramSettings{
        .api = net::Url::parse("https://api.telegram.org/").value(),
        .token = "987654:bot-token",
        .chat_id = "-100",
        .thread_id = ""
    };
    CHECK(
        without_secrets("987654%3Abot-token 987654%3abot-token bot-token 987654", telegram) ==
        "… … … …"
    );
    Receiver basic = receiver("a");
    basic.settings = WebhookSettings{
        .url = net::Url::parse("https://user:pass%2Fword@a.test/x?key=0123456789").value(),
        .headers = {{"X-Key", "a/b=c+d"}},
        .signing_secrets = {"signing secret of 16"},
        .body = WebhookBody::kFaultline
    };
    CHECK(
        without_secrets(
            "Basic dXNlcjpwYXNzL3dvcmQ= pass/word pass%2fword 0123456789 a%2Fb%3Dc%2Bd "
            "signing%20secret%20of%2016 signing secret of 16",
            basic
        ) == "Basic …= … … … … … …"
    );
}

TEST_CASE("A secret is not shown in part where an answer is cut", "[trial]") {
    Bench bench({});
    bench.client.script = [](const Attempt&) {
        return Answer{.status = 403, .body = std::string(490, 'x') + "/hook/secret-token"};
    };
    const TrialResult refused = tried(bench, receiver("a"));
    CHECK_FALSE(holds(refused.exchanges.at(0).answer, "/hook"));
}

TEST_CASE("In a dry run nothing is sent, and what would be is logged and counted", "[trial]") {
    Bench bench({receiver("a"), receiver("b")});
    bench.receivers[0].dry_run = true;
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(1s);
    CHECK(bench.client.keys("a.test").empty());
    CHECK(bench.client.keys("b.test").size() == 1);
    CHECK(bench.deliveries("a", "dry_run") == 1);
    CHECK(bench.deliveries("a", "acknowledged") == 0);
    CHECK(bench.deliveries("b", "acknowledged") == 1);
    CHECK(bench.log.count("would_send") == 1);
    CHECK(bench.log.mentions("health factor 0.99 is below 1.05"));
    CHECK_FALSE(bench.log.mentions("secret-"));
    CHECK(bench.rows(store::Family::kOutbox) == 0);
    // A trial is asked for by somebody who wants it sent.
    CHECK(tried(bench, bench.receivers[0]).delivered);
    CHECK(bench.client.keys("a.test").size() == 1);
}
