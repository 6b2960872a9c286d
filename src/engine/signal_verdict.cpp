// SPDX-License-Identifier: Apache-2.0
#include "engine/signal_verdict.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/core/rules/verdict.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/signal.hpp>

#include <map>
#include <string>
#include <string_view>

namespace faultline::engine {

std::map<std::string, std::string> inputs_of(const signals::Row& row) {
    std::map<std::string, std::string> out;
    for (const signals::Signal& input : row.inputs) {
        out[signals::text(input.name, input.labels)] =
            input.value.ok()
                ? input.value.value.text()
                : std::string(figure_status_name(input.value.status)) + ": " + input.value.reason;
    }
    return out;
}

alerts::AlertKey key_of(const Hash32& rule, const signals::Labels& labels) {
    return {
        .rule = rule,
        .market = alerts::kNoMarket,
        .account = {},
        .part = eth::keccak256(std::string_view(signals::text({}, labels)))
    };
}

rules::Verdict verdict_of(const rules::SignalRule& rule, const signals::Row& row) {
    if (row.value.ok()) {
        return rules::judge(rule, row.value.value);
    }
    const bool fires = rule.terms.without(row.value.status) == rules::WithoutFigure::kFire;
    return fires ? rules::Verdict::kBreach : rules::Verdict::kHold;
}

protocol::Holder holder_of(const alerts::AlertKey& key) {
    return {.account = key.account, .part = key.part};
}

std::string without_figure(const Figure<protocol::PositionHealth>& figure) {
    return std::string(figure_status_name(figure.status)) + ": " + figure.reason;
}

rules::HealthReading health_reading(
    const protocol::PositionHealth& health, const protocol::BaseCurrency& currency
) {
    return {
        .health_factor_wad = health.health_factor_wad,
        .collateral_base = health.collateral_base,
        .debt_base = health.debt_base,
        .base_symbol = currency.symbol,
        .base_decimals = currency.decimals,
    };
}

}  // namespace faultline::engine
