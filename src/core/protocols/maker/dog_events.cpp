// SPDX-License-Identifier: Apache-2.0
// What the Dog logs (dog.sol), and which clippers it thereby names.
#include "core/protocols/maker/clips.hpp"
#include "core/protocols/maker/events.hpp"
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace faultline::maker {
namespace {

Result<void> on_file(Transition& at) {
    FAULTLINE_TRY(const auto event, events::FileUint::decode(at.log));
    if (!is_text(event.get<"what">(), "Hole")) {
        at.unknown = true;
        return {};
    }
    SystemRow system = at.system();
    system.hole_rad = event.get<"data">();
    at.set_system(std::move(system));
    return {};
}

Result<void> on_file_ilk(Transition& at) {
    FAULTLINE_TRY(const auto event, events::FileIlkUint::decode(at.log));
    const Hash32& id = event.get<"ilk">();
    IlkRow row = at.ilk(id);
    if (is_text(event.get<"what">(), "chop")) {
        row.chop_wad = event.get<"data">();
        forget_chost(at, id);
    } else if (is_text(event.get<"what">(), "hole")) {
        row.hole_rad = event.get<"data">();
    } else {
        at.unknown = true;
        return {};
    }
    at.set_ilk(id, row);
    return {};
}

Result<void> on_file_clip(Transition& at) {
    FAULTLINE_TRY(const auto event, events::FileIlkClip::decode(at.log));
    if (!is_text(event.get<"what">(), "clip")) {
        at.unknown = true;
        return {};
    }
    const Hash32& id = event.get<"ilk">();
    IlkRow row = at.ilk(id);
    row.clip = event.get<"clip">();
    at.set_ilk(id, row);
    if (!row.clip.is_zero()) {
        name_clip(at, id, row.clip);
    }
    return {};
}

/// The Vow's fess of a Bark is in its own note before it; a Vow that has none of it is silent.
Result<void> fess_of_bark(Transition& at, const U256& due) {
    const auto said = std::ranges::find(at.memory.fess_rad, due);
    if (said != at.memory.fess_rad.end()) {
        at.memory.fess_rad.erase(said);
        return {};
    }
    VowRow row = at.vow();
    if (row.voice == VowVoice::kNotes) {
        return contradiction("Dog.Bark without the Vow's fess");
    }
    row.voice = VowVoice::kSilent;
    at.tables.vows.put({at.market}, row);
    return add_era(at, due);
}

Result<void> on_bark(Transition& at) {
    FAULTLINE_TRY(const auto event, events::Bark::decode(at.log));
    IlkRow row = at.ilk(event.get<"ilk">());
    SystemRow system = at.system();
    // dog.sol: tab = due * chop / WAD, down.
    const auto scaled = checked_mul(event.get<"due">(), row.chop_wad);
    const U256 tab = scaled ? div_mod(*scaled, wad()).quotient : U256();
    const auto dirt = checked_add(row.dirt_rad, tab);
    const auto all = checked_add(system.dirt_rad, tab);
    if (!scaled || !dirt || !all) {
        return contradiction("Dog.Bark would revert by the rows");
    }
    row.dirt_rad = *dirt;
    system.dirt_rad = *all;
    FAULTLINE_TRY_VOID(fess_of_bark(at, event.get<"due">()));
    at.set_ilk(event.get<"ilk">(), row);
    at.set_system(std::move(system));
    return {};
}

Result<void> on_digs(Transition& at) {
    FAULTLINE_TRY(const auto event, events::Digs::decode(at.log));
    IlkRow row = at.ilk(event.get<"ilk">());
    SystemRow system = at.system();
    const auto dirt = checked_sub(row.dirt_rad, event.get<"rad">());
    const auto all = checked_sub(system.dirt_rad, event.get<"rad">());
    if (!dirt || !all) {
        return contradiction("Dog.Digs of more than is being auctioned");
    }
    row.dirt_rad = *dirt;
    system.dirt_rad = *all;
    at.set_ilk(event.get<"ilk">(), row);
    at.set_system(std::move(system));
    return {};
}

Result<void> on_cage(Transition& at) {
    SystemRow system = at.system();
    system.dog_live = false;
    at.set_system(std::move(system));
    at.alarm_standing("the Dog is caged: nobody can be liquidated");
    return {};
}

constexpr std::array kEvents{
    event_entry<events::Rely>(pass_event),
    event_entry<events::Deny>(pass_event),
    event_entry<events::FileUint>(on_file),
    event_entry<events::FileAddress>(pass_event),  // The vow.
    event_entry<events::FileIlkUint>(on_file_ilk),
    event_entry<events::FileIlkClip>(on_file_clip),
    event_entry<events::Bark>(on_bark),
    event_entry<events::Digs>(on_digs),
    event_entry<events::Cage>(on_cage),
};

}  // namespace

std::span<const EventEntry> dog_events() {
    return kEvents;
}

}  // namespace faultline::maker
