// SPDX-License-Identifier: Apache-2.0
// What Jug and Pot note (jug.sol, pot.sol v1.2).
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/rates.hpp"
#include "core/protocols/maker/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <array>
#include <optional>
#include <span>
#include <utility>

namespace faultline::maker {
namespace {

Result<void> on_jug_init(Transition& at, const Note& note) {
    IlkRow row = at.ilk(note.bytes32(0));
    row.duty_ray = ray();
    row.rho = at.now();
    at.set_ilk(note.bytes32(0), row);
    return {};
}

Result<void> on_jug_file(Transition& at, const Note& note) {
    if (!is_text(note.bytes32(0), "base")) {
        at.unknown = true;
        return {};
    }
    SystemRow system = at.system();
    system.base_ray = note.word(1);
    at.set_system(std::move(system));
    return {};
}

Result<void> on_jug_file_ilk(Transition& at, const Note& note) {
    if (!is_text(note.bytes32(1), "duty")) {
        at.unknown = true;
        return {};
    }
    IlkRow row = at.ilk(note.bytes32(0));
    row.duty_ray = note.word(2);
    at.set_ilk(note.bytes32(0), row);
    return {};
}

/// The rate itself was folded by the Vat's note before; this holds it to the Jug's formula.
Result<void> on_jug_drip(Transition& at, const Note& note) {
    const Hash32 id = note.bytes32(0);
    if (!at.knows_ilk(id)) {
        return {};  // Nobody made such an ilk; its time in the Jug is all that it has.
    }
    IlkRow row = at.ilk(id);
    const std::optional<TransactionMemory::Fold> fold = std::exchange(at.memory.fold, std::nullopt);
    if (!fold || fold->ilk != id) {
        return contradiction("Jug.drip of " + text_of(id) + " without a Vat.fold before it");
    }
    const auto rate = checked_add(at.system().base_ray, row.duty_ray);
    const auto now = rate ? grown(fold->rate_before_ray, *rate, row.rho, at.now()) : std::nullopt;
    if (now != row.rate_ray) {
        return contradiction("Jug.drip of " + text_of(id) + " folded another rate than duty gives");
    }
    row.rho = at.now();
    at.set_ilk(id, row);
    return {};
}

/// Changes the Pot's row.
template <class F>
Result<void> edit_pot(Transition& at, F&& change) {
    PotRow row = at.pot();
    std::forward<F>(change)(row);
    at.tables.pots.put({at.market}, row);
    return {};
}

Result<void> on_pot_file(Transition& at, const Note& note) {
    if (!is_text(note.bytes32(0), "dsr")) {
        at.unknown = true;
        return {};
    }
    return edit_pot(at, [&](PotRow& row) { row.dsr_ray = note.word(1); });
}

/// chi is in no log; the Dai that the Vat made for it says whether ours is right.
Result<void> on_pot_drip(Transition& at, const Note& /*note*/) {
    const PotRow row = at.pot();
    const std::optional<U256> made = std::exchange(at.memory.suck_for_pot_rad, std::nullopt);
    // Before the first drip dsr is RAY, so that any time gives the same.
    const auto chi = grown(row.chi_ray, row.dsr_ray, row.rho.value_or(at.now()), at.now());
    if (!chi || *chi < row.chi_ray) {
        return contradiction("Pot.drip would revert by the rows");
    }
    const auto due = checked_mul(row.pie_wad, wrapping_sub(*chi, row.chi_ray));
    if (!due || made != due) {
        return contradiction("Pot.drip made other Dai than dsr gives");
    }
    return edit_pot(at, [&](PotRow& pot) {
        pot.chi_ray = *chi;
        pot.rho = at.now();
    });
}

Result<void> change_pie(
    Transition& at,
    const Address& account,
    const U256& wad,
    std::optional<U256> (*by)(const U256&, const U256&)
) {
    AccountRow row = at.account(account);
    PotRow pot = at.pot();
    const auto pie = by(row.pie_wad, wad);
    const auto all = by(pot.pie_wad, wad);
    if (!pie || !all) {
        return contradiction("Pot.pie of " + account.hex() + " does not suffice by the rows");
    }
    row.pie_wad = *pie;
    pot.pie_wad = *all;
    at.set_account(account, row);
    at.tables.pots.put({at.market}, pot);
    return {};
}

Result<void> on_pot_join(Transition& at, const Note& note) {
    return change_pie(at, note.sender, note.word(0), checked_add);
}

Result<void> on_pot_exit(Transition& at, const Note& note) {
    return change_pie(at, note.sender, note.word(0), checked_sub);
}

Result<void> on_pot_cage(Transition& at, const Note& /*note*/) {
    at.alarm_standing("the Pot is caged: savings earn nothing from here on");
    return edit_pot(at, [](PotRow& row) {
        row.live = false;
        row.dsr_ray = ray();
    });
}

constexpr std::array kJugNotes{
    note_entry<"deny(address)">(pass_note),
    note_entry<"rely(address)">(pass_note),
    note_entry<"init(bytes32)">(on_jug_init),
    note_entry<"file(bytes32,address)">(pass_note),  // The vow.
    note_entry<"file(bytes32,uint256)">(on_jug_file),
    note_entry<"file(bytes32,bytes32,uint256)">(on_jug_file_ilk),
    note_entry<"drip(bytes32)">(on_jug_drip),
};

constexpr std::array kPotNotes{
    note_entry<"deny(address)">(pass_note),
    note_entry<"rely(address)">(pass_note),
    note_entry<"file(bytes32,address)">(pass_note),  // The vow.
    note_entry<"file(bytes32,uint256)">(on_pot_file),
    note_entry<"drip()">(on_pot_drip),
    note_entry<"join(uint256)">(on_pot_join),
    note_entry<"exit(uint256)">(on_pot_exit),
    note_entry<"cage()">(on_pot_cage),
};

}  // namespace

std::span<const NoteEntry> jug_notes() {
    return kJugNotes;
}

std::span<const NoteEntry> pot_notes() {
    return kPotNotes;
}

}  // namespace faultline::maker
