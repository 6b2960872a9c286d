// SPDX-License-Identifier: Apache-2.0
#include "any_text.hpp"
#include "bench.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <shell/delivery/dialect.hpp>
#include <shell/delivery/shape.hpp>
#include <shell/delivery/webhook.hpp>
#include <shell/delivery/wording.hpp>
#include <string>
#include <utility>

using namespace faultline;
using namespace faultline::delivery;
using namespace faultline::delivery::testing;
using alerts::Kind;

namespace {

net::Url url(const std::string& text) {
    return net::Url::parse(text).value();
}

template <class Settings>
Receiver with(Settings settings) {
    Receiver out;
    out.name = "page";
    out.settings = std::move(settings);
    return out;
}

Receiver pagerduty() {
    return with(PagerDutySettings{
        .api = url("https://events.pagerduty.com"), .routing_key = "hunter2", .external_url = ""
    });
}

Receiver opsgenie() {
    return with(OpsgenieSettings{.api = url("https://api.opsgenie.com"), .api_key = "hunter2"});
}

Receiver alertmanager() {
    AlertmanagerSettings settings;
    settings.url = url("http://am.test:9093");
    settings.external_url = "https://faultline.example/";
    return with(std::move(settings));
}

Receiver email() {
    return with(EmailSettings{
        .server =
            {.scheme = "smtp",
             .user_info = "me:hunter2",
             .host = "mail.test",
             .port = 587,
             .target = "/"},
        .from = "faultline@example.com",
        .to = {"a@example.com", "b@example.com"}
    });
}

constexpr UnixMillis kNow{1'700'000'100'000};

net::HttpRequest say(const Receiver& receiver, const alerts::Transition& what) {
    return make_dialect(receiver)->request(
        {.transition = what, .chain_name = "ethereum", .version = "1", .now = kNow}
    );
}

Verdict judged(const Receiver& receiver, int status, const std::string& body = "") {
    net::HttpResponse answer;
    answer.status = status;
    answer.body = body;
    return make_dialect(receiver)->judge(answer, kNow);
}

alerts::Transition retraction(Kind of) {
    alerts::Transition out = transition("a1", 5, Kind::kRetracted);
    out.retracts = of;
    return out;
}

bool has(const std::string& body, const std::string& text) {
    return body.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("One key opens and closes an incident of PagerDuty", "[pagerduty]") {
    const std::string firing = say(pagerduty(), transition("a1", 5)).body;
    const std::string resolved = say(pagerduty(), transition("a1", 6, Kind::kResolved)).body;
    const std::string over = say(pagerduty(), retraction(Kind::kFiring)).body;
    const std::string again = say(pagerduty(), retraction(Kind::kResolved)).body;
    CHECK(has(firing, R"("event_action":"trigger")"));
    CHECK(has(resolved, R"("event_action":"resolve")"));
    CHECK(has(over, R"("event_action":"resolve")"));
    CHECK(has(over, "dropped block 5 (0x0000"));
    CHECK(has(again, R"("event_action":"trigger")"));
    for (const std::string& body : {firing, resolved, over, again}) {
        CHECK(has(body, R"("dedup_key":"a1/1-00000000")"));
        CHECK(has(body, R"("routing_key":"hunter2")"));
    }
    CHECK(say(pagerduty(), transition("a1", 5)).url.target == "/v2/enqueue");
}

TEST_CASE("Whatever a transition holds, PagerDuty's limits are kept", "[pagerduty]") {
    runtime::Random random(4);
    for (int i = 0; i < 200; ++i) {
        const std::string body = say(pagerduty(), any_transition(random, 20'000)).body;
        REQUIRE(is_utf8(body));
        REQUIRE(body.size() < 512U * 1024);
        REQUIRE(utf16_length(texts_under(body, "summary").at(0)) <= 1024);
        REQUIRE_FALSE(is_blank(texts_under(body, "summary").at(0)));
        REQUIRE(utf16_length(texts_under(body, "dedup_key").at(0)) <= 255);
    }
}

TEST_CASE("PagerDuty's answers mean what its documentation says", "[pagerduty]") {
    CHECK(judged(pagerduty(), 202).outcome == Outcome::kAcknowledged);
    CHECK(
        judged(pagerduty(), 400, R"({"errors":["'summary' is missing"]})").outcome ==
        Outcome::kRefused
    );
    CHECK(
        judged(pagerduty(), 400, R"({"message":"Invalid routing key"})").outcome ==
        Outcome::kBlocked
    );
    CHECK(judged(pagerduty(), 429).limits.pause == 30s);
    CHECK(judged(pagerduty(), 500).outcome == Outcome::kRetry);
    CHECK_FALSE(has(make_dialect(pagerduty())->scope().route, "hunter2"));
}

TEST_CASE("An alert of Opsgenie is opened and closed by its alias", "[opsgenie]") {
    const auto firing = say(opsgenie(), transition("a1", 5));
    CHECK(firing.url.target == "/v2/alerts");
    CHECK(has(firing.body, R"("alias":"a1/1-00000000")"));
    CHECK(
        firing.headers.back() ==
        std::pair<std::string, std::string>("Authorization", "GenieKey hunter2")
    );
    for (const auto& over : {transition("a1", 6, Kind::kResolved), retraction(Kind::kFiring)}) {
        const auto closed = say(opsgenie(), over);
        CHECK(closed.url.target == "/v2/alerts/a1%2F1-00000000/close?identifierType=alias");
        CHECK_FALSE(texts_under(closed.body, "note").empty());
    }
    CHECK(has(say(opsgenie(), retraction(Kind::kFiring)).body, "dropped block 5 (0x0000"));
    CHECK(say(opsgenie(), retraction(Kind::kResolved)).url.target == "/v2/alerts");
}

TEST_CASE("Whatever a transition holds, Opsgenie's limits are kept", "[opsgenie]") {
    runtime::Random random(5);
    for (int i = 0; i < 200; ++i) {
        const std::string body = say(opsgenie(), any_transition(random, 20'000)).body;
        REQUIRE(is_utf8(body));
        for (const auto& [name, most] : std::vector<std::pair<std::string, std::size_t>>{
                 {"message", 130}, {"description", 15'000}, {"alias", 512}, {"note", 25'000}
             }) {
            for (const std::string& text : texts_under(body, name)) {
                REQUIRE(utf16_length(text) <= most);
                REQUIRE_FALSE(is_blank(text));
            }
        }
    }
}

TEST_CASE("Opsgenie's answers mean what its documentation says", "[opsgenie]") {
    CHECK(judged(opsgenie(), 202).outcome == Outcome::kAcknowledged);
    CHECK(judged(opsgenie(), 422).outcome == Outcome::kRefused);
    CHECK(judged(opsgenie(), 401).outcome == Outcome::kBlocked);
    CHECK(judged(opsgenie(), 403).outcome == Outcome::kBlocked);
    net::HttpResponse throttled;
    throttled.status = 429;
    throttled.headers = {{"X-RateLimit-State", "THROTTLED"}, {"X-RateLimit-Period-In-Sec", "60"}};
    CHECK(make_dialect(opsgenie())->judge(throttled, kNow).limits.pause == 60s);
}

TEST_CASE("Alertmanager is told when an alert begins and ends", "[alertmanager]") {
    alerts::Transition what = transition("a1", 5);
    what.labels["odd name-1"] = "x";
    const auto firing = say(alertmanager(), what);
    CHECK(firing.url.target == "/api/v2/alerts");
    CHECK(firing.body.starts_with('['));
    CHECK(has(firing.body, R"("alertname":"low_health")"));
    CHECK(has(firing.body, R"("odd_name_1":"x")"));
    CHECK(has(firing.body, R"("startsAt":"2023-11-14T22:13:25Z","endsAt":"2023-11-14T22:19:00Z")"));
    CHECK(has(firing.body, R"("generatorURL":"https://faultline.example/")"));
    const auto resolved = say(alertmanager(), transition("a1", 6, Kind::kResolved)).body;
    CHECK_FALSE(has(resolved, "startsAt"));
    CHECK(has(resolved, R"("endsAt":"2023-11-14T22:13:26Z")"));
    const auto over = say(alertmanager(), retraction(Kind::kFiring)).body;
    CHECK(has(over, R"("endsAt":"2023-11-14T22:15:00Z")"));
    CHECK(has(over, "dropped block 5 (0x0000"));
}

TEST_CASE("A block from the future begins now", "[alertmanager]") {
    alerts::Transition what = transition("a1", 5);
    what.block_timestamp_s = 4'000'000'000;
    CHECK(has(say(alertmanager(), what).body, R"("startsAt":"2023-11-14T22:15:00Z")"));
    what.kind = Kind::kResolved;
    CHECK(has(say(alertmanager(), what).body, R"("endsAt":"2023-11-14T22:15:00Z")"));
}

TEST_CASE(
    "What fires is posted again, through restarts, until it is over", "[delivery][alertmanager]"
) {
    Bench bench({alertmanager()});
    const auto last_body = [&] {
        return bench.client.attempts.back().request.body;
    };
    bench.start();
    bench.add(transition("a1", 1));
    bench.add(transition("a2", 1));
    bench.pass(1s);
    CHECK(bench.client.attempts.size() == 2);
    bench.pass(2min);
    CHECK(bench.client.attempts.size() == 4);
    CHECK(texts_under(last_body(), "fingerprint") == std::vector<std::string>{"a1", "a2"});
    CHECK(bench.rows(store::Family::kOutbox) == 0);

    bench.crash(SIZE_MAX);
    bench.start();
    bench.pass(1s);
    CHECK(bench.client.attempts.size() == 5);
    CHECK(texts_under(last_body(), "fingerprint") == std::vector<std::string>{"a1", "a2"});

    bench.add(transition("a1", 2, Kind::kResolved));
    alerts::Transition over = transition("a2", 1, Kind::kRetracted);
    over.retracts = Kind::kFiring;
    bench.add(over);
    bench.pass(1s);
    CHECK(bench.client.attempts.size() == 7);
    bench.pass(5min);
    CHECK(bench.client.attempts.size() == 7);
    CHECK(bench.rows(store::Family::kMeta) == 0);
}

TEST_CASE(
    "What is not yet acknowledged to be over is not posted again", "[delivery][alertmanager]"
) {
    Bench bench({alertmanager()});
    bench.start();
    bench.add(transition("a1", 1));
    bench.pass(1s);
    bench.client.script = [](const Attempt&) {
        return Answer{.status = 503};
    };
    bench.add(transition("a1", 2, Kind::kResolved));
    bench.pass(10min);
    for (std::size_t i = 1; i < bench.client.attempts.size(); ++i) {
        CHECK_FALSE(has(bench.client.attempts[i].request.body, "startsAt"));
    }
}

TEST_CASE("A mail is one text that no label can break out of", "[email]") {
    alerts::Transition what = transition("a1", 5);
    what.rule = "x\r\nBcc: all@example.com";
    const auto request = say(email(), what);
    CHECK(request.url.scheme == "smtp");
    CHECK(request.public_only);
    CHECK(request.body.find("Bcc") == std::string::npos);
    CHECK(has(request.body, "\r\nTo: a@example.com, b@example.com\r\n"));
    CHECK(has(request.body, "\r\nMessage-ID: <a1.1-00000000.firing.5-00000000@faultline>\r\n"));
    CHECK(has(request.body, "\r\nReferences: <a1.1-00000000@faultline>\r\n"));
    CHECK(has(request.body, "Date: Tue, 14 Nov 2023 22:15:00 +0000\r\n"));
    CHECK(request.body.find("hunter2") == std::string::npos);
    CHECK(make_dialect(email())->address() == "smtp://mail.test:587");
}

TEST_CASE("Whatever a transition holds, a mail is ASCII in short lines", "[email]") {
    runtime::Random random(6);
    for (int i = 0; i < 200; ++i) {
        const std::string mail = say(email(), any_transition(random, 6'000)).body;
        std::size_t begin = 0;
        for (std::size_t end = mail.find('\n'); end != std::string::npos;
             end = mail.find('\n', begin)) {
            REQUIRE(end > begin);
            REQUIRE(mail[end - 1] == '\r');
            REQUIRE(end - begin <= 120);
            begin = end + 1;
        }
        REQUIRE(std::ranges::all_of(mail, [](char c) {
            return (c >= ' ' && c < '\x7f') || c == '\r' || c == '\n';
        }));
    }
}

TEST_CASE("A mail server's replies are judged", "[email]") {
    CHECK(judged(email(), 250).outcome == Outcome::kAcknowledged);
    CHECK(judged(email(), 451).outcome == Outcome::kRetry);
    CHECK(judged(email(), 421).outcome == Outcome::kRetry);
    for (const int login : {530, 534, 535, 538}) {
        CHECK(judged(email(), login).outcome == Outcome::kBlocked);
    }
    for (const int permanent : {500, 501, 550, 552, 553, 554, 571}) {
        CHECK(judged(email(), permanent).outcome == Outcome::kRefused);
    }
}

TEST_CASE("Recipients that a mail did not reach are said, and it counts as taken", "[email]") {
    Bench bench({email()});
    bench.client.script = [](const Attempt&) {
        Answer out{.status = 250};
        out.headers = {{"Turned-Away", "a@b.test"}, {"X", "y"}, {"Turned-Away", "c@d.test"}};
        return out;
    };
    bench.start();
    bench.add(transition("a1", 1));
    bench.pass(1s);
    CHECK(bench.client.accepted.size() == 1);
    CHECK(bench.log.count("recipients_refused") == 1);
    CHECK(bench.log.mentions("a@b.test, c@d.test"));
}

TEST_CASE("Who is put off keeps a mail from the others for a while only", "[email]") {
    Bench bench({email()});
    const auto asked = [](const Attempt& attempt, const std::string& name) {
        return std::ranges::any_of(attempt.request.headers, [&name](const auto& header) {
            return header.first == "Leave-Behind" && header.second == name;
        });
    };
    bool full = true;
    bench.client.script = [&](const Attempt& attempt) {
        Answer out{.status = full && !asked(attempt, "a@b.test") ? 452 : 250};
        if (full) {
            out.headers = {{"Put-Off", "a@b.test"}};
        }
        return out;
    };
    bench.start();
    bench.add(transition("a1", 1));
    bench.pass(9min);
    CHECK(bench.client.accepted.empty());
    bench.pass(3min);
    CHECK(bench.client.accepted.size() == 1);
    CHECK(bench.log.mentions("a@b.test"));
    // The next does not wait for it, and once it takes something all do again.
    bench.add(transition("a2", 2));
    bench.pass(10s);
    CHECK(bench.client.accepted.size() == 2);
    full = false;
    bench.add(transition("a3", 3));
    bench.pass(10s);
    full = true;
    bench.add(transition("a4", 4));
    bench.pass(1min);
    CHECK(bench.client.accepted.size() == 3);
    CHECK(bench.dead_letters().empty());
}

TEST_CASE("What an HTTP server says of recipients is not heard", "[webhook]") {
    Bench bench({receiver("hook")});
    bool said = false;
    bench.client.script = [&said](const Attempt& attempt) {
        said = said || std::ranges::any_of(attempt.request.headers, [](const auto& header) {
                   return header.first == "Leave-Behind";
               });
        Answer out{.status = 500};
        out.headers = {{"Put-Off", "a@b.test"}};
        return out;
    };
    bench.start();
    bench.add(transition("a1", 1));
    bench.pass(30min);
    CHECK(bench.client.attempts.size() > 2);
    CHECK_FALSE(said);
}

TEST_CASE("A line of standard output is the body of a webhook", "[stdout]") {
    const auto request = say(with(StdoutSettings{}), transition("a1", 5));
    CHECK(request.url.scheme == "stdout");
    CHECK(request.body == webhook_body(transition("a1", 5), "ethereum") + "\n");
    CHECK(judged(with(StdoutSettings{}), 200).outcome == Outcome::kAcknowledged);
}
