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
    const bool stuck = arguments.text("measure") == "stuck";
    const std::string expression =
        select(stuck ? "auctions_stuck" : "auction_oldest_seconds", arguments);
    const std::string what = stuck ? "auctions that are stuck" : "seconds since the oldest began";
    return Condition{.expression = expression, .limit = limit, .what = what, .unit = ""};
}

}  // namespace

RuleKind auction_health() {
    return {
        .name = "auction_health",
        .text =
            "Fires for auctions that nobody takes: those that have to be started again, or the "
            "oldest that is open.",
        .parameters = with(
            {{.name = "measure",
              .type = ParameterType::kChoice,
              .text = "How many are stuck, or how old the oldest is, in seconds.",
              .default_value = "stuck",
              .choices = {"stuck", "oldest"}}},
            with(above("So many, or so old.", "0"), of_ilks())
        ),
        .condition = condition,
    };
}

}  // namespace faultline::rules::kinds
