// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/delivery/receiver.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <unit/app/bench.hpp>
#include <utility>
#include <variant>

using namespace faultline;
using namespace faultline::test;

namespace {

/// The one receiver of a configuration with that entry.
delivery::Receiver configured(const std::string& entry) {
    Bench bench;
    bench.replace("{name: ops, kind: webhook, url: \"http://sink.example/hunter2\"}", entry);
    const auto loaded = bench.load();
    REQUIRE(loaded);
    return loaded->receivers.at(0);
}

}  // namespace

TEST_CASE("A webhook keeps the secrets that sign it, the newer first", "[app][receivers]") {
    const auto receiver = configured(
        "{name: ops, kind: webhook, url: \"http://10.0.0.1/\", allow_private: true, body: "
        "openzeppelin_monitor, signing_secret: sixteen-letters-1, previous_signing_secret: "
        "sixteen-letters-0}"
    );
    const auto& webhook = std::get<delivery::WebhookSettings>(receiver.settings);
    CHECK(
        webhook.signing_secrets ==
        std::vector<std::string>{"sixteen-letters-1", "sixteen-letters-0"}
    );
    CHECK(webhook.body == delivery::WebhookBody::kOpenZeppelin);
    CHECK(webhook.url.host == "10.0.0.1");
    CHECK(receiver.allow_private);
}

TEST_CASE("Each chat has its own settings", "[app][receivers]") {
    const auto discord = configured(
        "{name: a, kind: discord, url: \"https://discord.com/api/webhooks/1/x\", thread_id: \"9\", "
        "send_pending: true}"
    );
    CHECK(discord.send_pending);
    CHECK_FALSE(discord.allow_private);
    CHECK(std::get<delivery::DiscordSettings>(discord.settings).thread_id == "9");

    const auto telegram =
        configured("{name: a, kind: telegram, token: \"1:x\", chat_id: \"-100\"}");
    const auto& chat = std::get<delivery::TelegramSettings>(telegram.settings);
    CHECK(chat.api.redacted() == "https://api.telegram.org:443");
    CHECK(chat.chat_id == "-100");
    CHECK(chat.thread_id.empty());

    const auto slack =
        configured("{name: a, kind: slack, url: \"https://hooks.slack.com/services/x\"}");
    CHECK(std::get<delivery::SlackSettings>(slack.settings).url.host == "hooks.slack.com");
}

TEST_CASE("What people follow is an http or https link", "[app]") {
    for (const char* link : {"", "https://wiki.example.org/a?b=c#d", "http://wiki.example.org"}) {
        Bench bench;
        bench.replace("below: 1.02", "runbook: \"" + std::string(link) + "\", below: 1.02");
        CHECK(bench.load().has_value());
    }
    for (const char* other :
         {"javascript:alert(1)",
          "JavaScript://x/%0aalert(1)",
          "data:text/html,x",
          "file:///etc/x",
          "docs/x.md",
          "ws://wiki.example.org",
          "https://wiki.example.org/\\u202e",
          " https://wiki.example.org"}) {
        INFO(other);
        Bench bench;
        bench.replace("below: 1.02", "runbook: \"" + std::string(other) + "\", below: 1.02");
        const auto refused = bench.load();
        REQUIRE_FALSE(refused.has_value());
        REQUIRE(refused.error().size() == 1);
        const std::string message = refused.error().front().message();
        CHECK(message.find("rules[0].runbook: got ") != std::string::npos);
        CHECK(message.ends_with("expected URL (http://, https://) or nothing"));
    }
}

TEST_CASE("Paging services have their own servers unless another is given", "[app][receivers]") {
    const auto pagerduty = configured(
        "{name: a, kind: pagerduty, routing_key: abc123, external_url: "
        "\"https://faultline.example/x\"}"
    );
    const auto& page = std::get<delivery::PagerDutySettings>(pagerduty.settings);
    CHECK(page.api.host == "events.pagerduty.com");
    CHECK(page.routing_key == "abc123");
    CHECK(page.external_url == "https://faultline.example/x");

    const auto opsgenie = configured(
        "{name: a, kind: opsgenie, api_key: a-b, api_url: \"https://api.eu.opsgenie.com\"}"
    );
    CHECK(
        std::get<delivery::OpsgenieSettings>(opsgenie.settings).api.host == "api.eu.opsgenie.com"
    );

    const auto alertmanager = configured(
        "{name: a, kind: alertmanager, url: \"http://127.0.0.1:9093\", allow_private: true, "
        "repost_every: 30s, headers: {Authorization: x}}"
    );
    const auto& am = std::get<delivery::AlertmanagerSettings>(alertmanager.settings);
    CHECK(am.repost_every == std::chrono::seconds(30));
    CHECK(am.headers.size() == 1);
    CHECK(am.url.port == 9093);
}

TEST_CASE("A mail server is a URL with a port of its own", "[app][receivers]") {
    const auto email = configured(
        "{name: a, kind: email, server: \"smtp://me:hunter2@mail.example\", from: a@b.example, to: "
        "[c@d.example, e@f.example]}"
    );
    const auto& mail = std::get<delivery::EmailSettings>(email.settings);
    CHECK(mail.server.scheme == "smtp");
    CHECK(mail.server.port == 587);
    CHECK(mail.server.user_info == "me:hunter2");
    CHECK(mail.to.size() == 2);
    const auto tls = configured(
        "{name: a, kind: email, server: \"smtps://mail.example\", from: a@b.example, to: "
        "[c@d.example]}"
    );
    CHECK(std::get<delivery::EmailSettings>(tls.settings).server.port == 465);
    const auto lines = configured("{name: a, kind: stdout}");
    CHECK(std::holds_alternative<delivery::StdoutSettings>(lines.settings));
}

TEST_CASE("A receiver in a dry run is one only where that is written", "[app][receivers]") {
    const std::string entry =
        "{name: a, kind: slack, url: \"https://hooks.slack.com/services/x\", dry_run: true}";
    CHECK(configured(entry).dry_run);
    CHECK_FALSE(configured("{name: a, kind: stdout}").dry_run);
}

TEST_CASE("A trigger is signed, and its call is read once", "[app][receivers]") {
    const std::string begin = "{name: a, kind: trigger, url: \"https://x.test/\", ";
    const std::string secret = "signing_secret: sixteen-letters-1, ";
    const auto receiver = configured(
        begin + secret +
        "call_function: \"pause(address asset, uint256)\", call_arguments: "
        "[\"0x00000000000000000000000000000000000000aa\", \"{limit:6}\"], call_to: "
        "\"0x00000000000000000000000000000000000000bb\", call_chain_id: 10}"
    );
    const auto& trigger = std::get<delivery::TriggerSettings>(receiver.settings);
    CHECK(trigger.signing_secrets.size() == 1);
    REQUIRE(trigger.call.has_value());
    CHECK(trigger.call->chain_id == 10);
    CHECK(trigger.call->call.signature() == "pause(address,uint256)");
    CHECK_FALSE(std::get<delivery::TriggerSettings>(configured(begin + secret + "}").settings)
                    .call.has_value());

    const std::string call =
        ", call_chain_id: 10, call_to: "
        "\"0x00000000000000000000000000000000000000bb\"}";
    for (const auto& [entry, why] : {
             std::pair(begin + "}", "a trigger is signed"),
             std::pair(begin + secret + "rules: [nobody]}", "nobody"),
             std::pair(begin + secret + "call_function: \"f()\"}", "but not where"),
             std::pair(begin + secret + "call_arguments: [x]}", "no call_function"),
             std::pair(
                 begin + secret + "call_function: \"f(uint8 c)\", call_arguments: [\"256\"]" + call,
                 "argument 1 (c): \"256\" is no uint8"
             ),
         }) {
        Bench bench;
        bench.replace("{name: ops, kind: webhook, url: \"http://sink.example/hunter2\"}", entry);
        const auto loaded = bench.load();
        INFO(entry);
        REQUIRE(!loaded.has_value());
        REQUIRE(loaded.error().size() == 1);
        CHECK(loaded.error()[0].message().find(why) != std::string::npos);
    }
}
