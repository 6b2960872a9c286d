// SPDX-License-Identifier: Apache-2.0
#include "core/rules/kinds/kinds.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/signal_rule.hpp>

namespace faultline::rules::kinds {
namespace {

Result<Condition> condition(const Arguments& arguments) {
    return Condition{
        .expression = "delta(" + select("events", arguments, {"event=\"source_changed\""}) + "[" +
                      arguments.text("window") + "])",
        .limit = Limit{},
        .what = "changes of price sources within " + arguments.text("window"),
        .unit = ""
    };
}

}  // namespace

RuleKind source_changed() {
    return {
        .name = "source_changed",
        .text = "Fires when a market begins to read a price from somewhere else.",
        .parameters = with(
            {{.name = "window",
              .type = ParameterType::kWindow,
              .text = "For how long it is told.",
              .default_value = "1h"}},
            of_markets()
        ),
        .condition = condition,
    };
}

}  // namespace faultline::rules::kinds
