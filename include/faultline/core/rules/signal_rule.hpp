// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/core/rules/verdict.hpp>
#include <faultline/core/signals/expression.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace faultline::rules {

/// When a number is a breach.
struct Limit {
    enum class Side : std::uint8_t {
        kAbove,  ///< Beyond `at`; clear at or below `resolve_at`.
        kBelow,  ///< Less than `at`; clear at or above `resolve_at`.
    };

    Side side = Side::kAbove;
    Decimal at;
    Decimal resolve_at;  ///< On the other side of `at`, or equal: the gap keeps it from flapping.

    bool operator==(const Limit&) const = default;
};

/// Fires for each row of an expression that breaches.
struct SignalRule {
    Terms terms;
    std::string kind;  ///< As it was configured: "utilisation".
    signals::Expression measure;
    /// Of a number; nullopt: the expression is a truth, which is a breach when it holds.
    std::optional<Limit> limit;
    /// "price of a token against 1": what the figure is, for texts.
    std::string what;
    std::string unit;  ///< Of the figure: "", "%", "USD", "s": how it is written for people.
    bool repeats_itself = false;  ///< Its kind says when a firing alert is told again.
};

/// @pre figure is a value
Verdict judge(const SignalRule& rule, const Decimal& figure);

/// "utilisation 97.31% is above 95%": for people; cut, not rounded.
std::string describe(const SignalRule& rule, const Figure<Decimal>& figure, Verdict verdict);

/// "utilisation{market=\"core\"} above 95%".
std::string condition_text(const SignalRule& rule);

/// A figure in the rule's unit: 0.9731 of "%" is "97.31%".
std::string figure_text(const SignalRule& rule, const Decimal& figure);

}  // namespace faultline::rules
