// SPDX-License-Identifier: Apache-2.0
// What PSMs (DssLitePsm.sol, DssPsm.sol) and savings (SUsds.sol, StUsds.sol) log.
#include "core/protocols/maker/events.hpp"
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/transition.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/event.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <array>
#include <span>
#include <string_view>

namespace faultline::maker {
namespace {

ContractKey contract_key(const Transition& at) {
    return {.market = at.market, .contract = at.log.address};
}

Result<void> on_psm_file(Transition& at) {
    FAULTLINE_TRY(const auto event, events::FileUint::decode(at.log));
    at.tables.psms.update(contract_key(at), [&](PsmRow& row) {
        if (is_text(event.get<"what">(), "tin")) {
            row.tin_wad = event.get<"data">();
        } else if (is_text(event.get<"what">(), "tout")) {
            row.tout_wad = event.get<"data">();
        } else if (is_text(event.get<"what">(), "buf")) {
            row.buf_wad = event.get<"data">();
        } else {
            at.unknown = true;
        }
    });
    return {};
}

/// A swap: the gem's and Dai's own transfers move the balances. The fee is the event's, as some
/// callers pay none.
template <class Event>
Result<void> count_swap(Transition& at, U256 PsmRow::* gem) {
    FAULTLINE_TRY(const auto event, Event::decode(at.log));
    at.tables.psms.update(contract_key(at), [&](PsmRow& row) {
        row.*gem = wrapping_add(row.*gem, event.template get<"value">());
        row.fees_wad = wrapping_add(row.fees_wad, event.template get<"fee">());
    });
    return {};
}

Result<void> on_sell_gem(Transition& at) {
    return count_swap<events::SellGem>(at, &PsmRow::sold_gem);
}

Result<void> on_buy_gem(Transition& at) {
    return count_swap<events::BuyGem>(at, &PsmRow::bought_gem);
}

Result<void> on_savings_file(Transition& at) {
    FAULTLINE_TRY(const auto event, events::FileUint::decode(at.log));
    at.tables.savings.update(contract_key(at), [&](SavingsRow& row) {
        if (is_text(event.get<"what">(), "ssr") || is_text(event.get<"what">(), "str")) {
            row.rate_ray = event.get<"data">();
        } else if (is_text(event.get<"what">(), "cap")) {
            row.cap_wad = event.get<"data">();
        } else if (is_text(event.get<"what">(), "line")) {
            row.line_rad = event.get<"data">();
        } else {
            at.unknown = true;
        }
    });
    return {};
}

Result<void> on_savings_drip(Transition& at) {
    FAULTLINE_TRY(const auto event, events::Drip::decode(at.log));
    at.tables.savings.update(contract_key(at), [&](SavingsRow& row) {
        row.chi_ray = event.get<"chi">();
        row.rho = at.now();
    });
    return {};
}

/// A loss of stUSDS's holders: chi falls.
Result<void> on_savings_cut(Transition& at) {
    FAULTLINE_TRY(const auto event, events::Cut::decode(at.log));
    at.alarm(
        "RED: stUSDS " + at.log.address.hex() + " is cut by " + event.get<"assets">().to_string() +
        " wad: its holders pay for bad debt"
    );
    at.tables.savings.update(contract_key(at), [&](SavingsRow& row) {
        row.chi_ray = event.get<"newChi">();
        row.cut_wad = wrapping_add(row.cut_wad, event.get<"assets">());
    });
    return {};
}

constexpr std::array kPsmEvents{
    event_entry<events::Rely>(pass_event),
    event_entry<events::Deny>(pass_event),
    event_entry<events::FileUint>(on_psm_file),
    event_entry<events::FileAddress>(pass_event),  // The vow.
    event_entry<events::SellGem>(on_sell_gem),
    event_entry<events::BuyGem>(on_buy_gem),
};

constexpr std::array kSavingsEvents{
    event_entry<events::Rely>(pass_event),
    event_entry<events::Deny>(pass_event),
    event_entry<events::FileUint>(on_savings_file),
    event_entry<events::FileAddress>(pass_event),
    event_entry<events::Drip>(on_savings_drip),
    event_entry<events::Cut>(on_savings_cut),
    event_entry<events::Transfer>(on_transfer),
};

}  // namespace

std::span<const EventEntry> psm_events() {
    return kPsmEvents;
}

std::span<const EventEntry> savings_events() {
    return kSavingsEvents;
}

}  // namespace faultline::maker
