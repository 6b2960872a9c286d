// SPDX-License-Identifier: Apache-2.0
#include "core/rules/kinds/kinds.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/signal_rule.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

namespace faultline::rules::kinds {
namespace {

constexpr std::string_view kOfNodes[] = {"page_rank", "systemic_importance", "interconnectedness"};

Result<Condition> condition(const Arguments& arguments) {
    FAULTLINE_TRY(const Limit limit, limit_above(arguments));
    const std::string& metric = arguments.text("metric");
    const std::string& node = arguments.text("node");
    const std::string& window = arguments.text("window");
    const bool of_node = std::ranges::find(kOfNodes, metric) != std::end(kOfNodes);
    if (of_node == (node == "whole")) {
        return Error(
            Code::kInvalid,
            of_node ? metric + " is of protocols: node has to be one (protocol:aave_v3), or any"
                    : metric + " is of the whole network: node has to be whole"
        );
    }
    const std::string whose = node == "whole" ? std::string() : node;
    const std::string selected = node == "any" ? "node!=\"\"" : "node=\"" + whose + "\"";
    return Condition{
        .expression = "abs(zscore(network_metric{" + matcher("metric", {metric}) + ", " + selected +
                      "}[" + window + "]))",
        .limit = limit,
        .what = "robust z-score of " + metric + " over " + window,
        .unit = ""
    };
}

}  // namespace

RuleKind network_metric() {
    return {
        .name = "network_metric",
        .text =
            "Fires when a figure of the network of protocols and issuers is far from what it "
            "usually is.",
        .parameters = with(
            {{.name = "metric",
              .type = ParameterType::kChoice,
              .text = "Of the whole network; page_rank, systemic_importance and interconnectedness "
                      "are of protocols.",
              .default_value = "density",
              .choices =
                  {"density",
                   "degree_hhi",
                   "degree_gini",
                   "strength_hhi",
                   "strength_gini",
                   "link_hhi",
                   "held_hhi",
                   "held_gini",
                   "top_1",
                   "top_5",
                   "assortativity",
                   "max_core",
                   "modularity",
                   "systemic_importance_max",
                   "leverage_ratio",
                   "page_rank",
                   "systemic_importance",
                   "interconnectedness"}},
             {.name = "node",
              .type = ParameterType::kText,
              .text = "Whose: a protocol (protocol:aave_v3), any, or whole: the whole network's.",
              .example = "whole",
              .required = true},
             {.name = "window",
              .type = ParameterType::kWindow,
              .text = "What is usual: median and median absolute deviation over it.",
              .default_value = "7d"}},
            above(
                "How many standard deviations, as the median absolute deviation tells them, up or "
                "down.",
                "6"
            )
        ),
        .condition = condition,
    };
}

}  // namespace faultline::rules::kinds
