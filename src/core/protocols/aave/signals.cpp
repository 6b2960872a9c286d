// SPDX-License-Identifier: Apache-2.0
// What rules read of reserves that the exposure graph does not say (docs/signals.md).
#include "core/protocols/aave/followed.hpp"
#include "core/protocols/aave/valuation_sums.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/activity_list.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/signal_writer.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/aave/interest.hpp>
#include <faultline/core/protocols/aave/reserve_totals.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/signal.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::aave {
namespace {

using protocol::SignalPart;
using protocol::SignalWriter;

constexpr unsigned kRayDecimals = 27;

Figure<Decimal> no_data(std::string reason) {
    return Figure<Decimal>::without(FigureStatus::kNoData, std::move(reason));
}

/// Of a cap in whole tokens. @pre cap_tokens is not 0
Figure<Decimal> usage(
    const std::optional<U256>& amount, const U256& cap_tokens, unsigned decimals
) {
    const auto cap = checked_mul(cap_tokens, pow10(decimals));
    return amount && cap ? protocol::ratio_figure(*amount, *cap)
                         : Figure<Decimal>::without(
                               FigureStatus::kError, "the contract's own amounts overflow"
                           );
}

/// One reserve at the end of a block.
class ReserveSignals {
  public:
    ReserveSignals(
        const SignalWriter& writer, const Rules& rules, const ReserveRow& row, protocol::At at
    )
        : writer_(writer),
          rules_(rules),
          row_(row),
          at_(at),
          part_{.part = {}, .token = row.asset.hex(), .action = {}} {
        if ((writer.wants("supply_cap_usage") || writer.wants("borrow_cap_usage")) &&
            !row.unfollowed) {
            totals_ = totals_of(rules, row, at.timestamp);
        }
    }

    void say_caps(ReserveId id) const {
        const ReserveConfig& config = row_.config;
        if (!config.supply_cap_tokens.is_zero()) {
            writer_.say("supply_cap_usage", part_, [&] {
                if (totals_ && !totals_->supplied_of_cap) {
                    return no_data(
                        "what is due to the treasury depends on what was not read by then"
                    );
                }
                return of_totals(
                    id, totals_ ? totals_->supplied_of_cap : std::nullopt, config.supply_cap_tokens
                );
            });
        }
        if (!config.borrow_cap_tokens.is_zero()) {
            writer_.say("borrow_cap_usage", part_, [&] {
                return of_totals(
                    id,
                    totals_ ? checked_add(totals_->borrowed, totals_->borrowed_stable)
                            : std::nullopt,
                    config.borrow_cap_tokens
                );
            });
        }
        if (rules_.isolation_mode && !config.debt_ceiling_cents.is_zero()) {
            writer_.say("debt_ceiling_usage", part_, [&] {
                return protocol::ratio_figure(row_.isolation_debt_cents, config.debt_ceiling_cents);
            });
        }
    }

    void say_rates() const {
        writer_.say("borrow_rate", part_, [&] {
            return protocol::amount_figure(row_.variable_borrow_rate_ray, kRayDecimals);
        });
        writer_.say("supply_rate", part_, [&] {
            return protocol::amount_figure(row_.liquidity_rate_ray, kRayDecimals);
        });
        writer_.say("exchange_rate", part_, [&] {
            return index(normalized_income_ray(row_, at_.timestamp));
        });
        writer_.say("debt_index", part_, [&] {
            return index(normalized_debt_ray(rules_, row_, at_.timestamp));
        });
    }

    void say_flags(const MarketRow& market) const {
        const ReserveConfig& config = row_.config;
        const auto flag = [&](std::string_view name, bool value) {
            writer_.say(name, part_, [&] { return protocol::flag_figure(value); });
        };
        flag("reserve_paused", config.paused || market.paused);
        flag("reserve_frozen", config.frozen);
        flag("borrowing_enabled", config.borrowing);
        if (rules_.grace_periods) {
            writer_.say("liquidation_grace_seconds", part_, [&] {
                const std::uint64_t until = config.liquidation_grace_until_s;
                const std::uint64_t now = at_.timestamp.value;
                return Figure<Decimal>::of(Decimal::of(until > now ? until - now : 0));
            });
        }
    }

    void say_deficit(const Valuation& valuation, ReserveId id, unsigned base_decimals) const {
        if (!rules_.deficit) {
            return;
        }
        writer_.say("deficit_value", part_, [&] {
            const Figure<U256> price = valuation.price(id);
            return protocol::value_at(
                price.ok() ? Figure<protocol::UnitPrice>::of(
                                 {.price = price.value, .unit = pow10(row_.config.decimals)}
                             )
                           : Figure<protocol::UnitPrice>::without(price.status, price.reason),
                row_.deficit,
                base_decimals
            );
        });
    }

  private:
    static Figure<Decimal> index(const std::optional<U256>& ray) {
        return ray ? protocol::amount_figure(*ray, kRayDecimals)
                   : Figure<Decimal>::without(
                         FigureStatus::kError, "the contract's own view of the index overflows"
                     );
    }

    [[nodiscard]] Figure<Decimal> of_totals(
        ReserveId id, const std::optional<U256>& amount, const U256& cap_tokens
    ) const {
        return row_.unfollowed ? no_data(unfollowed_text(id))
                               : usage(amount, cap_tokens, row_.config.decimals);
    }

    const SignalWriter& writer_;
    const Rules& rules_;
    const ReserveRow& row_;
    protocol::At at_;
    SignalPart part_;
    std::optional<ReserveTotals> totals_;
};

}  // namespace

void Followed::signals(
    MarketId market, protocol::At at, const signals::Wanted& wanted, const signals::Visit& visit
) const {
    const Tables& tables = markets_.tables();
    const MarketRow* row = tables.markets.find({market});
    if (row == nullptr) {
        return;
    }
    const SignalWriter writer(*this, market, wanted, visit, usable(market));
    const Rules& rules = rules_in_force(*row);
    std::optional<Valuation> valuation;
    if (writer.wants("deficit_value")) {
        valuation.emplace(tables, market, at.number, at.timestamp);
    }
    for (ReserveId id = 0; id < row->reserve_count; ++id) {
        const ReserveRow* reserve = tables.reserves.find({.market = market, .reserve = id});
        if (reserve == nullptr) {
            continue;
        }
        const ReserveSignals of(writer, rules, *reserve, at);
        of.say_caps(id);
        of.say_rates();
        of.say_flags(*row);
        if (valuation) {
            of.say_deficit(*valuation, id, base_currency(market).decimals);
        }
    }
}

}  // namespace faultline::aave
