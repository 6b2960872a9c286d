// SPDX-License-Identifier: Apache-2.0
// What clippers log (clip.sol).
#include "core/protocols/maker/events.hpp"
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <string>

namespace faultline::maker {
namespace {

ContractKey clip_key(const Transition& at) {
    return {.market = at.market, .contract = at.log.address};
}

Error unknown_auction(const Transition& at, const U256& id) {
    return contradiction(
        "auction " + id.to_string() + " of clipper " + at.log.address.hex() + " was never kicked"
    );
}

/// The key of a running auction.
Result<SaleKey> sale_of(const Transition& at, const U256& id) {
    const SaleKey key{.market = at.market, .clip = at.log.address, .id = id.low_u64()};
    if (!id.fits_u64() || !at.tables.sales.contains(key)) {
        return unknown_auction(at, id);
    }
    return key;
}

/// clip.sol: _remove: the last of the list takes the place of the one that goes.
void remove(Transition& at, const SaleKey& key) {
    at.tables.sales.erase(key);
    at.tables.clips.update(clip_key(at), [&](ClipRow& clip) {
        const auto found = std::ranges::find(clip.active, key.id);
        if (found != clip.active.end()) {
            *found = clip.active.back();
            clip.active.pop_back();
        }
    });
}

Result<void> on_kick(Transition& at) {
    FAULTLINE_TRY(const auto event, events::Kick::decode(at.log));
    const ClipRow* clip = at.tables.clips.find(clip_key(at));
    const U256& id = event.get<"id">();
    if (id != U256(clip->kicks + 1)) {
        return contradiction(
            "auction " + id.to_string() + " of clipper " + at.log.address.hex() + " follows on " +
            std::to_string(clip->kicks)
        );
    }
    at.tables.sales.put(
        {.market = at.market, .clip = at.log.address, .id = id.low_u64()},
        {.tab_rad = event.get<"tab">(),
         .lot_wad = event.get<"lot">(),
         .usr = event.get<"usr">(),
         .tic = at.now(),
         .top_ray = event.get<"top">()}
    );
    const std::string ilk = text_of(clip->ilk.value_or(Hash32()));
    at.tables.clips.update(clip_key(at), [&](ClipRow& row) {
        row.kicks = id.low_u64();
        row.active.push_back(id.low_u64());
    });
    at.notice_standing(
        "auction " + id.to_string() + " of " + ilk + " begins: collateral of " +
        event.get<"usr">().hex()
    );
    return {};
}

Result<void> on_redo(Transition& at) {
    FAULTLINE_TRY(const auto event, events::Redo::decode(at.log));
    FAULTLINE_TRY(const SaleKey key, sale_of(at, event.get<"id">()));
    SaleRow sale = *at.tables.sales.find(key);
    if (sale.tab_rad != event.get<"tab">() || sale.lot_wad != event.get<"lot">()) {
        return contradiction("Clipper.Redo says another tab or lot than the rows");
    }
    sale.tic = at.now();
    sale.top_ray = event.get<"top">();
    at.tables.sales.put(key, sale);
    return {};
}

/// The event has what remains.
Result<void> on_take(Transition& at) {
    FAULTLINE_TRY(const auto event, events::Take::decode(at.log));
    FAULTLINE_TRY(const SaleKey key, sale_of(at, event.get<"id">()));
    SaleRow sale = *at.tables.sales.find(key);
    const auto tab = checked_sub(sale.tab_rad, event.get<"owe">());
    if (tab != event.get<"tab">() || event.get<"lot">() > sale.lot_wad) {
        return contradiction("Clipper.Take leaves another tab or lot than the rows do");
    }
    if (event.get<"lot">().is_zero() || event.get<"tab">().is_zero()) {
        remove(at, key);
        return {};
    }
    sale.tab_rad = event.get<"tab">();
    sale.lot_wad = event.get<"lot">();
    at.tables.sales.put(key, sale);
    return {};
}

Result<void> on_yank(Transition& at) {
    FAULTLINE_TRY(const auto event, events::Yank::decode(at.log));
    FAULTLINE_TRY(const SaleKey key, sale_of(at, event.get<"id">()));
    remove(at, key);
    return {};
}

/// Of a clipper that is still to be read: all that follows is in what will be read.
template <EventHandler Handler>
Result<void> once_read(Transition& at) {
    return at.tables.clips.find(clip_key(at))->unread ? Result<void>() : Handler(at);
}

constexpr std::array kEvents{
    event_entry<events::Rely>(pass_event),
    event_entry<events::Deny>(pass_event),
    event_entry<events::FileUint>(keep_candidate),
    event_entry<events::FileAddress>(keep_candidate),
    event_entry<events::Kick>(once_read<on_kick>),
    event_entry<events::Redo>(once_read<on_redo>),
    event_entry<events::Take>(once_read<on_take>),
    event_entry<events::Yank>(once_read<on_yank>),
};

constexpr std::array kCalcEvents{
    event_entry<events::Rely>(pass_event),
    event_entry<events::Deny>(pass_event),
    event_entry<events::FileUint>(keep_candidate),
};

}  // namespace

std::span<const EventEntry> clip_events() {
    return kEvents;
}

std::span<const EventEntry> calc_events() {
    return kCalcEvents;
}

}  // namespace faultline::maker
