// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/config/section.hpp>
#include <faultline/shell/config/types.hpp>
#include <faultline/shell/delivery/receiver.hpp>

#include <app/config_fields.hpp>
#include <app/config_types.hpp>
#include <chrono>
#include <string>
#include <string_view>

namespace faultline::app::written {
namespace {

using namespace config;
using namespace std::chrono_literals;

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
          "idempotency-key"}) {
        if (lower == own) {
            return "this header is set by faultline itself";
        }
    }
    return {};
}

}  // namespace

Section<Receiver> receiver_section() {
    using delivery::WebhookReceiver;
    Section<Receiver> out(
        "Receiver",
        "Gets each alert transition at least once, with the same Idempotency-Key every "
        "time."
    );
    out.required(
        {.name = "name",
         .text = "For logs and metrics; renaming it starts a new outbox.",
         .example = "ops"},
        [](Receiver& r) -> auto& { return r.webhook.name; },
        identifier()
    );
    out.required(
        {.name = "kind",
         .text = "A webhook is one POST with a JSON body per transition.",
         .example = "webhook"},
        &Receiver::kind,
        one_of<ReceiverKind>({{"webhook", ReceiverKind::kWebhook}})
    );
    out.required(
        {.name = "url",
         .text = "Where to post to.",
         .example = "http://127.0.0.1:9465/alerts",
         .secret = true},
        [](Receiver& r) -> auto& { return r.webhook.url; },
        url_type({"http", "https"})
    );
    out.optional(
        {.name = "headers",
         .text = "Extra HTTP headers, such as {Authorization: \"Bearer ${OPS_TOKEN}\"}.",
         .secret = true},
        [](Receiver& r) -> auto& { return r.webhook.headers; },
        text_map("header", header_fault)
    );
    out.optional(
        {.name = "timeout", .text = "After this an attempt has failed and is repeated later."},
        [](Receiver& r) -> auto& { return r.webhook.timeout; },
        duration(100ms, 5min)
    );
    out.optional(
        {.name = "give_up_after", .text = "After this a transition goes to the dead letters."},
        [](Receiver& r) -> auto& { return r.webhook.give_up_after; },
        duration(1s, std::chrono::days(30))
    );
    out.optional(
        {.name = "send_pending",
         .text = "Also send that a condition holds, but not yet for long enough."},
        [](Receiver& r) -> auto& { return r.webhook.send_pending; },
        boolean()
    );
    return out;
}

}  // namespace faultline::app::written
