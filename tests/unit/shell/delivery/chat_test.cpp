// SPDX-License-Identifier: Apache-2.0
#include "any_text.hpp"
#include "bench.hpp"

#include <catch2/catch.hpp>

#include <shell/delivery/dialect.hpp>
#include <shell/delivery/shape.hpp>
#include <shell/delivery/wording.hpp>
#include <string>
#include <utility>

using namespace faultline;
using namespace faultline::delivery;
using namespace faultline::delivery::testing;

namespace {

net::Url url(const std::string& text) {
    return net::Url::parse(text).value();
}

Receiver discord(const std::string& thread = "") {
    Receiver out;
    out.name = "chat";
    out.settings = DiscordSettings{
        .url = url("https://discord.com/api/webhooks/1/hunter2"), .thread_id = thread
    };
    return out;
}

Receiver telegram(const std::string& chat = "-100123") {
    Receiver out;
    out.name = "chat";
    out.settings = TelegramSettings{
        .api = url("https://api.telegram.org"),
        .token = "1:hunter2",
        .chat_id = chat,
        .thread_id = "7"
    };
    return out;
}

Receiver slack() {
    Receiver out;
    out.name = "chat";
    out.settings = SlackSettings{.url = url("https://hooks.slack.com/services/T/B/hunter2")};
    return out;
}

net::HttpRequest say(const Receiver& receiver, const alerts::Transition& what, Style style) {
    return make_dialect(receiver)->request(
        {.transition = what,
         .chain_name = "ethereum",
         .version = "1",
         .now = UnixMillis{1'700'000'000'000},
         .style = style}
    );
}

Verdict judged(
    const Receiver& receiver, int status, const std::string& body, net::Headers headers = {}
) {
    net::HttpResponse answer;
    answer.status = status;
    answer.body = body;
    answer.headers = std::move(headers);
    return make_dialect(receiver)->judge(answer, UnixMillis{1'700'000'000'000});
}

std::size_t lengths(const std::vector<std::string>& texts) {
    std::size_t out = 0;
    for (const std::string& text : texts) {
        out += utf16_length(text);
    }
    return out;
}

void check_texts(const std::string& body, const std::string& name, std::size_t most) {
    for (const std::string& text : texts_under(body, name)) {
        REQUIRE(utf16_length(text) <= most);
        REQUIRE_FALSE(is_blank(text));
    }
}

/// What Telegram shows of HTML: tags gone, escapes taken back.
std::string shown(std::string text) {
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {"<b>", ""},
             {"</b>", ""},
             {"<code>", ""},
             {"</code>", ""},
             {"&lt;", "<"},
             {"&gt;", ">"},
             {"&amp;", "&"}
         }) {
        for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
            text.replace(at, from.size(), to);
            at += to.size();
        }
    }
    return text;
}

}  // namespace

TEST_CASE("Discord is asked to say whether it saved the message", "[discord]") {
    const auto what = transition("a1", 5);
    CHECK(say(discord(), what, Style::kRich).url.target == "/api/webhooks/1/hunter2?wait=true");
    const auto request = say(discord("99"), what, Style::kRich);
    CHECK(request.url.target == "/api/webhooks/1/hunter2?wait=true&thread_id=99");
    CHECK(request.public_only);
    CHECK(request.body.find(R"("allowed_mentions":{"parse":[]})") != std::string::npos);
    CHECK(
        texts_under(request.body, "title").at(0) == R"(FIRING warning: low\_health \(ethereum\))"
    );
    CHECK(texts_under(request.body, "text").at(0) == what.key());
}

TEST_CASE("Whatever a transition holds, Discord's limits are kept", "[discord]") {
    runtime::Random random(1);
    for (int i = 0; i < 400; ++i) {
        const auto what = any_transition(random, 6'000);
        const std::string rich = say(discord(), what, Style::kRich).body;
        REQUIRE(is_utf8(rich));
        check_texts(rich, "title", 256);
        check_texts(rich, "description", 4096);
        check_texts(rich, "name", 256);
        check_texts(rich, "value", 1024);
        check_texts(rich, "text", 2048);
        REQUIRE(texts_under(rich, "name").size() <= 25);
        std::size_t whole = 0;
        for (const char* name : {"title", "description", "name", "value", "text"}) {
            whole += lengths(texts_under(rich, name));
        }
        REQUIRE(whole <= 6000);
        const std::string plain = say(discord(), what, Style::kPlain).body;
        REQUIRE(texts_under(plain, "content").size() == 1);
        check_texts(plain, "content", 2000);
    }
}

TEST_CASE("Discord's limits are learned from every answer", "[discord]") {
    const Verdict taken = judged(
        discord(),
        200,
        "{}",
        {{"x-ratelimit-bucket", "b"},
         {"x-ratelimit-remaining", "4"},
         {"x-ratelimit-reset-after", "0.376"}}
    );
    CHECK(taken.outcome == Outcome::kAcknowledged);
    CHECK(taken.limits.remaining == 4);
    CHECK(taken.limits.reset_after == 376ms);
    const Verdict limited =
        judged(discord(), 429, R"({"message":"x","retry_after":0.376,"global":false})");
    CHECK(limited.outcome == Outcome::kRetry);
    CHECK(limited.at_least == 376ms);
    CHECK(limited.limits.pause == 376ms);
    CHECK_FALSE(limited.limits.whole_service);
    const Verdict shared =
        judged(discord(), 429, R"({"retry_after":2})", {{"X-RateLimit-Scope", "shared"}});
    CHECK_FALSE(shared.limits.whole_service);
    CHECK(judged(discord(), 429, R"({"retry_after":1,"global":true})").limits.whole_service);
    const Verdict banned = judged(discord(), 429, "error code: 1015", {{"Retry-After", "600"}});
    CHECK(banned.limits.whole_service);
    CHECK(banned.limits.pause == 600s);
    CHECK(judged(discord(), 429, "").limits.pause == 1s);
}

TEST_CASE("Discord's answers mean what its documentation says", "[discord]") {
    CHECK(judged(discord(), 404, R"({"code":10015})").outcome == Outcome::kStopped);
    CHECK(judged(discord(), 401, R"({"code":50027})").outcome == Outcome::kStopped);
    CHECK(judged(discord(), 403, "{}").outcome == Outcome::kBlocked);
    CHECK(judged(discord(), 400, R"({"code":50035})").outcome == Outcome::kTooRich);
    CHECK(judged(discord(), 400, R"({"code": 220001})").outcome == Outcome::kBlocked);
    CHECK(judged(discord(), 502, "<html>").outcome == Outcome::kRetry);
}

TEST_CASE("Telegram's token is in the path and nowhere else", "[telegram]") {
    const auto request = say(telegram(), transition("a1", 5), Style::kRich);
    CHECK(request.url.target == "/bot1:hunter2/sendMessage");
    CHECK(request.body.find("hunter2") == std::string::npos);
    CHECK(request.body.find(R"("message_thread_id":7)") != std::string::npos);
    CHECK(request.body.find(R"("parse_mode":"HTML")") != std::string::npos);
    CHECK(make_dialect(telegram())->address() == "https://api.telegram.org:443/…");
    CHECK(make_dialect(telegram())->scope().route.find("hunter2") == std::string::npos);
}

TEST_CASE("Whatever a transition holds, Telegram's limit is kept and no tag broken", "[telegram]") {
    runtime::Random random(2);
    for (int i = 0; i < 400; ++i) {
        const auto what = any_transition(random, 6'000);
        const std::string rich =
            texts_under(say(telegram(), what, Style::kRich).body, "text").at(0);
        REQUIRE(is_utf8(rich));
        REQUIRE(utf16_length(shown(rich)) <= 4096);
        REQUIRE(rich.starts_with("<b>"));
        REQUIRE(rich.ends_with("</code>"));
        const std::string body = say(telegram(), what, Style::kPlain).body;
        REQUIRE(body.find("parse_mode") == std::string::npos);
        check_texts(body, "text", 4096);
    }
}

TEST_CASE("Telegram's answers mean what its documentation says", "[telegram]") {
    const auto said = [](int status, const std::string& description) {
        return judged(telegram(), status, R"({"ok":false,"description":")" + description + R"("})");
    };
    CHECK(
        said(400, "Bad Request: can't parse entities: Unsupported start tag").outcome ==
        Outcome::kTooRich
    );
    CHECK(said(400, "Bad Request: message is too long").outcome == Outcome::kTooRich);
    CHECK(said(400, "Bad Request: chat not found").outcome == Outcome::kBlocked);
    CHECK(said(400, "Bad Request: message text is empty").outcome == Outcome::kRefused);
    CHECK(said(401, "Unauthorized").outcome == Outcome::kStopped);
    CHECK(said(404, "Not Found").outcome == Outcome::kStopped);
    CHECK(said(403, "Forbidden: bot was kicked from the group chat").outcome == Outcome::kBlocked);
    const Verdict limited =
        judged(telegram(), 429, R"({"ok":false,"error_code":429,"parameters":{"retry_after":35}})");
    CHECK(limited.outcome == Outcome::kRetry);
    CHECK(limited.limits.pause == 35s);
}

TEST_CASE("A group is written to less often than a person", "[telegram]") {
    CHECK(
        make_dialect(telegram("-1"))->scope().route_pace.interval >
        make_dialect(telegram("1"))->scope().route_pace.interval
    );
}

TEST_CASE("Whatever a transition holds, Slack's limits are kept", "[slack]") {
    runtime::Random random(3);
    for (int i = 0; i < 400; ++i) {
        const auto what = any_transition(random, 6'000);
        const std::string rich = say(slack(), what, Style::kRich).body;
        REQUIRE(is_utf8(rich));
        const auto texts = texts_under(rich, "text");
        // The text of notifications, then header, two sections and the key.
        REQUIRE(texts.size() == 5);
        REQUIRE(utf16_length(texts[0]) <= 4000);
        REQUIRE(utf16_length(texts[1]) <= 150);
        check_texts(rich, "text", 4000);
        for (std::size_t k = 2; k < texts.size(); ++k) {
            REQUIRE(utf16_length(texts[k]) <= 3000);
        }
        REQUIRE(lengths(texts) <= 13'000);
        const std::string plain = say(slack(), what, Style::kPlain).body;
        REQUIRE(plain.find("blocks") == std::string::npos);
        check_texts(plain, "text", 4000);
    }
}

TEST_CASE("Slack's answers mean what its documentation says", "[slack]") {
    CHECK(judged(slack(), 200, "ok").outcome == Outcome::kAcknowledged);
    CHECK(judged(slack(), 400, "invalid_blocks").outcome == Outcome::kTooRich);
    CHECK(judged(slack(), 400, "channel_not_found").outcome == Outcome::kBlocked);
    CHECK(judged(slack(), 403, "action_prohibited").outcome == Outcome::kBlocked);
    CHECK(judged(slack(), 404, "no_service").outcome == Outcome::kStopped);
    CHECK(judged(slack(), 410, "channel_is_archived").outcome == Outcome::kBlocked);
    CHECK(judged(slack(), 500, "rollup_error").outcome == Outcome::kRetry);
    CHECK(
        judged(slack(), 429, R"({"retry_after":1,"ok":false,"error":"rate_limited"})").at_least ==
        1s
    );
}

TEST_CASE("A retraction names the lost block and what becomes of the alert", "[wording]") {
    alerts::Transition what = transition("a1", 5, alerts::Kind::kRetracted);
    what.retracts = alerts::Kind::kFiring;
    const Wording over = wording_of(what, {.chain_name = "ethereum", .version = "1", .now = {}});
    CHECK(over.title == "RETRACTED firing warning: low_health (ethereum)");
    CHECK(over.text.find("dropped block 5 (0x0000") != std::string::npos);
    CHECK(over.text.find("the alert is over") != std::string::npos);
    CHECK_FALSE(stands_after(what));
    what.retracts = alerts::Kind::kResolved;
    CHECK(
        wording_of(
            what, {.chain_name = "ethereum", .version = "1", .now = {}}
        ).text.find("firing again") != std::string::npos
    );
    CHECK(stands_after(what));
}

TEST_CASE("Whatever many transitions hold, a message of them keeps the limits", "[together]") {
    runtime::Random random(5);
    for (int round = 0; round < 150; ++round) {
        for (const Receiver& receiver : {telegram(), discord(), slack()}) {
            const auto dialect = make_dialect(receiver);
            std::vector<alerts::Transition> together;
            while (together.size() < dialect->most_together()) {
                together.push_back(any_transition(random, 400));
                together.back().fingerprint = "00112233aabbcc" + std::to_string(together.size());
            }
            const std::string body =
                dialect
                    ->digest(
                        together, {.chain_name = "ethereum", .version = "1", .now = {1'700'000'000}}
                    )
                    .body;
            REQUIRE(is_utf8(body));
            for (const alerts::Transition& one : together) {
                REQUIRE(body.find("(" + one.fingerprint + ")") != std::string::npos);
            }
            check_texts(body, "title", 256);
            check_texts(body, "description", 4096);
            for (const std::string& text : texts_under(body, "text")) {
                REQUIRE(utf16_length(receiver.name == "chat" ? shown(text) : text) <= 4096);
            }
        }
    }
}
