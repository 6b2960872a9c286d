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
    const std::string expression = "abs(zscore(network{" +
                                   matcher("metric", {arguments.text("metric")}) + "}[" +
                                   arguments.text("window") + "]))";
    return Condition{
        .expression = expression,
        .limit = limit,
        .what = "deviations of " + arguments.text("metric") + " of the network from its median",
        .unit = ""
    };
}

}  // namespace

RuleKind network_metric() {
    return {
        .name = "network_metric",
        .text = "Fires when a figure of the network of protocols is far from what it usually is.",
        .parameters = with(
            {{.name = "metric",
              .type = ParameterType::kText,
              .text = "Which figure: density, held_hhi, link_hhi, held_gini, degree_gini, "
                      "degree_assortativity.",
              .example = "density",
              .required = true},
             {.name = "window",
              .type = ParameterType::kWindow,
              .text = "What history.",
              .default_value = "7d"}},
            above("How many deviations from its median, up or down.", "6")
        ),
        .condition = condition,
    };
}

}  // namespace faultline::rules::kinds
