// SPDX-License-Identifier: Apache-2.0
#include "core/rules/kinds/kinds.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/signal_rule.hpp>

#include <string>

namespace faultline::rules::kinds {
namespace {

Result<Condition> condition(const Arguments& arguments) {
    FAULTLINE_TRY(const Limit limit, limit_above(arguments));
    const std::string peg = arguments.number("peg").text();
    const std::string expression = "abs(" + select("price", arguments) + " / " + peg + " - 1)";
    return Condition{
        .expression = expression,
        .limit = limit,
        .what = "distance from the peg of " + peg,
        .unit = "%"
    };
}

}  // namespace

RuleKind depeg() {
    return {
        .name = "depeg",
        .text =
            "Fires for each market that takes a token to be worth something else than its peg. The "
            "price is that of the market.",
        .parameters = with(
            {{.name = "tokens",
              .type = ParameterType::kAddresses,
              .text = "The tokens that have this peg.",
              .required = true},
             {.name = "peg",
              .type = ParameterType::kNumber,
              .text = "What a token is worth while it holds, in the currency of the market.",
              .default_value = "1"}},
            with(above("Distance from the peg, a share of it.", "1%"), of_markets())
        ),
        .condition = condition,
    };
}

}  // namespace faultline::rules::kinds
