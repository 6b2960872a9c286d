// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/decimal.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/terms.hpp>

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What a kind of rule is: it says which parameters it takes, and makes an expression over signals
/// of them. The kinds there are: kinds/rule_kinds.hpp.
namespace faultline::rules {

/// How a parameter is written.
enum class ParameterType : std::uint8_t {
    kNumber,     ///< "1.5", "5%", "30bps".
    kDuration,   ///< "90s", "10m", "1h", "7d": seconds.
    kWindow,     ///< A duration of up to 30 days, or "1b" to "300b": blocks.
    kTexts,      ///< A list of names; "*" within one stands for any characters.
    kAddresses,  ///< A list of 0x and 40 hex digits.
    kText,
    kChoice,  ///< One of `choices`.
    kCount,   ///< A whole number from 1.
};

struct Parameter {
    // The empty initializers let a declaration leave members out.
    // NOLINTBEGIN(readability-redundant-member-init)
    std::string_view name;
    ParameterType type = ParameterType::kNumber;
    std::string_view text;  ///< What it means, in sentences.
    /// As written; empty: what kNumber and kText need is required, lists are empty.
    std::string_view default_value = {};
    std::string_view example = {};
    std::vector<std::string_view> choices = {};
    // NOLINTEND(readability-redundant-member-init)
    bool required = false;
};

/// What a rule gave for its kind's parameters, defaults filled in. Numbers of shares are of 1.
class Arguments {
  public:
    using Value = std::variant<Decimal, std::uint64_t, std::string, std::vector<std::string>>;

    void set(std::string_view name, Value value) { values_[std::string(name)] = std::move(value); }

    [[nodiscard]] bool has(std::string_view name) const {
        return values_.contains(std::string(name));
    }

    /// @pre has(name), of that type
    [[nodiscard]] const Decimal& number(std::string_view name) const;
    [[nodiscard]] std::uint64_t count(std::string_view name) const;
    [[nodiscard]] const std::string& text(std::string_view name) const;
    /// Empty when it was not given.
    [[nodiscard]] std::vector<std::string> list(std::string_view name) const;

  private:
    std::map<std::string, Value> values_;
};

/// Between what the figure of a condition is, so that other limits never mean anything.
enum class FigureRange : std::uint8_t {
    kAny,
    kNotNegative,
    kShare,  ///< 0 to 1.
};

/// What a kind makes of its arguments.
struct Condition {
    std::string expression;
    std::optional<Limit> limit;
    std::string what;
    std::string unit;
    FigureRange range = FigureRange::kAny;
    /// A firing alert is told again after so long, whatever `repeat` says; nullopt: as it says.
    // The empty initializer lets a declaration leave the member out.
    // NOLINTNEXTLINE(readability-redundant-member-init)
    std::optional<std::uint64_t> repeat_seconds = {};
};

struct RuleKind {
    std::string_view name;
    std::string_view text;  ///< What it watches, in sentences.
    std::vector<Parameter> parameters;
    /// nullptr of kinds that are not made of signals: health_factor.
    Result<Condition> (*condition)(const Arguments&) = nullptr;
    /// What it waits for, when its signals do not exist yet: such a rule is refused.
    std::string_view not_yet = {};  // NOLINT(readability-redundant-member-init)
};

/// Why a rule could not be made.
struct RuleFault {
    std::string parameter;   ///< Of which the fault is; empty: of the rule.
    std::size_t offset = 0;  ///< Where in its text, of an expression.
    std::string what;        ///< What is wrong, and what to do.
    // The empty initializer lets a declaration leave the member out.
    // NOLINTNEXTLINE(readability-redundant-member-init)
    std::string unknown_signal = {};  ///< Set where there is none of that name.
};

/// A rule of a kind that is made of signals. Names of signals and labels are held against the
/// catalogue. @pre kind.condition != nullptr
tl::expected<SignalRule, RuleFault> make_rule(
    const RuleKind& kind, Terms terms, const Arguments& arguments
);

/// The default of a parameter, or an argument as written, in its type. kMalformed with why.
Result<Arguments::Value> read_argument(const Parameter& parameter, std::string_view text);

}  // namespace faultline::rules
