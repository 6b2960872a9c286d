// SPDX-License-Identifier: Apache-2.0
// Who hears of which alerts, and which keep others quiet.
#include <faultline/base/error.hpp>
#include <faultline/core/alerts/inhibition.hpp>
#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/route.hpp>
#include <faultline/shell/config/section.hpp>
#include <faultline/shell/config/types.hpp>

#include <app/config_fields.hpp>
#include <app/config_types.hpp>
#include <chrono>
#include <string>
#include <string_view>

namespace faultline::app {

config::Type<alerts::Matcher> matcher_type() {
    return config::scalar<alerts::Matcher>(
        "matcher such as severity=\"critical\"",
        [](std::string_view text) -> Result<alerts::Matcher> {
            auto matcher = alerts::Matcher::parse(text);
            return matcher ? std::move(matcher) : config::wrong(matcher.error().detail());
        },
        [](const alerts::Matcher& matcher) { return matcher.text(); }
    );
}

namespace written {
namespace {

using namespace config;
using namespace std::chrono_literals;
using alerts::EscalationStep;
using alerts::Inhibition;
using alerts::Route;

constexpr std::size_t kMostMatchers = 32;
constexpr std::size_t kMostNames = 100;

Section<EscalationStep> step_section() {
    Section<EscalationStep> out(
        "Escalation", "Who is told of an alert that fires and that nobody has acknowledged."
    );
    out.required(
        {.name = "after",
         .text = "So long after the alert was first seen to fire.",
         .example = "15m"},
        &EscalationStep::after,
        duration(1s, std::chrono::days(7))
    );
    out.required(
        {.name = "receivers", .text = "Who is told then.", .example = "[boss]"},
        &EscalationStep::receivers,
        list_of(identifier(), {.least = 1, .most = kMostNames})
    );
    return out;
}

}  // namespace

Section<Route> route_section() {
    Section<Route> out(
        "Route",
        "Which receivers hear of which alerts. The first route that matches decides. See "
        "[notification.md](notification.md)."
    );
    out.optional(
        {.name = "match",
         .text = "Conditions on labels, all of which must hold; none: every alert.",
         .example = "['severity=\"critical\"']"},
        &Route::match,
        list_of(matcher_type(), {.most = kMostMatchers})
    );
    out.required(
        {.name = "receivers",
         .text = "Who is told. Empty: nobody, which is said of each rule that it concerns.",
         .example = "[ops]"},
        &Route::receivers,
        list_of(identifier(), {.most = kMostNames})
    );
    out.optional(
        {.name = "escalate", .text = "Whom to tell of what nobody acknowledges."},
        &Route::escalation,
        list_of(step_section().type(), {.most = 10})
    );
    out.optional(
        {.name = "group_by",
         .text =
             "Labels: alerts that are ready together and have the same text in each are told to "
             "people in one message.",
         .example = "[market]",
         .default_text = "the rule's group, or the rule"},
        &Route::group_by,
        list_of(text("name of a label"), {.most = kMostMatchers})
    );
    out.optional(
        {.name = "continue", .text = "Whether later routes are looked at as well."},
        &Route::goes_on,
        boolean()
    );
    return out;
}

Section<Inhibition> inhibition_section() {
    Section<Inhibition> out(
        "Inhibition",
        "While an alert fires that `source` matches, those that `target` matches are not told. See "
        "[notification.md](notification.md)."
    );
    out.required(
        {.name = "source",
         .text = "Conditions on the labels of what keeps others quiet.",
         .example = "['rule=\"market-halted\"']"},
        &Inhibition::source,
        list_of(matcher_type(), {.least = 1, .most = kMostMatchers})
    );
    out.required(
        {.name = "target",
         .text = "Conditions on the labels of those that are kept quiet.",
         .example = "['severity=~\"warning|info\"']"},
        &Inhibition::target,
        list_of(matcher_type(), {.least = 1, .most = kMostMatchers})
    );
    out.optional(
        {.name = "equal",
         .text = "Labels that both must have with the same text.",
         .example = "[market]"},
        &Inhibition::equal,
        list_of(text("name of a label"), {.most = kMostMatchers})
    );
    return out;
}

}  // namespace written
}  // namespace faultline::app
