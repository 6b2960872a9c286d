// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/verdict.hpp>

#include <string>

namespace faultline::rules {
namespace {

constexpr unsigned kMoneyPlaces = 2;
constexpr unsigned kSharePlaces = 2;
/// Of small numbers two places would be 0.
constexpr unsigned kFinePlaces = 6;
constexpr std::uint64_t kPercent = 100;

/// Cut to so many places, zeros at the end left out.
std::string short_text(const Decimal& value, unsigned places) {
    std::string out = value.text(places);
    if (out.find('.') != std::string::npos) {
        out.erase(out.find_last_not_of('0') + 1);
        if (out.ends_with('.')) {
            out.pop_back();
        }
    }
    return out == "-0" ? "0" : out;
}

std::string plain(const Decimal& value, unsigned places) {
    const bool small = value.abs() < Decimal::of(1);
    return short_text(value, small ? kFinePlaces : places);
}

std::string in_words(const SignalRule& rule, const Decimal& figure, Verdict verdict) {
    const bool above = rule.limit->side == Limit::Side::kAbove;
    const std::string at = figure_text(rule, rule.limit->at);
    const std::string back = figure_text(rule, rule.limit->resolve_at);
    const std::string begin = rule.what + " " + figure_text(rule, figure);
    switch (verdict) {
        case Verdict::kBreach:
            return begin + (above ? " is above " : " is below ") + at;
        case Verdict::kHold:
            return begin + (above ? " is not above " : " is not below ") + at + " any more";
        case Verdict::kClear:
            return begin + (above ? " is back at or below " : " is back at or above ") + back;
    }
    return begin;
}

}  // namespace

Verdict judge(const SignalRule& rule, const Decimal& figure) {
    if (!rule.limit) {
        return figure.is_zero() ? Verdict::kClear : Verdict::kBreach;
    }
    const Limit& limit = *rule.limit;
    const bool above = limit.side == Limit::Side::kAbove;
    if (above ? figure > limit.at : figure < limit.at) {
        return Verdict::kBreach;
    }
    const bool clear = above ? figure <= limit.resolve_at : figure >= limit.resolve_at;
    return clear ? Verdict::kClear : Verdict::kHold;
}

std::string describe(const SignalRule& rule, const Figure<Decimal>& figure, Verdict verdict) {
    if (!figure.ok()) {
        return rule.what + ": " + std::string(figure_status_name(figure.status)) + ", " +
               figure.reason;
    }
    if (!rule.limit) {
        return rule.what + (verdict == Verdict::kBreach ? " holds" : " does not hold");
    }
    return in_words(rule, figure.value, verdict);
}

std::string condition_text(const SignalRule& rule) {
    if (!rule.limit) {
        return rule.measure.text();
    }
    const bool above = rule.limit->side == Limit::Side::kAbove;
    return rule.measure.text() + (above ? " above " : " below ") +
           figure_text(rule, rule.limit->at);
}

std::string figure_text(const SignalRule& rule, const Decimal& figure) {
    if (rule.unit == "%") {
        const auto percent = mul(figure, Decimal::of(kPercent));
        return percent ? plain(*percent, kSharePlaces) + "%" : figure.text();
    }
    if (rule.unit.empty()) {
        return plain(figure, kFinePlaces);
    }
    return plain(figure, kMoneyPlaces) + (rule.unit == "s" ? "s" : " " + rule.unit);
}

}  // namespace faultline::rules
