// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/signal.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace faultline::protocol {

/// Which part of a market a signal is about, as its labels say it; empty where that does not apply.
struct SignalPart {
    std::string part;    ///< The name of an ilk, a cToken's address.
    std::string token;   ///< Address of an asset.
    std::string action;  ///< Of action_paused: "borrow".
};

/// kError where a number does not fit.
Figure<Decimal> decimal_figure(const std::optional<Decimal>& value);
/// 1 or 0.
Figure<Decimal> flag_figure(bool value);
/// amount / 10^decimals.
Figure<Decimal> amount_figure(const U256& amount, unsigned decimals);
/// a / b.
Figure<Decimal> ratio_figure(const U256& a, const U256& b);

/// Says the signals of one market: gives each the labels that the catalogue wants, leaves out what
/// no rule reads, and withholds all where the market's figures are withheld.
class SignalWriter {
  public:
    /// All outlive it. `usable`: kValue, or why all of them are withheld.
    SignalWriter(
        const Protocol& protocol,
        MarketId market,
        const signals::Wanted& wanted,
        const signals::Visit& visit,
        Figure<bool> usable
    );

    [[nodiscard]] bool wants(std::string_view name) const { return wanted_.reads(name); }

    /// `value()` is a Figure<Decimal>, worked out only where some rule reads it.
    template <class Work>
    void say(std::string_view name, const SignalPart& part, const Work& value) const {
        if (wants(name)) {
            visit(name, part, usable_.ok() ? value() : withheld());
        }
    }

  private:
    [[nodiscard]] Figure<Decimal> withheld() const {
        return Figure<Decimal>::without(usable_.status, usable_.reason);
    }

    /// The value of a label of the catalogue.
    [[nodiscard]] const std::string& label(std::string_view name, const SignalPart& part) const;
    void visit(std::string_view name, const SignalPart& part, Figure<Decimal> value) const;

    const signals::Wanted& wanted_;
    const signals::Visit& visit_;
    Figure<bool> usable_;
    std::string protocol_;
    std::string market_;
    std::string currency_;
};

}  // namespace faultline::protocol
