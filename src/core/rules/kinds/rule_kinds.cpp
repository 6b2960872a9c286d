// SPDX-License-Identifier: Apache-2.0
#include "core/rules/kinds/kinds.hpp"

#include <faultline/core/rules/kinds/rule_kinds.hpp>
#include <faultline/core/rules/rule_kind.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

namespace faultline::rules {

const std::vector<RuleKind>& rule_kinds() {
    static const std::vector<RuleKind> kAll{
        kinds::auction_health(),    kinds::bad_debt(),       kinds::bank_run(),
        kinds::cap_usage(),         kinds::concentration(),  kinds::conservation_broken(),
        kinds::debt_at_risk(),      kinds::debt_ceiling(),   kinds::depeg(),
        kinds::depth_shortfall(),   kinds::exposure_limit(), kinds::expression(),
        kinds::governance(),        kinds::health_factor(),  kinds::heartbeat(),
        kinds::liquidation_burst(), kinds::network_metric(), kinds::oracle_jump(),
        kinds::oracle_stale(),      kinds::outflow(),        kinds::pool_imbalance(),
        kinds::price_deviation(),   kinds::psm_drain(),      kinds::rate_anomaly(),
        kinds::source_changed(),    kinds::stress_loss(),    kinds::utilisation(),
    };
    return kAll;
}

const RuleKind* rule_kind(std::string_view name) {
    const auto found = std::ranges::find(rule_kinds(), name, &RuleKind::name);
    return found == rule_kinds().end() ? nullptr : &*found;
}

}  // namespace faultline::rules
