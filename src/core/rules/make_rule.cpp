// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/selector.hpp>

#include <tl/expected.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::rules {
namespace {

/// 0x and 40 hex digits, of either case.
bool is_address(std::string_view text) {
    return Address::from_hex(text).has_value();
}

/// What is wrong with what a selector reads; empty: nothing.
std::string fault_of(const signals::Selector& selector) {
    const signals::Kind* kind = signals::kind_of(selector.name);
    if (kind == nullptr) {
        return "there is no signal " + selector.name + ", docs/signals.md lists them";
    }
    for (const signals::Matcher& matcher : selector.matchers) {
        if (std::ranges::find(kind->labels, matcher.label) == kind->labels.end()) {
            std::string all;
            for (const std::string_view label : kind->labels) {
                all += (all.empty() ? "" : ", ") + std::string(label);
            }
            return "signal " + selector.name + " has no label " + matcher.label + ", it has " + all;
        }
        if (is_address(matcher.value) &&
            std::ranges::any_of(matcher.value, [](char c) { return c >= 'A' && c <= 'F'; })) {
            return "labels have addresses in lower case: write " + matcher.value + " so";
        }
    }
    return {};
}

std::optional<RuleFault> check(const signals::Expression& expression) {
    for (const signals::Selector& selector : expression.selectors()) {
        if (std::string what = fault_of(selector); !what.empty()) {
            return RuleFault{
                .parameter = "expression",
                .offset = selector.offset,
                .what = std::move(what),
                .unknown_signal =
                    signals::kind_of(selector.name) == nullptr ? selector.name : std::string()
            };
        }
    }
    return std::nullopt;
}

/// A limit that the figure always or never passes.
std::optional<RuleFault> beyond_range(const Condition& condition) {
    if (!condition.limit || condition.range == FigureRange::kAny) {
        return std::nullopt;
    }
    const Limit& limit = *condition.limit;
    const bool share = condition.range == FigureRange::kShare;
    const std::string expected =
        share ? "expected a share from 0 to 1, such as 0.25 or 25%" : "expected 0 or more";
    const auto outside = [share](const Decimal& at) {
        return at < Decimal() || (share && Decimal::of(1) < at);
    };
    const bool above = limit.side == Limit::Side::kAbove;
    if (outside(limit.at)) {
        return RuleFault{
            .parameter = above ? "above" : "below",
            .offset = 0,
            .what = "is " + limit.at.text() + ", " + expected
        };
    }
    if (outside(limit.resolve_at)) {
        return RuleFault{
            .parameter = "resolve_at",
            .offset = 0,
            .what = "is " + limit.resolve_at.text() + ", " + expected
        };
    }
    return std::nullopt;
}

}  // namespace

tl::expected<SignalRule, RuleFault> make_rule(
    const RuleKind& kind, Terms terms, const Arguments& arguments
) {
    const auto condition = kind.condition(arguments);
    if (!condition) {
        return tl::unexpected(
            RuleFault{.parameter = {}, .offset = 0, .what = std::string(condition.error().detail())}
        );
    }
    if (auto fault = beyond_range(*condition)) {
        return tl::unexpected(*std::move(fault));
    }
    auto measure = signals::Expression::parse(condition->expression);
    if (!measure) {
        return tl::unexpected(RuleFault{
            .parameter = "expression",
            .offset = measure.error().offset,
            .what = measure.error().what + "; " + measure.error().advice
        });
    }
    if (auto fault = check(*measure)) {
        return tl::unexpected(*std::move(fault));
    }
    const bool truth = measure->type() == signals::Type::kTruth;
    if (truth == condition->limit.has_value()) {
        return tl::unexpected(RuleFault{
            .parameter = "expression",
            .offset = 0,
            .what = truth ? "it is a condition of its own: leave out above and below"
                          : "it is a number: say above or below what it fires"
        });
    }
    if (condition->repeat_seconds) {
        terms.patience.repeat_seconds = *condition->repeat_seconds;
    }
    return SignalRule{
        .terms = std::move(terms),
        .kind = std::string(kind.name),
        .measure = *std::move(measure),
        .limit = condition->limit,
        .what = condition->what,
        .unit = condition->unit,
        .repeats_itself = condition->repeat_seconds.has_value()
    };
}

}  // namespace faultline::rules
