// SPDX-License-Identifier: Apache-2.0
#include "core/rules/kinds/kinds.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/signal_rule.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::rules::kinds {
namespace {

constexpr std::string_view kChanges[] = {
    "upgraded", "admin", "role", "queued", "cancelled", "executed", "parameter", "paused"
};

Result<Condition> condition(const Arguments& arguments) {
    std::vector<std::string> more{"event=\"governance\""};
    if (const auto of = arguments.list("of"); !of.empty()) {
        for (const std::string& one : of) {
            if (std::ranges::find(kChanges, one) == std::end(kChanges)) {
                return Error(
                    Code::kInvalid,
                    "there is no change \"" + one +
                        "\"; there are upgraded, admin, role, queued, cancelled, executed, "
                        "parameter, paused"
                );
            }
        }
        more.push_back(matcher("detail", of));
    }
    return Condition{
        .expression =
            "delta(" + select("events", arguments, more) + "[" + arguments.text("window") + "])",
        .limit = Limit{},
        .what = "changes of governance within " + arguments.text("window"),
        .unit = ""
    };
}

}  // namespace

RuleKind governance() {
    return {
        .name = "governance",
        .text =
            "Fires when the rules of a market change: its code, its admins, its roles, its "
            "parameters; also what is queued in a timelock.",
        .parameters = with(
            {{.name = "window",
              .type = ParameterType::kWindow,
              .text = "For how long it is told.",
              .default_value = "1h"},
             {.name = "of",
              .type = ParameterType::kTexts,
              .text =
                  "Which changes: upgraded, admin, role, queued, cancelled, executed, parameter, "
                  "paused; [] means all.",
              .choices = {std::begin(kChanges), std::end(kChanges)}}},
            of_markets()
        ),
        .condition = condition,
    };
}

}  // namespace faultline::rules::kinds
