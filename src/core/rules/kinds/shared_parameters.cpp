// SPDX-License-Identifier: Apache-2.0
#include "core/rules/kinds/kinds.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/signal_rule.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::rules::kinds {
namespace {

std::vector<Parameter> limit_parameters(
    std::string_view name, std::string_view text, std::string_view default_value
) {
    return {
        {.name = name,
         .type = ParameterType::kNumber,
         .text = text,
         .default_value = default_value,
         .required = default_value.empty()},
        {.name = "resolve_at",
         .type = ParameterType::kNumber,
         .text =
             "At which an alert resolves; the gap keeps it from flapping. The same unless given."}
    };
}

Result<Limit> limit_of(const Arguments& arguments, std::string_view name, Limit::Side side) {
    Limit out;
    out.side = side;
    out.at = arguments.number(name);
    out.resolve_at = arguments.has("resolve_at") ? arguments.number("resolve_at") : out.at;
    const bool beyond =
        side == Limit::Side::kAbove ? out.resolve_at > out.at : out.resolve_at < out.at;
    if (beyond) {
        return Error(
            Code::kMalformed,
            "resolve_at lies beyond " + std::string(name) +
                ", so an alert would resolve while its condition still holds"
        );
    }
    return out;
}

}  // namespace

std::vector<Parameter> of_markets() {
    return {
        {.name = "protocols",
         .type = ParameterType::kTexts,
         .text = "Only these protocols, such as aave_v3; [] means all."},
        {.name = "markets",
         .type = ParameterType::kTexts,
         .text = "Only markets of these names; [] means all."}
    };
}

std::vector<Parameter> of_parts() {
    return with(
        of_markets(),
        {{.name = "tokens",
          .type = ParameterType::kAddresses,
          .text = "Only these tokens; [] means all."},
         {.name = "parts",
          .type = ParameterType::kTexts,
          .text = "Only parts of these names, such as Maker's ilks; [] means all."}}
    );
}

std::vector<Parameter> of_ilks() {
    return with(
        of_markets(),
        {{.name = "parts",
          .type = ParameterType::kTexts,
          .text = "Only ilks of these names; [] means all."}}
    );
}

std::vector<Parameter> with(std::vector<Parameter> first, const std::vector<Parameter>& then) {
    first.insert(first.end(), then.begin(), then.end());
    return first;
}

std::vector<Parameter> above(std::string_view text, std::string_view default_value) {
    return limit_parameters("above", text, default_value);
}

std::vector<Parameter> below(std::string_view text, std::string_view default_value) {
    return limit_parameters("below", text, default_value);
}

Result<Limit> limit_above(const Arguments& arguments) {
    return limit_of(arguments, "above", Limit::Side::kAbove);
}

Result<Limit> limit_below(const Arguments& arguments) {
    return limit_of(arguments, "below", Limit::Side::kBelow);
}

std::string matcher(std::string_view label, const std::vector<std::string>& values) {
    std::string list;
    bool pattern = values.size() > 1;
    for (std::size_t i = 0; i < values.size(); ++i) {
        list += i == 0 ? "" : "|";
        for (const char c : values[i]) {
            if (c == '"' || c == '\\') {
                list += '\\';
            }
            pattern = pattern || c == '*' || c == '|';
            list += c;
        }
    }
    return std::string(label) + (pattern ? "=~\"" : "=\"") + list + "\"";
}

std::string select(
    std::string_view name, const Arguments& arguments, const std::vector<std::string>& more
) {
    struct Scope {
        std::string_view parameter;
        std::string_view label;
    };

    std::vector<std::string> matchers;
    for (const Scope& scope :
         {Scope{.parameter = "protocols", .label = "protocol"},
          Scope{.parameter = "markets", .label = "market"},
          Scope{.parameter = "tokens", .label = "token"},
          Scope{.parameter = "parts", .label = "part"}}) {
        if (const auto values = arguments.list(scope.parameter); !values.empty()) {
            matchers.push_back(matcher(scope.label, values));
        }
    }
    matchers.insert(matchers.end(), more.begin(), more.end());
    std::string out(name);
    for (std::size_t i = 0; i < matchers.size(); ++i) {
        out += (i == 0 ? "{" : ", ") + matchers[i];
    }
    return matchers.empty() ? out : out + "}";
}

}  // namespace faultline::rules::kinds
