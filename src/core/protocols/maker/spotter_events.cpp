// SPDX-License-Identifier: Apache-2.0
// What the Spotter (spot.sol v1.2) and the oracles it reads (osm.sol) log.
#include "core/protocols/maker/events.hpp"
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/rates.hpp"
#include "core/protocols/maker/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

namespace faultline::maker {
namespace {

/// From wad to ray.
constexpr std::uint64_t kBln = 1'000'000'000;

Result<void> on_file_pip(Transition& at, const Note& note) {
    if (!is_text(note.bytes32(1), "pip")) {
        at.unknown = true;
        return {};
    }
    IlkRow row = at.ilk(note.bytes32(0));
    row.pip = note.address(2);
    const ContractKey pip{.market = at.market, .contract = row.pip};
    if (!row.pip.is_zero() && !at.tables.pips.contains(pip)) {
        at.tables.pips.put(pip, {});
    }
    at.set_ilk(note.bytes32(0), row);
    return {};
}

Result<void> on_file_mat(Transition& at, const Note& note) {
    if (!is_text(note.bytes32(1), "mat")) {
        at.unknown = true;
        return {};
    }
    IlkRow row = at.ilk(note.bytes32(0));
    row.mat_ray = note.word(2);
    at.set_ilk(note.bytes32(0), row);
    return {};
}

Result<void> on_file_par(Transition& at, const Note& note) {
    if (!is_text(note.bytes32(0), "par")) {
        at.unknown = true;
        return {};
    }
    SystemRow system = at.system();
    system.par_ray = note.word(1);
    at.set_system(std::move(system));
    return {};
}

Result<void> on_spotter_cage(Transition& at, const Note& /*note*/) {
    SystemRow system = at.system();
    system.spotter_live = false;
    at.set_system(std::move(system));
    at.alarm_standing("the Spotter is caged: prices stay as they are");
    return {};
}

/// That an oracle has no price shows where it is not asked for it too, or where it logs none.
void tell_void(Transition& at, const Address& contract, bool is_void) {
    const ContractKey key{.market = at.market, .contract = contract};
    const PipRow* pip = at.tables.pips.find(key);
    if (pip == nullptr || is_void == (pip->current_wad == U256())) {
        return;
    }
    at.tables.pips.update(key, [&](PipRow& row) {
        row.current_wad = is_void ? std::optional(U256()) : std::nullopt;
    });
}

/// spot was filed by the Vat's note before; this holds it to the Spotter's formula. Without a price
/// the oracle's value is not used, and spot is 0.
Result<void> on_poke(Transition& at) {
    FAULTLINE_TRY(const auto event, events::Poke::decode(at.log));
    IlkRow row = at.ilk(event.get<"ilk">());
    if (row.spot_ray != event.get<"spot">()) {
        return contradiction("Spotter.Poke says another spot than the Vat was filed");
    }
    const auto value = checked_mul(U256::from_be_bytes(event.get<"val">().view()), U256(kBln));
    const auto price = value ? rdiv(*value, at.system().par_ray) : std::nullopt;
    if (row.spot_ray.is_zero()) {
        row.price_ray = U256();
    } else if (const auto spot = price ? rdiv(*price, row.mat_ray) : std::nullopt;
               spot == row.spot_ray) {
        row.price_ray = price;
    } else {
        return contradiction("Spotter.Poke gives another spot than par and mat do");
    }
    tell_void(at, row.pip, row.spot_ray.is_zero());
    at.set_ilk(event.get<"ilk">(), row);
    return {};
}

template <class F>
Result<void> edit_pip(Transition& at, F&& change) {
    at.tables.pips.update(
        {.market = at.market, .contract = at.log.address}, std::forward<F>(change)
    );
    return {};
}

/// The price in force from here on. What comes after it has to be asked anew.
Result<void> on_log_value(Transition& at) {
    FAULTLINE_TRY(const auto event, events::LogValue::decode(at.log));
    return edit_pip(at, [&](PipRow& row) {
        row.current_wad = U256::from_be_bytes(event.get<"val">().view());
        row.next = NextPrice::kPoked;
        row.next_wad.reset();
    });
}

Result<void> on_pip_change(Transition& at, const Note& note) {
    at.notice("oracle " + at.log.address.hex() + " reads " + note.address(0).hex() + " now");
    return {};
}

Result<void> on_pip_stop(Transition& at, const Note& /*note*/) {
    at.notice("oracle " + at.log.address.hex() + " is stopped: its price stays as it is");
    return edit_pip(at, [](PipRow& row) { row.stopped = Stopped::kYes; });
}

Result<void> on_pip_start(Transition& at, const Note& /*note*/) {
    at.notice("oracle " + at.log.address.hex() + " goes on");
    return edit_pip(at, [](PipRow& row) { row.stopped = Stopped::kNo; });
}

Result<void> on_pip_void(Transition& at, const Note& /*note*/) {
    at.alarm_standing(
        "oracle " + at.log.address.hex() +
        " is void: it has no price, and nobody can be liquidated once it is poked"
    );
    return edit_pip(at, [](PipRow& row) {
        row = PipRow{};
        row.current_wad = U256();
        row.next = NextPrice::kPoked;  // An OSM: its poke will say when it has one.
        row.stopped = Stopped::kYes;
    });
}

constexpr std::array kSpotterNotes{
    note_entry<"deny(address)">(pass_note),
    note_entry<"rely(address)">(pass_note),
    note_entry<"file(bytes32,bytes32,address)">(on_file_pip),
    note_entry<"file(bytes32,bytes32,uint256)">(on_file_mat),
    note_entry<"file(bytes32,uint256)">(on_file_par),
    note_entry<"cage()">(on_spotter_cage),
};

constexpr std::array kSpotterEvents{
    event_entry<events::Poke>(on_poke),
};

constexpr std::array kPipNotes{
    note_entry<"deny(address)">(pass_note),
    note_entry<"rely(address)">(pass_note),
    note_entry<"kiss(address)">(pass_note),
    note_entry<"diss(address)">(pass_note),
    note_entry<"poke()">(pass_note),
    note_entry<"change(address)">(on_pip_change),
    note_entry<"stop()">(on_pip_stop),
    note_entry<"start()">(on_pip_start),
    note_entry<"void()">(on_pip_void),
};

constexpr std::array kPipEvents{
    event_entry<events::LogValue>(on_log_value),
};

}  // namespace

std::span<const NoteEntry> spotter_notes() {
    return kSpotterNotes;
}

std::span<const EventEntry> spotter_events() {
    return kSpotterEvents;
}

std::span<const NoteEntry> pip_notes() {
    return kPipNotes;
}

std::span<const EventEntry> pip_events() {
    return kPipEvents;
}

}  // namespace faultline::maker
