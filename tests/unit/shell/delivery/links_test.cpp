// SPDX-License-Identifier: Apache-2.0
#include "any_text.hpp"
#include "bench.hpp"

#include <faultline/shell/delivery/links.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <shell/delivery/dialect.hpp>
#include <shell/delivery/shape.hpp>
#include <string>
#include <vector>

using namespace faultline;
using namespace faultline::delivery;
using namespace faultline::delivery::testing;

namespace {

const std::string kAccount = "0x" + std::string(38, '0') + "aa";
const std::string kToken = "0x" + std::string(38, '0') + "bb";
const LinkBases kBases{
    .external_url = "https://faultline.example/x", .explorer = "https://etherscan.io"
};

std::map<std::string, std::string> told(
    std::map<std::string, std::string> labels, const LinkBases& bases = kBases
) {
    auto what = transition("a1", 500);
    what.labels = std::move(labels);
    std::map<std::string, std::string> out;
    for (const Link& link : links_of(what, "ethereum", bases)) {
        out[link.name] = link.url;
    }
    return out;
}

net::HttpRequest said(
    const Receiver& receiver, const alerts::Transition& what, Style style = Style::kRich
) {
    return make_dialect(receiver)->request(
        {.transition = what,
         .chain_name = "ethereum",
         .version = "1",
         .now = UnixMillis{1'700'000'000'000},
         .style = style,
         .links = kBases}
    );
}

template <class Settings>
Receiver of(Settings settings) {
    Receiver out;
    out.name = "it";
    out.settings = std::move(settings);
    return out;
}

net::Url url(const std::string& text) {
    return net::Url::parse(text).value();
}

alerts::Transition position() {
    auto what = transition("a1", 500);
    what.labels = {{"account", kAccount}, {"market", "core"}, {"protocol", "aave_v3"}};
    what.runbook = "https://wiki.example/liquidations";
    return what;
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

const std::string kPage = "https://faultline.example/x/v1/chains/ethereum/aave/core/accounts/";

}  // namespace

TEST_CASE("Links lead to our figures, to the graph at the block and to the explorer", "[links]") {
    using Links = std::map<std::string, std::string>;
    const std::string ours = "https://faultline.example/x/v1/";
    const std::string block = "https://etherscan.io/block/500";
    const std::string addresses = "https://etherscan.io/address/";
    CHECK(
        told({{"account", kAccount}, {"market", "core"}, {"protocol", "aave_v3"}}) ==
        Links{
            {"page", kPage + kAccount},
            {"exposures", ours + "exposures/protocol/aave_v3?chain=ethereum&as_of=500"},
            {"block", block},
            {"account", addresses + kAccount}
        }
    );
    CHECK(
        told({{"token", kToken}, {"market", "usdc"}, {"protocol", "compound_v3"}}) ==
        Links{
            {"page", ours + "chains/ethereum/compound_v3/usdc"},
            {"exposures", ours + "exposures/token/" + kToken + "?chain=ethereum&as_of=500"},
            {"block", block},
            {"token", addresses + kToken}
        }
    );
    CHECK(
        told({{"from", "account:" + kAccount}, {"to", "issuer:Ether & Co"}}) ==
        Links{
            {"exposures",
             ours + "paths?chain=ethereum&as_of=500&from=account:" + kAccount +
                 "&to=issuer:Ether%20%26%20Co"},
            {"block", block},
            {"from", addresses + kAccount}
        }
    );
    CHECK(told({}) == Links{{"page", ours + "status"}, {"block", block}});
    CHECK(told({{"token", kToken}}, {}).empty());
}

TEST_CASE("A runbook is a link where it is one, and none that shows a password", "[links]") {
    auto what = transition("a1", 500);
    const auto is_linked = [&what](const std::string& runbook) {
        what.runbook = runbook;
        return !links_of(what, "x", {}).empty();
    };
    CHECK(is_linked("https://wiki.example/liquidations#now"));
    CHECK_FALSE(is_linked("https://me:hunter2@wiki.example/"));
    CHECK_FALSE(is_linked("https://wiki.example/a|b>"));
    CHECK_FALSE(is_linked("ask Ann"));
    CHECK_FALSE(is_linked(""));
}

TEST_CASE("Whatever labels hold, links are few, plain and each of another name", "[links]") {
    runtime::Random random(7);
    for (int i = 0; i < 300; ++i) {
        auto what = any_transition(random, 3'000);
        for (int j = 0; j < 15; ++j) {
            what.labels["page" + std::to_string(j)] =
                "token:0x" + std::string(40, char('1' + j % 9));
        }
        what.labels["page"] = kToken;
        const auto links = links_of(what, "ethereum", kBases);
        REQUIRE(links.size() <= kMostLinks);
        std::vector<std::string> names;
        for (const Link& link : links) {
            names.push_back(link.name);
            REQUIRE(is_plain_link(link.url));
            REQUIRE(link.url.size() <= kMostUrl);
        }
        std::ranges::sort(names);
        REQUIRE(std::ranges::adjacent_find(names) == names.end());
    }
}

TEST_CASE("Machines get links as an object, under names", "[links]") {
    const auto webhook = of(
        WebhookSettings{.url = url("https://sink.example/"), .headers = {}, .signing_secrets = {}}
    );
    const std::string links = R"("links":{"page":")" + kPage + kAccount + R"(","exposures":")";
    CHECK(holds(said(webhook, position()).body, links));
    const auto trigger = of(TriggerSettings{
        .url = url("https://sink.example/"),
        .headers = {},
        .signing_secrets = {"s"},
        .rules = {},
        .call = {}
    });
    CHECK(holds(said(trigger, position()).body, links));
}

TEST_CASE("Chats show links in their own markup, also beside the longest texts", "[links]") {
    auto what = position();
    for (int i = 0; i < 60; ++i) {
        what.figures["figure_" + std::to_string(i)] = std::string(200, '7');
    }
    what.summary = std::string(9'000, 's');
    const std::string discord =
        said(of(DiscordSettings{.url = url("https://discord.com/a/b"), .thread_id = ""}), what)
            .body;
    CHECK(holds(discord, R"("url":")" + kPage + kAccount));
    CHECK(holds(discord, "[block](https://etherscan.io/block/500)"));
    CHECK(holds(discord, "[runbook](https://wiki.example/liquidations)"));
    const std::string telegram = said(
                                     of(TelegramSettings{
                                         .api = url("https://api.telegram.org"),
                                         .token = "1:a",
                                         .chat_id = "1",
                                         .thread_id = ""
                                     }),
                                     what
    )
                                     .body;
    CHECK(holds(telegram, R"(<a href=\"https://etherscan.io/block/500\">block</a>)"));
    CHECK(holds(telegram, "aave_v3?chain=ethereum&amp;as_of=500"));
    const auto slack = of(SlackSettings{.url = url("https://hooks.slack.com/services/a")});
    CHECK(holds(said(slack, what).body, "<https://etherscan.io/block/500|block>"));
    CHECK(holds(said(slack, position(), Style::kPlain).body, "see block: https://etherscan.io"));
}

TEST_CASE("Pagers get links where they look for them", "[links]") {
    const std::string pagerduty =
        said(
            of(PagerDutySettings{
                .api = url("https://events.pagerduty.com"), .routing_key = "k", .external_url = ""
            }),
            position()
        )
            .body;
    CHECK(holds(pagerduty, R"("client_url":"https://faultline.example/x/")"));
    CHECK(holds(pagerduty, R"({"href":"https://etherscan.io/block/500","text":"block"})"));
    const std::string opsgenie =
        said(
            of(OpsgenieSettings{.api = url("https://api.opsgenie.com"), .api_key = "k"}), position()
        )
            .body;
    CHECK(holds(opsgenie, R"("details":{"see page":")" + kPage));
    AlertmanagerSettings settings;
    settings.url = url("http://am.test:9093");
    const std::string alertmanager = said(of(settings), position()).body;
    CHECK(holds(alertmanager, R"("generatorURL":")" + kPage + kAccount));
    CHECK(holds(alertmanager, R"("link_block":"https://etherscan.io/block/500")"));
    CHECK(holds(alertmanager, R"("runbook_url":"https://wiki.example/liquidations")"));
    settings.external_url = "https://grafana.example/";
    CHECK(holds(said(of(settings), position()).body, R"("generatorURL":"https://grafana)"));
}
