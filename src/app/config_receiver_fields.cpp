// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/shell/config/section.hpp>
#include <faultline/shell/config/types.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/net/url.hpp>

#include <app/config_fields.hpp>
#include <app/config_types.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::app::written {
namespace {

using namespace config;
using namespace std::chrono_literals;

/// Kinds by their names; the first is the one that examples show.
const std::vector<std::pair<std::string, ReceiverKind>>& kinds() {
    static const std::vector<std::pair<std::string, ReceiverKind>> all = {
        {"webhook", ReceiverKind::kWebhook},
        {"trigger", ReceiverKind::kTrigger},
        {"discord", ReceiverKind::kDiscord},
        {"telegram", ReceiverKind::kTelegram},
        {"slack", ReceiverKind::kSlack},
        {"pagerduty", ReceiverKind::kPagerDuty},
        {"opsgenie", ReceiverKind::kOpsgenie},
        {"alertmanager", ReceiverKind::kAlertmanager},
        {"email", ReceiverKind::kEmail},
        {"stdout", ReceiverKind::kStdout},
    };
    return all;
}

/// What is wrong with a header a user adds, or nothing.
std::string header_fault(const std::string& name) {
    constexpr std::string_view kToken =
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    if (name.empty() || name.find_first_not_of(kToken) != std::string::npos) {
        return "this is no valid name of an HTTP header";
    }
    std::string lower = name;
    for (char& c : lower) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    for (const char* own :
         {"host",
          "content-type",
          "content-length",
          "transfer-encoding",
          "connection",
          "idempotency-key",
          "faultline-signature"}) {
        if (lower == own) {
            return "this header is set by faultline itself";
        }
    }
    return {};
}

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Text of these characters only, which can stand in a URL as they are.
Type<std::string> text_of(const std::string& name, const std::string& allowed) {
    constexpr std::size_t kMost = 256;
    auto parse = [allowed](std::string_view text) -> Result<std::string> {
        if (text.empty() || text.size() > kMost ||
            text.find_first_not_of(allowed) != std::string_view::npos) {
            return wrong();
        }
        return std::string(text);
    };
    // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): std::function owns the lambda.
    return scalar<std::string>(name, std::move(parse), [](const std::string& text) {
        return text;
    });
}

std::string joined(std::string_view a, std::string_view b, std::string_view c = {}) {
    return std::string(a) + std::string(b) + std::string(c);
}

/// A mail server. Mail URLs are read as web URLs are, but for the scheme and its port.
Type<net::Url> smtp_type() {
    constexpr std::uint16_t kHttpPort = 80;
    constexpr std::uint16_t kSubmissionPort = 587;
    constexpr std::uint16_t kSmtpsPort = 465;
    auto parse = [](std::string_view text) -> Result<net::Url> {
        const std::size_t colon = text.find("://");
        const std::string_view scheme = text.substr(0, colon);
        if (colon == std::string_view::npos || (scheme != "smtp" && scheme != "smtps")) {
            return wrong("the scheme is neither smtp nor smtps");
        }
        auto url = net::Url::parse("http" + std::string(text.substr(colon)));
        if (!url || url->target != "/") {
            return wrong("there is more than user, host and port");
        }
        url->scheme = scheme;
        if (url->port == kHttpPort) {
            url->port = scheme == "smtp" ? kSubmissionPort : kSmtpsPort;
        }
        return url;
    };
    return scalar<net::Url>("URL (smtp://, smtps://)", parse, [](const net::Url& url) {
        return url.host.empty() ? std::string() : url.redacted();
    });
}

void add_place(Section<Receiver>& out) {
    out.required(
        {.name = "url",
         .text = "Where to post to: of Discord and Slack the URL of the webhook that they give.",
         .example = "http://127.0.0.1:9465/alerts",
         .secret = true,
         .kinds = {"webhook", "trigger", "discord", "slack", "alertmanager"}},
        &Receiver::url,
        url_type({"http", "https"})
    );
    out.optional(
        {.name = "allow_private",
         .text = "Addresses that only this network or machine reaches are refused unless this is "
                 "true.",
         .example = "true",
         .shown = true,
         .kinds =
             {"webhook",
              "trigger",
              "discord",
              "telegram",
              "slack",
              "pagerduty",
              "opsgenie",
              "alertmanager",
              "email"}},
        [](Receiver& r) -> auto& { return r.common.allow_private; },
        boolean()
    );
    out.optional(
        {.name = "api_url",
         .text = "Another server of the same API, such as that of another region.",
         .default_text = "the service's own",
         .kinds = {"telegram", "pagerduty", "opsgenie"}},
        &Receiver::api_url,
        maybe(url_type({"http", "https"}))
    );
}

void add_webhook(Section<Receiver>& out) {
    out.optional(
        {.name = "headers",
         .text = "Extra HTTP headers, such as {Authorization: \"Bearer ${OPS_TOKEN}\"}.",
         .secret = true,
         .kinds = {"webhook", "trigger", "alertmanager"}},
        &Receiver::headers,
        text_map("header", header_fault)
    );
    constexpr std::size_t kShortest = 16;
    out.optional(
        {.name = "signing_secret",
         .text = "Requests are signed with it (docs/webhook.md).",
         .secret = true,
         .kinds = {"webhook", "trigger"}},
        &Receiver::signing_secret,
        maybe(text("text of 16 or more characters", kShortest))
    );
    out.optional(
        {.name = "previous_signing_secret",
         .text = "Signs them, too: while receivers change from one secret to another.",
         .secret = true,
         .kinds = {"webhook", "trigger"}},
        &Receiver::previous_signing_secret,
        maybe(text("text of 16 or more characters", kShortest))
    );
    out.optional(
        {.name = "body",
         .text = "What is posted: our own format, or the title and body that OpenZeppelin Monitor "
                 "sends.",
         .kinds = {"webhook"}},
        [](Receiver& r) -> auto& { return r.webhook.body; },
        one_of<delivery::WebhookBody>(
            {{"faultline", delivery::WebhookBody::kFaultline},
             {"openzeppelin_monitor", delivery::WebhookBody::kOpenZeppelin}}
        )
    );
}

void add_chat(Section<Receiver>& out) {
    out.required(
        {.name = "token",
         .text = "Of the bot, as @BotFather gives it.",
         .secret = true,
         .kinds = {"telegram"}},
        [](Receiver& r) -> auto& { return r.telegram.token; },
        text_of("token (digits, a colon, letters)", joined(kDigits, kLetters, ":_-"))
    );
    out.required(
        {.name = "chat_id",
         .text = "Of the chat to write to, or @name of a channel; of groups it is negative.",
         .kinds = {"telegram"}},
        [](Receiver& r) -> auto& { return r.telegram.chat_id; },
        text_of("number or @name", joined(kDigits, kLetters, "@_-"))
    );
    out.optional(
        {.name = "thread_id",
         .text = "A thread of the channel, a post of a forum, a topic of a group.",
         .default_text = "none: the channel or group itself",
         .kinds = {"discord", "telegram"}},
        &Receiver::thread_id,
        text_of("number", std::string(kDigits))
    );
}

void add_patience(Section<Receiver>& out) {
    out.optional(
        {.name = "timeout", .text = "After this an attempt has failed and is repeated later."},
        [](Receiver& r) -> auto& { return r.common.timeout; },
        duration(100ms, 5min)
    );
    out.optional(
        {.name = "give_up_after", .text = "After this a transition goes to the dead letters."},
        [](Receiver& r) -> auto& { return r.common.give_up_after; },
        duration(1s, std::chrono::days(30))
    );
    out.optional(
        {.name = "dry_run",
         .text = "Compose and log what it would be sent, count it as `dry_run`, send nothing; such "
                 "transitions are done with."},
        [](Receiver& r) -> auto& { return r.common.dry_run; },
        boolean()
    );
    out.optional(
        {.name = "send_pending",
         .text = "Also send that a condition holds, but not yet for long enough.",
         .kinds = {"webhook", "discord", "telegram", "slack", "email", "stdout"}},
        [](Receiver& r) -> auto& { return r.common.send_pending; },
        boolean()
    );
}

void add_paging(Section<Receiver>& out) {
    out.required(
        {.name = "routing_key",
         .text = "Integration key of the service, for Events API v2.",
         .secret = true,
         .kinds = {"pagerduty"}},
        [](Receiver& r) -> auto& { return r.pagerduty.routing_key; },
        text_of("key of letters and digits", joined(kDigits, kLetters))
    );
    out.required(
        {.name = "api_key",
         .text = "Of an API integration that may create and update alerts.",
         .secret = true,
         .kinds = {"opsgenie"}},
        [](Receiver& r) -> auto& { return r.opsgenie.api_key; },
        text_of("key of letters, digits and -", joined(kDigits, kLetters, "-"))
    );
    out.optional(
        {.name = "external_url",
         .text = "A page that alerts link to instead of ours at the top's `external_url`, as it is "
                 "written.",
         .default_text = "ours, if there is one",
         .kinds = {"pagerduty", "alertmanager"}},
        &Receiver::external_url,
        link_type()
    );
    out.optional(
        {.name = "repost_every",
         .text = "How often what fires is posted again; Alertmanager takes what is not to be "
                 "resolved after four times as long.",
         .kinds = {"alertmanager"}},
        [](Receiver& r) -> auto& { return r.alertmanager.repost_every; },
        duration(1s, 1h)
    );
}

void add_mail(Section<Receiver>& out) {
    const auto address = text_of("mail address", joined(kDigits, kLetters, "@._+-"));
    out.required(
        {.name = "server",
         .text = "The server that takes the mail: smtp://user:password@host:587, where STARTTLS is "
                 "required, or smtps://.",
         .secret = true,
         .kinds = {"email"}},
        [](Receiver& r) -> auto& { return r.email.server; },
        smtp_type()
    );
    out.required(
        {.name = "from", .text = "The sender.", .kinds = {"email"}},
        [](Receiver& r) -> auto& { return r.email.from; },
        address
    );
    out.required(
        {.name = "to", .text = "Who gets it.", .kinds = {"email"}},
        [](Receiver& r) -> auto& { return r.email.to; },
        list_of(address, {.least = 1, .most = 50})
    );
}

}  // namespace

Section<Receiver> receiver_section() {
    Section<Receiver> out(
        "Receiver",
        "Gets each alert transition at least once, with the same key every time. Which fields "
        "there "
        "are depends on the kind; what each kind sends is in [receivers.md](receivers.md)."
    );
    std::vector<std::string> names;
    for (const auto& [name, kind] : kinds()) {
        names.push_back(name);
    }
    out.choose_by("kind", std::move(names));
    out.required(
        {.name = "name",
         .text = "For logs and metrics; renaming it starts a new outbox.",
         .example = "ops"},
        [](Receiver& r) -> auto& { return r.common.name; },
        identifier()
    );
    out.required(
        {.name = "kind",
         .text = "What it is. A webhook is one POST with a JSON body per transition.",
         .example = "webhook"},
        &Receiver::kind,
        one_of<ReceiverKind>(kinds())
    );
    add_place(out);
    add_chat(out);
    add_paging(out);
    add_mail(out);
    add_webhook(out);
    add_trigger(out);
    add_patience(out);
    return out;
}

}  // namespace faultline::app::written
