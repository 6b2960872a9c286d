// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/activity.hpp>
#include <faultline/core/protocol/activity_list.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/told_event.hpp>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::protocol {

Figure<Decimal> value_at(const Figure<UnitPrice>& price, const U256& amount, unsigned decimals) {
    if (!price.ok()) {
        return Figure<Decimal>::without(price.status, price.reason);
    }
    const auto whole = mul_div_floor(amount, price.value.price, price.value.unit);
    const auto value = whole ? Decimal::of(*whole, decimals) : std::nullopt;
    return value ? Figure<Decimal>::of(*value)
                 : Figure<Decimal>::without(FigureStatus::kError, "the value is out of range");
}

std::string ActivityList::text_of(const ActivityPlace& place, const std::string& what) const {
    return "market \"" + place.market_name + "\", block " + block_.ref().text() + ": " + what +
           "; log " + std::to_string(place.log.log_index) + " of " + place.log.address.hex() +
           " in transaction " + place.log.tx_hash.hex();
}

void ActivityList::keep(
    const ActivityPlace& place, Incident incident, const Address& of, const U256& amount
) {
    entries_.push_back(
        {.incident = std::move(incident),
         .log_index = place.log.log_index,
         .of = of,
         .amount = amount}
    );
}

void ActivityList::add(
    const ActivityPlace& place, const ToldEvent& event, bool folded, const std::string& more
) {
    auto told = event.tell(place.log);
    if (told) {
        add(place,
            {.event = std::string(event.event),
             .detail = std::string(event.detail),
             .token = told->token,
             .account = told->account,
             .value = {}},
            told->text + more,
            told->token,
            told->amount);
    } else if (!folded) {
        keep(
            place,
            {.market = place.market,
             .kind = IncidentKind::kAnomaly,
             .text = text_of(place, std::move(told).error().message())},
            {},
            {}
        );
    }
}

void ActivityList::add(
    const ActivityPlace& place,
    Activity activity,
    const std::string& text,
    const Address& of,
    const U256& amount
) {
    keep(
        place,
        {.market = place.market,
         .kind = IncidentKind::kActivity,
         .text = text_of(place, text),
         .activity = std::move(activity)},
        of,
        amount
    );
}

void ActivityList::add_valued(
    const ActivityPlace& place, Activity activity, const std::string& text
) {
    add(place, std::move(activity), text, {}, {});
}

void ActivityList::tell(const Value& value, std::vector<Incident>& incidents) {
    // What was added first of one log stays first: std::stable_sort is not for every libstdc++.
    std::vector<std::size_t> order(entries_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) {
        return std::pair(entries_[i].log_index, i);
    });
    for (const std::size_t i : order) {
        Entry& entry = entries_[i];
        if (entry.incident.activity && !entry.amount.is_zero()) {
            entry.incident.activity->value = value(entry.incident.market, entry.of, entry.amount);
        }
        incidents.push_back(std::move(entry.incident));
    }
    entries_.clear();
}

}  // namespace faultline::protocol
