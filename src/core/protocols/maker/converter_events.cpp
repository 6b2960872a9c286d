// SPDX-License-Identifier: Apache-2.0
// What the converter between Dai and USDS logs (DaiUsds.sol), after the tokens' own transfers.
#include "core/protocols/maker/events.hpp"
#include "core/protocols/maker/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace faultline::maker {
namespace {

/// Whether that was minted or burnt before in the transaction; it is of one conversion alone. A
/// token that is not followed is taken at the converter's word.
bool take_change(Transition& at, const TransactionMemory::SupplyChange& change) {
    auto& changes = at.memory.supply_changes;
    const auto found = std::ranges::find(changes, change);
    if (found == changes.end()) {
        return change.token.is_zero();
    }
    changes.erase(found);
    return true;
}

/// daiToUsds() and usdsToDai(): as much is minted to `usr` as the converter burns. A log that the
/// tokens do not bear out is no such conversion, and is left out.
template <class Event>
Result<void> on_conversion(
    Transition& at, const Address& from, const Address& to, U256 ConversionsRow::* flow
) {
    FAULTLINE_TRY(const auto event, Event::decode(at.log));
    const U256& wad = event.template get<"wad">();
    const bool burnt = take_change(
        at, {.token = from, .holder = at.log.address, .minted = false, .amount_wad = wad}
    );
    const bool minted = take_change(
        at, {.token = to, .holder = event.template get<"usr">(), .minted = true, .amount_wad = wad}
    );
    at.unknown = !burnt || !minted;
    const ContractKey key{.market = at.market, .contract = at.log.address};
    if (!at.unknown && at.tables.conversions.contains(key)) {
        at.tables.conversions.update(key, [&](ConversionsRow& row) {
            row.*flow = wrapping_add(row.*flow, wad);
        });
    }
    return {};
}

Result<void> on_dai_to_usds(Transition& at) {
    return on_conversion<events::DaiToUsds>(
        at, at.config.dai, at.config.usds, &ConversionsRow::dai_to_usds_wad
    );
}

Result<void> on_usds_to_dai(Transition& at) {
    return on_conversion<events::UsdsToDai>(
        at, at.config.usds, at.config.dai, &ConversionsRow::usds_to_dai_wad
    );
}

constexpr std::array kEvents{
    event_entry<events::DaiToUsds>(on_dai_to_usds),
    event_entry<events::UsdsToDai>(on_usds_to_dai),
};

}  // namespace

std::span<const EventEntry> converter_events() {
    return kEvents;
}

}  // namespace faultline::maker
