// SPDX-License-Identifier: Apache-2.0
// What rules read of cTokens that the exposure graph does not say (docs/signals.md).
#include "core/protocols/compound_v2/markets.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/activity_list.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/signal_writer.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>
#include <faultline/core/protocols/compound_v2/valuation.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/signal.hpp>

#include <optional>
#include <string>

namespace faultline::compound_v2 {
namespace {

using protocol::SignalPart;
using protocol::SignalWriter;

constexpr unsigned kWadDecimals = 18;

Figure<Decimal> as_wad(const Figure<U256>& figure) {
    return figure.ok() ? protocol::amount_figure(figure.value, kWadDecimals)
                       : Figure<Decimal>::without(figure.status, figure.reason);
}

/// borrows / (cash + borrows - reserves), as the models' utilizationRate.
Figure<Decimal> utilisation(const CTokenRow& row, const Figure<U256>& cash) {
    if (!cash.ok()) {
        return Figure<Decimal>::without(cash.status, cash.reason);
    }
    if (row.total_borrows.is_zero()) {
        return Figure<Decimal>::of(Decimal());
    }
    const auto sum = checked_add(cash.value, row.total_borrows);
    const auto whole = sum ? checked_sub(*sum, row.total_reserves) : std::nullopt;
    return whole && !whole->is_zero()
               ? protocol::ratio_figure(row.total_borrows, *whole)
               : Figure<Decimal>::without(
                     FigureStatus::kError, "the model's own utilizationRate reverts"
                 );
}

/// One cToken at the end of a block.
class CTokenSignals {
  public:
    CTokenSignals(
        const SignalWriter& writer,
        const Valuation& stored,
        const Address& ctoken,
        const CTokenRow& row
    )
        : writer_(writer),
          stored_(stored),
          ctoken_(ctoken),
          row_(row),
          part_{
              .part = ctoken.hex(),
              .token = row.underlying_kind == Underlying::kErc20 ? row.underlying.hex() : "",
              .action = {}
          } {}

    void say_rates() const {
        say("utilisation", [&] { return utilisation(row_, stored_.cash(row_)); });
        say("borrow_rate_per_block", [&] { return as_wad(stored_.borrow_rate_wad(row_)); });
        say("supply_rate_per_block", [&] { return as_wad(stored_.supply_rate_wad(row_)); });
        say("exchange_rate", [&] { return as_wad(stored_.exchange_rate_wad(ctoken_)); });
        say("debt_index",
            [&] { return protocol::amount_figure(row_.borrow_index_wad, kWadDecimals); });
    }

    void say_amounts(const CapRow* cap, unsigned base_decimals) const {
        if (cap != nullptr && !cap->borrow_cap_wei.is_zero()) {
            say("borrow_cap_usage",
                [&] { return protocol::ratio_figure(row_.total_borrows, cap->borrow_cap_wei); });
        }
        say("reserves_value", [&] {
            const Figure<U256> price = stored_.price_wad(ctoken_);
            return protocol::value_at(
                price.ok() ? Figure<protocol::UnitPrice>::of({.price = price.value, .unit = wad()})
                           : Figure<protocol::UnitPrice>::without(price.status, price.reason),
                row_.total_reserves,
                base_decimals
            );
        });
    }

    void say_flags() const {
        say("deprecated", [&] { return protocol::flag_figure(Valuation::deprecated(row_)); });
        SignalPart action = part_;
        action.action = "mint";
        say("action_paused", [&] { return protocol::flag_figure(row_.mint_paused); }, action);
        action.action = "borrow";
        say("action_paused", [&] { return protocol::flag_figure(row_.borrow_paused); }, action);
    }

  private:
    template <class Work>
    void say(const char* name, const Work& value) const {
        say(name, value, part_);
    }

    /// Of one whose beginning was not read yet there is nothing.
    template <class Work>
    void say(const char* name, const Work& value, const SignalPart& part) const {
        writer_.say(name, part, [&] {
            const Figure<bool> can = stored_.readable(ctoken_);
            return can.ok() ? value() : Figure<Decimal>::without(can.status, can.reason);
        });
    }

    const SignalWriter& writer_;
    const Valuation& stored_;
    const Address& ctoken_;
    const CTokenRow& row_;
    SignalPart part_;
};

}  // namespace

void Markets::signals(
    MarketId market, protocol::At at, const signals::Wanted& wanted, const signals::Visit& visit
) const {
    const MarketRow* of = tables_.markets.find({market});
    if (of == nullptr) {
        return;
    }
    const Valuation stored(tables_, market, at, protocol::Trust::kWithhold);
    const SignalWriter writer(*this, market, wanted, visit, stored.usable());
    for (const Address& ctoken : of->ctokens) {
        const CTokenKey key{.market = market, .ctoken = ctoken};
        const CTokenSignals one(writer, stored, ctoken, *tables_.ctokens.find(key));
        one.say_rates();
        one.say_amounts(tables_.caps.find(key), base_currency(market).decimals);
        one.say_flags();
    }
    const auto whole = [&](const char* action, bool paused) {
        writer.say("action_paused", {.part = {}, .token = {}, .action = action}, [&] {
            return protocol::flag_figure(paused);
        });
    };
    whole("transfer", of->transfers_paused);
    whole("seize", of->seizures_paused);
}

}  // namespace faultline::compound_v2
