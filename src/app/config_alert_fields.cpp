// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/shell/config/section.hpp>
#include <faultline/shell/config/types.hpp>
#include <faultline/shell/delivery/receiver.hpp>

#include <app/config_fields.hpp>
#include <app/config_types.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace faultline::app::written {
namespace {

using namespace config;
using namespace std::chrono_literals;

constexpr unsigned kWadDecimals = 18;

U256 figure(std::uint64_t value, unsigned decimals) {
    return mul_u128(value, pow10(decimals).low_u128());
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
          "idempotency-key"}) {
        if (lower == own) {
            return "this header is set by faultline itself";
        }
    }
    return {};
}

/// When receivers are told.
void add_wait(Section<Rule>& out) {
    out.optional(
        {.name = "wait_for",
         .text = "Receivers are told when the block that fired or resolved is that final; what the "
                 "chain takes back before is never told. latest tells at once, and takes back."},
        [](Rule& r) -> auto& { return r.health_factor.wait_for; },
        one_of<eth::Finality>(
            {{"latest", eth::Finality::kLatest},
             {"safe", eth::Finality::kSafe},
             {"finalized", eth::Finality::kFinalized}}
        )
    );
}

/// Which accounts a rule looks at.
void add_scope(Section<Rule>& out) {
    out.optional(
        {.name = "markets", .text = "Names of markets; [] means all."},
        [](Rule& r) -> auto& { return r.health_factor.markets; },
        list_of(identifier())
    );
    out.optional(
        {.name = "accounts", .text = "Only these accounts; [] means all."},
        [](Rule& r) -> auto& { return r.health_factor.accounts; },
        list_of(address_type(), {.most = 10'000})
    );
}

}  // namespace

Section<Rule> rule_section() {
    Section<Rule> out(
        "Rule",
        "Fires once per account while its health factor stays below a figure, and resolves "
        "when it is back or the debt is gone."
    );
    out.required(
        {.name = "name",
         .text = "Part of each alert; renaming a rule ends its alerts.",
         .example = "hf_critical"},
        [](Rule& r) -> auto& { return r.health_factor.name; },
        identifier()
    );
    out.required(
        {.name = "kind", .text = "What is watched.", .example = "health_factor"},
        &Rule::kind,
        one_of<RuleKind>({{"health_factor", RuleKind::kHealthFactor}})
    );
    out.optional(
        {.name = "severity", .text = "Handed to receivers.", .example = "critical", .shown = true},
        [](Rule& r) -> auto& { return r.health_factor.severity; },
        one_of<rules::Severity>(
            {{"info", rules::Severity::kInfo},
             {"warning", rules::Severity::kWarning},
             {"critical", rules::Severity::kCritical}}
        )
    );
    const auto health_factor =
        decimal(kWadDecimals, figure(1, kWadDecimals - 2), figure(100, kWadDecimals));
    out.required(
        {.name = "below",
         .text = "Health factor; at 1 an account can be liquidated.",
         .example = "1.02"},
        [](Rule& r) -> auto& { return r.health_factor.below_wad; },
        health_factor
    );
    out.optional(
        {.name = "resolve_at",
         .text = "Health factor at which the alert resolves; the gap keeps it from flapping.",
         .example = "1.05",
         .default_text = "the same as below",
         .shown = true},
        &Rule::resolve_at_wad,
        maybe(health_factor)
    );
    out.optional(
        {.name = "for_blocks",
         .text = "Blocks in a row; 1 fires at the first.",
         .example = "2",
         .shown = true},
        [](Rule& r) -> auto& { return r.health_factor.for_blocks; },
        integer<std::uint32_t>(1, 100'000)
    );
    out.optional(
        {.name = "min_debt",
         .text =
             "Accounts that owe less are ignored; in the market's base currency: USD, on Aave V2 "
             "mostly ETH.",
         .example = "100",
         .shown = true},
        [](Rule& r) -> auto& { return r.health_factor.min_debt_base; },
        decimal(
            rules::kMinDebtDecimals, U256(0), figure(1'000'000'000'000, rules::kMinDebtDecimals)
        )
    );
    add_wait(out);
    add_scope(out);
    return out;
}

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
