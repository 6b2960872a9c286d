// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/decimal.hpp>
#include <faultline/core/rules/kinds/rule_kinds.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/core/rules/text_template.hpp>
#include <faultline/core/rules/verdict.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace faultline::rules {
namespace {

/// Defaults, and something for what is required.
Arguments some_arguments(const RuleKind& kind) {
    Arguments out;
    for (const Parameter& parameter : kind.parameters) {
        const bool list =
            parameter.type == ParameterType::kTexts || parameter.type == ParameterType::kAddresses;
        if (list && !parameter.choices.empty()) {
            out.set(
                parameter.name, std::vector<std::string>{std::string(parameter.choices.back())}
            );
        } else if (list) {
            out.set(parameter.name, std::vector<std::string>{"a\"b", "c*"});
        } else if (!parameter.default_value.empty()) {
            out.set(parameter.name, *read_argument(parameter, parameter.default_value));
        } else if (parameter.required) {
            const bool number = parameter.type == ParameterType::kNumber;
            const std::string text(parameter.example.empty() ? "density" : parameter.example);
            out.set(parameter.name, *read_argument(parameter, number ? "5" : text));
        }
    }
    return out;
}

SignalRule made(const std::string& name, const Arguments& arguments) {
    const auto rule = make_rule(*rule_kind(name), {}, arguments);
    INFO((rule ? "" : rule.error().what));
    REQUIRE(rule);
    return *rule;
}

Decimal d(const char* text) {
    return *Decimal::parse(text);
}

}  // namespace

TEST_CASE("kinds are in order, and their defaults are what they say", "[rules]") {
    CHECK(std::ranges::is_sorted(rule_kinds(), {}, &RuleKind::name));
    for (const RuleKind& kind : rule_kinds()) {
        INFO(kind.name);
        CHECK(kind.text.ends_with('.'));
        for (const Parameter& parameter : kind.parameters) {
            INFO(parameter.name);
            CHECK(parameter.text.size() > 3);
            CHECK((
                parameter.default_value.empty() || read_argument(parameter, parameter.default_value)
            ));
            CHECK(
                (parameter.required || parameter.type != ParameterType::kText ||
                 kind.name == "expression")
            );
        }
    }
}

TEST_CASE("every kind that is made of signals makes a rule", "[rules]") {
    for (const RuleKind& kind : rule_kinds()) {
        if (kind.condition == nullptr || kind.name == "expression") {
            continue;
        }
        INFO(kind.name);
        const auto rule = make_rule(kind, {}, some_arguments(kind));
        INFO((rule ? rule->measure.text() : rule.error().what));
        CHECK(rule);
    }
}

TEST_CASE("a utilisation rule judges and says so", "[rules]") {
    Arguments arguments;
    arguments.set("above", d("0.95"));
    arguments.set("resolve_at", d("0.9"));
    arguments.set("markets", std::vector<std::string>{"core"});
    const SignalRule rule = made("utilisation", arguments);
    CHECK(rule.measure.text() == "utilisation{market=\"core\"}");
    CHECK(judge(rule, d("0.951")) == Verdict::kBreach);
    CHECK(judge(rule, d("0.95")) == Verdict::kHold);
    CHECK(judge(rule, d("0.9")) == Verdict::kClear);
    const auto says = [&](const char* figure) {
        const Figure<Decimal> value = Figure<Decimal>::of(d(figure));
        return describe(rule, value, judge(rule, value.value));
    };
    CHECK(says("0.97319") == "utilisation 97.31% is above 95%");
    CHECK(says("0.93") == "utilisation 93% is not above 95% any more");
    CHECK(says("0.1") == "utilisation 10% is back at or below 90%");
}

TEST_CASE("an expression is a condition, or a number with a limit", "[rules]") {
    const RuleKind& kind = *rule_kind("expression");
    const auto why = [&kind](const char* text, const char* above) {
        Arguments arguments;
        arguments.set("expression", std::string(text));
        if (above != nullptr) {
            arguments.set("above", d(above));
        }
        const auto rule = make_rule(kind, {}, arguments);
        return rule ? std::string() : rule.error().what;
    };
    CHECK(why("utilisation > 95%", nullptr).empty());
    CHECK(why("utilisation", "0.95").empty());
    CHECK(why("utilisation", nullptr).find("say above or below") != std::string::npos);
    CHECK(why("utilisation > 1", "2").find("condition of its own") != std::string::npos);
    CHECK(why("utilization > 1", nullptr).find("there is no signal utilization") == 0);
    CHECK(
        why("utilisation{coin=\"x\"} > 1", nullptr).find("has no label coin") != std::string::npos
    );
    CHECK_FALSE(why("utilisation >", nullptr).empty());
}

TEST_CASE("a limit on the wrong side is refused", "[rules]") {
    Arguments arguments;
    arguments.set("above", d("0.95"));
    arguments.set("resolve_at", d("0.96"));
    const auto rule = make_rule(*rule_kind("utilisation"), {}, arguments);
    REQUIRE_FALSE(rule);
    CHECK(rule.error().what.find("resolve_at lies beyond above") == 0);
}

TEST_CASE("a limit that no share can pass, or every one, is refused where it is", "[rules]") {
    const auto fault = [](const char* name, const char* measure, const char* at, const char* to) {
        Arguments arguments = some_arguments(*rule_kind(name));
        arguments.set("measure", std::string(measure));
        arguments.set("above", d(at));
        arguments.set("resolve_at", d(to));
        const auto rule = make_rule(*rule_kind(name), {}, arguments);
        return rule ? std::string() : rule.error().parameter + " " + rule.error().what;
    };
    for (const auto& [name, measure] :
         {std::pair("exposure_limit", "share_of_assets"),
          std::pair("concentration", "top10"),
          std::pair("concentration", "hhi")}) {
        INFO(name << " " << measure);
        CHECK(fault(name, measure, "1", "0").empty());
        CHECK(
            fault(name, measure, "25", "0.2") ==
            "above is 25, expected a share from 0 to 1, such as 0.25 or 25%"
        );
        CHECK(fault(name, measure, "-0.1", "-0.2").find("above is -0.1, expected") == 0);
        CHECK(fault(name, measure, "0.1", "-0.2").find("resolve_at is -0.2, expected") == 0);
    }
    for (const char* measure : {"usd", "share_of_depth"}) {
        CHECK(fault("exposure_limit", measure, "3", "2").empty());
        CHECK(fault("exposure_limit", measure, "-1", "-1") == "above is -1, expected 0 or more");
    }
}

TEST_CASE("arguments are read in their units", "[rules]") {
    const Parameter number{.name = "n", .type = ParameterType::kNumber, .text = "."};
    CHECK(std::get<Decimal>(*read_argument(number, "5%")) == d("0.05"));
    CHECK(std::get<Decimal>(*read_argument(number, "30bps")) == d("0.003"));
    CHECK(std::get<Decimal>(*read_argument(number, "-2")) == d("-2"));
    CHECK_FALSE(read_argument(number, "%"));
    const Parameter duration{.name = "d", .type = ParameterType::kDuration, .text = "."};
    CHECK(std::get<std::uint64_t>(*read_argument(duration, "25h")) == 90'000);
    for (const char* bad : {"", "h", "1", "31d", "-1h", "1.5h", "10b"}) {
        CHECK_FALSE(read_argument(duration, bad));
    }
    const Parameter window{.name = "w", .type = ParameterType::kWindow, .text = "."};
    CHECK(read_argument(window, "1b"));
    CHECK(read_argument(window, "300b"));
    CHECK_FALSE(read_argument(window, "301b"));
    CHECK_FALSE(read_argument(window, "0s"));
}

TEST_CASE("templates name what they want", "[rules]") {
    CHECK(
        expand("{market}: {figure} {{x} {gone} {", {{"market", "core"}, {"figure", "1%"}}) ==
        "core: 1% {x} {gone} {"
    );
    CHECK(placeholders("{a} {{b} {c}") == std::vector<std::string>{"a", "c"});
}

}  // namespace faultline::rules
