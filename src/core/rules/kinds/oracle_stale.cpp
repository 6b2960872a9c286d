// SPDX-License-Identifier: Apache-2.0
#include "core/rules/kinds/kinds.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/signal_rule.hpp>

namespace faultline::rules::kinds {
namespace {

Result<Condition> condition(const Arguments& arguments) {
    Limit limit;
    limit.at = Decimal::of(arguments.count("after"));
    limit.resolve_at = limit.at;
    return Condition{
        .expression = select("price_unchanged_seconds", arguments),
        .limit = limit,
        .what = "the price was the same for",
        .unit = "s"
    };
}

}  // namespace

RuleKind oracle_stale() {
    return {
        .name = "oracle_stale",
        .text =
            "Fires for each price that has not changed for longer than it should: set it to the "
            "heartbeat of the feed and some grace.",
        .parameters = with(
            {{.name = "after",
              .type = ParameterType::kDuration,
              .text = "For how long it may be the same.",
              .default_value = "25h"}},
            of_parts()
        ),
        .condition = condition,
    };
}

}  // namespace faultline::rules::kinds
