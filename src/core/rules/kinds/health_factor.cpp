// SPDX-License-Identifier: Apache-2.0
#include "core/rules/kinds/kinds.hpp"

#include <faultline/core/rules/rule_kind.hpp>

namespace faultline::rules::kinds {

RuleKind health_factor() {
    return {
        .name = "health_factor",
        .text =
            "Fires once per account while its health factor stays below a figure, and resolves "
            "when it is back or the debt is gone.",
        .parameters =
            {{.name = "below",
              .text = "Health factor; at 1 an account can be liquidated.",
              .example = "1.02",
              .required = true},
             {.name = "resolve_at",
              .text = "Health factor at which the alert resolves; the gap keeps it from flapping. "
                      "The same as below unless given.",
              .example = "1.05"},
             {.name = "min_debt",
              .text = "Accounts that owe less are ignored; in the market's base currency: USD, on "
                      "Aave V2 mostly ETH.",
              .default_value = "0",
              .example = "100"},
             {.name = "top",
              .type = ParameterType::kCount,
              .text = "Only the accounts of a market that owe most, so many."},
             {.name = "markets",
              .type = ParameterType::kTexts,
              .text = "Names of markets; [] means all."},
             {.name = "accounts",
              .type = ParameterType::kAddresses,
              .text = "Only these accounts; [] means all."}},
    };
}

}  // namespace faultline::rules::kinds
