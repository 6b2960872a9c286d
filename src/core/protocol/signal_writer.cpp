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

void SignalWriter::visit(std::string_view name, const SignalPart& part, Figure<Decimal> value)
    const {
    const signals::Kind* kind = signals::kind_of(name);
    FAULTLINE_ASSERT(kind != nullptr);
    signals::Labels labels;
    for (const std::string_view label : kind->labels) {
        const std::string& of = label == "market"     ? market_
                                : label == "protocol" ? protocol_
                                : label == "currency" ? currency_
                                : label == "part"     ? part.part
                                : label == "token"    ? part.token
                                                      : part.action;
        labels.emplace(label, of);
    }
    visit_({.name = std::string(name), .labels = std::move(labels), .value = std::move(value)});
}

}  // namespace faultline::protocol
