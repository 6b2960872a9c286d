// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v2/seizures.hpp"

#include "core/protocols/compound_v2/told_events.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/activity.hpp>
#include <faultline/core/protocol/activity_list.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/seizure.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>
#include <faultline/core/protocols/compound_v2/valuation.hpp>

#include <cstddef>

namespace faultline::compound_v2 {
namespace {

template <class T>
Figure<Decimal> without(const Figure<T>& other) {
    return Figure<Decimal>::without(other.status, other.reason);
}

/// As balanceOfUnderlying and the Comptroller do: down, twice.
Figure<Decimal> value_of(const SeizuresOf& of, const Address& ctoken, const U256& units) {
    const Valuation stored(of.tables, of.market, of.at, protocol::Trust::kWithhold);
    if (const Figure<bool> can = stored.usable(); !can.ok()) {
        return without(can);
    }
    const Figure<U256> rate = stored.exchange_rate_wad(ctoken);
    const Figure<U256> price = stored.price_wad(ctoken);
    if (!rate.ok()) {
        return without(rate);
    }
    const auto underlying = mul_div_floor(units, rate.value, wad());
    if (!underlying) {
        return Figure<Decimal>::without(FigureStatus::kError, "the value is out of range");
    }
    return protocol::value_at(
        price.ok() ? Figure<protocol::UnitPrice>::of({.price = price.value, .unit = wad()})
                   : Figure<protocol::UnitPrice>::without(price.status, price.reason),
        *underlying,
        of.decimals
    );
}

}  // namespace

void take_seizures(const SeizuresOf& of, const eth::Block& block, protocol::ActivityList& list) {
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        if (!events::LiquidateBorrow::matches(log)) {
            continue;
        }
        const CTokenRow* repaid =
            of.tables.ctokens.find({.market = of.market, .ctoken = log.address});
        const auto event = events::LiquidateBorrow::decode(log);
        if (repaid == nullptr || !repaid->listed || !event) {
            continue;
        }
        const Address& ctoken = event->get<"cTokenCollateral">();
        const CTokenRow* taken = of.tables.ctokens.find({.market = of.market, .ctoken = ctoken});
        if (taken == nullptr) {
            continue;  // The cToken that was repaid says it itself; it need not be so.
        }
        protocol::Activity activity = protocol::seizure(
            protocol::part_of_address(ctoken), taken->underlying, event->get<"borrower">()
        );
        activity.value = value_of(of, ctoken, event->get<"seizeTokens">());
        list.add_valued(
            {.market = of.market, .market_name = of.name, .log = log},
            activity,
            "a liquidation of " + event->get<"borrower">().hex() + " takes " +
                event->get<"seizeTokens">().to_string() + " of cToken " + ctoken.hex()
        );
    }
}

}  // namespace faultline::compound_v2
