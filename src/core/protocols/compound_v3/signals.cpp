// SPDX-License-Identifier: Apache-2.0
// What rules read of a Comet that the exposure graph does not say (docs/signals.md).
#include "core/protocols/compound_v3/interest.hpp"
#include "core/protocols/compound_v3/markets.hpp"
#include "core/protocols/compound_v3/principal.hpp"
#include "core/protocols/compound_v3/rows.hpp"
#include "core/protocols/compound_v3/valuation.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/activity_list.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocol/signal_writer.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/signal.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace faultline::compound_v3 {
namespace {

using protocol::SignalPart;
using protocol::SignalWriter;

constexpr unsigned kWadDecimals = 18;
constexpr unsigned kIndexDecimals = 15;
constexpr std::uint64_t kSecondsPerYear = 31'536'000;

/// One market at the end of a block.
class CometSignals {
  public:
    CometSignals(const SignalWriter& writer, const Valuation& valuation, const Configuration& of)
        : writer_(writer),
          valuation_(valuation),
          configuration_(of),
          base_{.part = {}, .token = of.base_token.hex(), .action = {}} {}

    void say_rates() const {
        const Totals& totals = valuation_.market().totals;
        const U256 utilization = utilization_wad(totals);
        writer_.say("utilisation", base_, [&] {
            return protocol::amount_figure(utilization, kWadDecimals);
        });
        writer_.say("borrow_rate", base_, [&] {
            return per_year(configuration_.borrow_rate, utilization);
        });
        writer_.say("supply_rate", base_, [&] {
            return per_year(configuration_.supply_rate, utilization);
        });
        writer_.say("exchange_rate", base_, [&] { return index(&Indices::supply); });
        writer_.say("debt_index", base_, [&] { return index(&Indices::borrow); });
    }

    void say_reserves(unsigned base_decimals) const {
        writer_.say("reserves_value", base_, [&] {
            const Figure<protocol::Signed> reserves = valuation_.reserves_wei();
            if (!reserves.ok()) {
                return withheld<Decimal>(reserves);
            }
            const Figure<U256> price = valuation_.price(configuration_.base_price_feed);
            Figure<Decimal> value = protocol::value_at(
                price.ok() ? Figure<protocol::UnitPrice>::of(
                                 {.price = price.value, .unit = U256(configuration_.base_scale)}
                             )
                           : withheld<protocol::UnitPrice>(price),
                reserves.value.magnitude,
                base_decimals
            );
            return with_sign(std::move(value), reserves.value.negative);
        });
        if (!configuration_.target_reserves_wei.is_zero()) {
            writer_.say("reserves_target_share", base_, [&] {
                const Figure<protocol::Signed> reserves = valuation_.reserves_wei();
                return reserves.ok()
                           ? with_sign(
                                 protocol::ratio_figure(
                                     reserves.value.magnitude, configuration_.target_reserves_wei
                                 ),
                                 reserves.value.negative
                             )
                           : withheld<Decimal>(reserves);
            });
        }
    }

    void say_pauses() const {
        constexpr std::array kActions{"supply", "transfer", "withdraw", "absorb", "buy"};
        const std::uint8_t flags = valuation_.market().totals.pause_flags;
        for (std::size_t i = 0; i < kActions.size(); ++i) {
            SignalPart of = base_;
            of.action = kActions[i];
            writer_.say("action_paused", of, [&] {
                return protocol::flag_figure((flags >> i & 1U) != 0);
            });
        }
    }

    void say_cap(const AssetInfo& asset, const TokenRow* token) const {
        const SignalPart of{.part = {}, .token = asset.asset.hex(), .action = {}};
        writer_.say("supply_cap_usage", of, [&] {
            const U256 total = token == nullptr ? U256() : token->total;
            if (!asset.supply_cap_wei.is_zero()) {
                return protocol::ratio_figure(total, asset.supply_cap_wei);
            }
            // A cap of 0 lets nobody supply: the contract holds every total against it.
            return total.is_zero()
                       ? Figure<Decimal>::of(Decimal::of(1))
                       : Figure<Decimal>::without(
                             FigureStatus::kError, "something is supplied and the cap is 0"
                         );
        });
    }

  private:
    static Figure<Decimal> with_sign(Figure<Decimal> value, bool negative) {
        if (value.ok() && negative) {
            value.value = value.value.negated();
        }
        return value;
    }

    static Figure<Decimal> per_year(const RateCurve& curve, const U256& utilization) {
        const auto rate = rate_per_second_wad(curve, utilization);
        const auto year = rate ? checked_mul(U256(*rate), U256(kSecondsPerYear)) : std::nullopt;
        return year ? protocol::amount_figure(*year, kWadDecimals)
                    : Figure<Decimal>::without(
                          FigureStatus::kError, "the contract's own view of the rate reverts"
                      );
    }

    [[nodiscard]] Figure<Decimal> index(std::uint64_t Indices::* side) const {
        const Figure<Indices>& accrued = valuation_.accrued();
        return accrued.ok() ? protocol::amount_figure(U256(accrued.value.*side), kIndexDecimals)
                            : withheld<Decimal>(accrued);
    }

    const SignalWriter& writer_;
    const Valuation& valuation_;
    const Configuration& configuration_;
    SignalPart base_;
};

}  // namespace

void Markets::signals(
    MarketId market, protocol::At at, const signals::Wanted& wanted, const signals::Visit& visit
) const {
    const Configuration* configuration = tables_.configurations.find({market});
    if (configuration == nullptr || tables_.markets.find({market}) == nullptr) {
        return;
    }
    const Valuation valuation(tables_, market, at, protocol::Trust::kWithhold);
    const SignalWriter writer(*this, market, wanted, visit, valuation.usable());
    const CometSignals of(writer, valuation, *configuration);
    of.say_rates();
    of.say_reserves(base_currency(market).decimals);
    of.say_pauses();
    for (const AssetInfo& asset : configuration->assets) {
        of.say_cap(asset, tables_.tokens.find({.market = market, .address = asset.asset}));
    }
}

}  // namespace faultline::compound_v3
