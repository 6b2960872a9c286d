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
    const std::string& measure = arguments.text("measure");
    const std::string expression = "exposure{" + matcher("of", {arguments.text("from")}) + ", " +
                                   matcher("on", {arguments.text("to")}) + ", " +
                                   matcher("measure", {measure}) + ", " +
                                   matcher("through", {arguments.text("through")}) + ", " +
                                   matcher("claimed", {arguments.text("claimed")}) + "}";
    const bool usd = measure == "usd";
    return Condition{
        .expression = expression,
        .limit = limit,
        .what = usd ? "exposure" : "exposure as " + measure,
        .unit = usd ? "USD" : "%",
        // What markets can pay out may be less than what somebody has in them.
        .range = measure == "share_of_assets" ? FigureRange::kShare : FigureRange::kNotNegative
    };
}

}  // namespace

RuleKind exposure_limit() {
    return {
        .name = "exposure_limit",
        .text =
            "Fires for each pair of nodes of the exposure graph of which one depends too much on "
            "the other.",
        .parameters = with(
            {{.name = "from",
              .type = ParameterType::kText,
              .text = "Who depends: a node (protocol:aave_v3, account:0x...), all of a kind "
                      "(protocol, market), or any.",
              .example = "protocol",
              .required = true},
             {.name = "to",
              .type = ParameterType::kText,
              .text =
                  "On what: a node (token:0x...), all of a kind (token, issuer, oracle), or any.",
              .example = "issuer:circle",
              .required = true},
             {.name = "measure",
              .type = ParameterType::kChoice,
              .text = "usd, the share of the assets of who depends (0 to 1), or of what markets "
                      "can pay "
                      "out (0 or more).",
              .default_value = "usd",
              .choices = {"usd", "share_of_assets", "share_of_depth"}},
             {.name = "through",
              .type = ParameterType::kChoice,
              .text = "Through everything that a token stands for, or direct.",
              .default_value = "look_through",
              .choices = {"look_through", "direct"}},
             {.name = "claimed",
              .type = ParameterType::kChoice,
              .text = "Whether what a token says alone is followed, too.",
              .default_value = "true",
              .choices = {"true", "false"}}},
            above("So much: usd, or a share.", "")
        ),
        .condition = condition,
    };
}

}  // namespace faultline::rules::kinds
