// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/time.hpp>
#include <faultline/shell/config/section.hpp>
#include <faultline/shell/config/types.hpp>

#include <app/config_fields.hpp>
#include <app/rule_test_fields.hpp>
#include <app/rule_test_series.hpp>
#include <chrono>
#include <cstdint>
#include <string>

namespace faultline::app::written {
namespace {

using namespace config;
using namespace std::chrono_literals;

constexpr auto kMostTime = std::chrono::days(365);
constexpr auto kMostEvery = std::chrono::days(1);

Type<Texts> labels() {
    return text_map("label", [](const std::string&) { return std::string(); });
}

Section<TestSeries> series_section() {
    Section<TestSeries> out("Series", "A signal, block by block.");
    out.required({.name = "signal", .text = "Its name."}, &TestSeries::signal, text("name"));
    out.optional({.name = "labels", .text = "Of it."}, &TestSeries::labels, labels());
    out.required(
        {.name = "values", .text = "Of each block from the first."},
        &TestSeries::values,
        scalar<SeriesValues>(
            "values such as 1 2 3, 0+10x5, _ or stale",
            parse_series,
            [](const SeriesValues&) { return std::string(); }
        )
    );
    return out;
}

Section<ExpectedAlert> alert_section() {
    Section<ExpectedAlert> out("Expected alert", "It has to be there.");
    out.required({.name = "rule", .text = "Its rule."}, &ExpectedAlert::rule, text("name"));
    out.optional({.name = "labels", .text = "Of it."}, &ExpectedAlert::labels, labels());
    out.optional(
        {.name = "summary", .text = "What it says."},
        &ExpectedAlert::summary,
        maybe(text("text", 0))
    );
    return out;
}

Section<Expectation> expectation_section() {
    Section<Expectation> out("Expectation", "What is to be so at a block.");
    out.optional(
        {.name = "at", .text = "Time since the first block."},
        &Expectation::at,
        maybe(duration(0s, kMostTime))
    );
    out.optional(
        {.name = "block", .text = "Its number; the first is 0."},
        &Expectation::block,
        maybe(integer<std::uint64_t>(0, kMostTestBlocks - 1))
    );
    const auto alerts = maybe(list_of(alert_section().type()));
    out.optional({.name = "firing", .text = "All of them."}, &Expectation::firing, alerts);
    out.optional({.name = "pending", .text = "All of them."}, &Expectation::pending, alerts);
    return out;
}

Section<RuleTest> test_section() {
    Section<RuleTest> out("Rule test", "Series, and what rules make of them.");
    out.required({.name = "name", .text = "What it shows."}, &RuleTest::name, text("text"));
    out.optional(
        {.name = "every", .text = "From block to block."},
        &RuleTest::every,
        duration(1s, kMostEvery)
    );
    out.optional(
        {.name = "series", .text = "What signals are."},
        &RuleTest::series,
        list_of(series_section().type())
    );
    out.required(
        {.name = "expect", .text = "What is to come of it."},
        &RuleTest::expect,
        list_of(expectation_section().type(), {.least = 1})
    );
    return out;
}

}  // namespace

Section<RuleTests> rule_tests_section() {
    Section<RuleTests> out("Rule tests", "A file for `faultline rules test`. See docs/rules.md.");
    out.optional(
        {.name = "rule_files", .text = "Whose rules are tested, as seen from this file."},
        &RuleTests::rule_files,
        list_of(text("path"))
    );
    out.optional({.name = "rules", .text = "More of them."}, &RuleTests::rules, rules_type());
    out.required(
        {.name = "tests", .text = "Each by itself."},
        &RuleTests::tests,
        list_of(test_section().type(), {.least = 1})
    );
    return out;
}

}  // namespace faultline::app::written
