// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/signal_writer.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/signal.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::protocol {

Figure<Decimal> decimal_figure(const std::optional<Decimal>& value) {
    return value ? Figure<Decimal>::of(*value)
                 : Figure<Decimal>::without(
                       FigureStatus::kError, "it does not fit a number with 18 decimals"
                   );
}

Figure<Decimal> flag_figure(bool value) {
    return Figure<Decimal>::of(Decimal::of(value ? 1U : 0U));
}

Figure<Decimal> amount_figure(const U256& amount, unsigned decimals) {
    return decimal_figure(Decimal::of(amount, decimals));
}

Figure<Decimal> ratio_figure(const U256& a, const U256& b) {
    return decimal_figure(Decimal::ratio(a, b));
}

SignalWriter::SignalWriter(
    const Protocol& protocol,
    MarketId market,
    const signals::Wanted& wanted,
    const signals::Visit& visit,
    Figure<bool> usable
)
    : wanted_(wanted),
      visit_(visit),
      usable_(std::move(usable)),
      protocol_(protocol.name(market)),
      market_(protocol.markets()[market - protocol.first_market()].name),
      currency_(protocol.base_currency(market).symbol) {}

const std::string& SignalWriter::label(std::string_view name, const SignalPart& part) const {
    const std::array<std::pair<std::string_view, const std::string*>, 5> known{
        {{"market", &market_},
         {"protocol", &protocol_},
         {"currency", &currency_},
         {"part", &part.part},
         {"token", &part.token}}
    };
    for (const auto& [label, value] : known) {
        if (label == name) {
            return *value;
        }
    }
    return part.action;
}

void SignalWriter::visit(std::string_view name, const SignalPart& part, Figure<Decimal> value)
    const {
    const signals::Kind* kind = signals::kind_of(name);
    FAULTLINE_ASSERT(kind != nullptr);
    signals::Labels labels;
    for (const std::string_view one : kind->labels) {
        labels.emplace(one, label(one, part));
    }
    visit_({.name = std::string(name), .labels = std::move(labels), .value = std::move(value)});
}

}  // namespace faultline::protocol
