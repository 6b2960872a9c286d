// SPDX-License-Identifier: Apache-2.0
// What ESM and End log: said to people. What they do to balances is in the Vat's own notes.
#include "core/protocols/maker/events.hpp"
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/transition.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <array>
#include <span>
#include <string>

namespace faultline::maker {
namespace {

/// Where the market was begun with it: otherwise what was before is unknown. Whether it was.
template <class Change>
bool change_esm(Transition& at, const Change& change) {
    const ContractKey key{.market = at.market, .contract = at.log.address};
    const bool known = at.tables.esms.contains(key);
    if (known) {
        at.tables.esms.update(key, change);
    }
    return known;
}

Result<void> on_fire(Transition& at) {
    const std::string text = "RED: the ESM fired: the system is being shut down";
    if (change_esm(at, [](EsmRow& row) { row.fired = EsmFired::kYes; })) {
        at.alarm_standing(text);
    } else {
        at.alarm(text);
    }
    return {};
}

Result<void> on_join(Transition& at) {
    FAULTLINE_TRY(const auto event, events::EsmJoin::decode(at.log));
    const U256& given_wad = event.get<"wad">();
    if (given_wad.is_zero()) {
        return {};
    }
    const EsmRow* before = at.tables.esms.find({.market = at.market, .contract = at.log.address});
    // Anybody can give dust: who is woken is woken by what at least doubles what was there.
    const bool dust = before != nullptr && given_wad < before->joined_wad;
    change_esm(at, [&](EsmRow& row) { row.joined_wad = wrapping_add(row.joined_wad, given_wad); });
    const std::string text = event.get<"usr">().hex() + " gave the ESM " + given_wad.to_string() +
                             " wad towards an emergency shutdown";
    if (dust) {
        at.notice(text);
    } else {
        at.alarm(text);
    }
    return {};
}

Result<void> on_deny_proxy(Transition& at) {
    FAULTLINE_TRY(const auto event, events::DenyProxy::decode(at.log));
    at.alarm(
        "RED: the ESM takes contract " + event.get<"base">().hex() + " from governance (" +
        event.get<"pause">().hex() + ")"
    );
    return {};
}

Result<void> on_end_cage(Transition& at) {
    at.alarm_standing("RED: End.cage: global settlement begins");
    return {};
}

Result<void> on_end_cage_note(Transition& at, const Note& /*note*/) {
    return on_end_cage(at);
}

Result<void> on_end_cage_ilk(Transition& at) {
    FAULTLINE_TRY(const auto event, events::CageIlk::decode(at.log));
    at.notice("End fixes the price of " + text_of(event.get<"ilk">()));
    return {};
}

Result<void> on_thaw(Transition& at) {
    at.notice("End.thaw: the debt of global settlement is fixed");
    return {};
}

Result<void> on_flow(Transition& at) {
    FAULTLINE_TRY(const auto event, events::Flow::decode(at.log));
    at.notice("End.flow: Dai can be cashed for " + text_of(event.get<"ilk">()));
    return {};
}

constexpr std::array kEsmEvents{
    event_entry<events::Rely>(pass_event),
    event_entry<events::Deny>(pass_event),
    event_entry<events::FileUint>(pass_event),
    event_entry<events::FileAddress>(pass_event),
    event_entry<events::Fire>(on_fire),
    event_entry<events::EsmJoin>(on_join),
    event_entry<events::DenyProxy>(on_deny_proxy),
};

constexpr std::array kEndEvents{
    event_entry<events::Rely>(pass_event),
    event_entry<events::Deny>(pass_event),
    event_entry<events::FileUint>(pass_event),
    event_entry<events::FileAddress>(pass_event),
    event_entry<events::Cage>(on_end_cage),
    event_entry<events::CageIlk>(on_end_cage_ilk),
    event_entry<events::Thaw>(on_thaw),
    event_entry<events::Flow>(on_flow),
    // The Vat's notes say what these do.
    event_entry<events::Snip>(pass_event),
    event_entry<events::Skip>(pass_event),
    event_entry<events::Skim>(pass_event),
    event_entry<events::Free>(pass_event),
    event_entry<events::Pack>(pass_event),
    event_entry<events::Cash>(pass_event),
};

/// End of dss v1.2.
constexpr std::array kEndNotes{
    note_entry<"rely(address)">(pass_note),
    note_entry<"deny(address)">(pass_note),
    note_entry<"file(bytes32,address)">(pass_note),
    note_entry<"file(bytes32,uint256)">(pass_note),
    note_entry<"cage()">(on_end_cage_note),
    note_entry<"cage(bytes32)">(pass_note),
    note_entry<"skip(bytes32,uint256)">(pass_note),
    note_entry<"skim(bytes32,address)">(pass_note),
    note_entry<"free(bytes32)">(pass_note),
    note_entry<"thaw()">(pass_note),
    note_entry<"flow(bytes32)">(pass_note),
    note_entry<"pack(uint256)">(pass_note),
    note_entry<"cash(bytes32,uint256)">(pass_note),
};

}  // namespace

std::span<const EventEntry> esm_events() {
    return kEsmEvents;
}

std::span<const EventEntry> end_events() {
    return kEndEvents;
}

std::span<const NoteEntry> end_notes() {
    return kEndNotes;
}

}  // namespace faultline::maker
