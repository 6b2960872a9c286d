// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/seizures.hpp"

#include "core/protocols/maker/contracts.hpp"
#include "core/protocols/maker/events.hpp"
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/vault_figures.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/activity.hpp>
#include <faultline/core/protocol/activity_list.hpp>
#include <faultline/core/protocol/seizure.hpp>
#include <faultline/core/protocol/told_event.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <cstddef>
#include <optional>

namespace faultline::maker {
namespace {

constexpr unsigned kRadDecimals = 45;

Figure<Decimal> value_of(const SeizuresOf& of, const Hash32& ilk, const U256& ink_wad) {
    if (!of.usable.ok()) {
        return Figure<Decimal>::without(of.usable.status, of.usable.reason);
    }
    const IlkRow* row = of.tables.ilks.find({.market = of.market, .ilk = ilk});
    const U256 price = row == nullptr ? U256() : price_ray(*row);
    if (price.is_zero()) {
        // Not no_data, which is what events have that move nothing.
        return Figure<Decimal>::without(FigureStatus::kError, "the ilk has no price");
    }
    const auto rad = checked_mul(ink_wad, price);
    const auto value = rad ? Decimal::of(*rad, kRadDecimals) : std::nullopt;
    return value ? Figure<Decimal>::of(*value)
                 : Figure<Decimal>::without(FigureStatus::kError, "the value is out of range");
}

}  // namespace

void take_seizures(const SeizuresOf& of, const eth::Block& block, protocol::ActivityList& list) {
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        if (!events::Bark::matches(log) ||
            role_of(of.tables, of.market, of.config, log.address) != Role::kDog) {
            continue;
        }
        const auto event = events::Bark::decode(log);
        if (!event) {
            continue;  // The fold says so.
        }
        const Hash32& ilk = event->get<"ilk">();
        protocol::Activity activity = protocol::seizure(ilk, {}, event->get<"urn">());
        activity.value = value_of(of, ilk, event->get<"ink">());
        list.add_valued(
            {.market = of.market, .market_name = of.config.name, .log = log},
            activity,
            "a bark at " + event->get<"urn">().hex() + " takes " +
                protocol::shown(event->get<"ink">(), protocol::Numbers::kWad) + " of ilk " +
                text_of(ilk)
        );
    }
}

}  // namespace faultline::maker
