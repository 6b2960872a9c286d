// SPDX-License-Identifier: Apache-2.0
// What the Vat notes (vat.sol v1.2).
#include "core/protocols/maker/clips.hpp"
#include "core/protocols/maker/joins.hpp"
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/int256.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <array>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace faultline::maker {
namespace {

Error refused(const std::string& what) {
    return contradiction("Vat." + what + " would revert by the rows");
}

template <class T>
Result<T> or_refused(const std::optional<T>& value, const std::string& what) {
    if (!value) {
        return refused(what);
    }
    return *value;
}

/// Stores an urn and, with it, the sum of all art of its ilk.
Result<void> put_urn(
    Transition& at, const Hash32& ilk, IlkRow& row, const Address& account, const UrnRow& urn
) {
    const U256 before = at.urn(ilk, account).art_wad;
    row.art_sum_wad = wrapping_add(wrapping_sub(row.art_sum_wad, before), urn.art_wad);
    at.set_urn(ilk, account, urn);
    return {};
}

/// An urn after dink and dart were added to it.
Result<UrnRow> moved_urn(
    const UrnRow& urn, const eth::I256& dink, const eth::I256& dart, const std::string& what
) {
    UrnRow out = urn;
    FAULTLINE_TRY(out.ink_wad, or_refused(plus(urn.ink_wad, dink), what));
    FAULTLINE_TRY(out.art_wad, or_refused(plus(urn.art_wad, dart), what));
    return out;
}

/// gem[ilk][account] -= dink
Result<void> take_gem(
    Transition& at, const Hash32& ilk, const Address& account, const eth::I256& dink
) {
    UrnRow row = at.urn(ilk, account);
    FAULTLINE_TRY(row.gem_wad, or_refused(minus(row.gem_wad, dink), "gem"));
    at.set_urn(ilk, account, row);
    return {};
}

Result<void> on_init(Transition& at, const Note& note) {
    const Hash32 id = note.bytes32(0);
    IlkRow row = at.ilk(id);
    if (!row.rate_ray.is_zero()) {
        return refused("init");
    }
    row.rate_ray = ray();
    at.set_ilk(id, row);
    return {};
}

Result<void> on_file(Transition& at, const Note& note) {
    if (!is_text(note.bytes32(0), "Line")) {
        at.unknown = true;
        return {};
    }
    SystemRow system = at.system();
    system.line_rad = note.word(1);
    at.set_system(std::move(system));
    return {};
}

Result<void> on_file_ilk(Transition& at, const Note& note) {
    const Hash32 id = note.bytes32(0);
    const Hash32 what = note.bytes32(1);
    IlkRow row = at.ilk(id);
    if (is_text(what, "spot")) {
        row.spot_ray = note.word(2);
    } else if (is_text(what, "line")) {
        row.line_rad = note.word(2);
    } else if (is_text(what, "dust")) {
        row.dust_rad = note.word(2);
        forget_chost(at, id);
    } else {
        at.unknown = true;
        return {};
    }
    at.set_ilk(id, row);
    return {};
}

Result<void> on_slip(Transition& at, const Note& note) {
    const eth::I256 wad = note.signed_word(2);
    UrnRow row = at.urn(note.bytes32(0), note.address(1));
    FAULTLINE_TRY(row.gem_wad, or_refused(plus(row.gem_wad, wad), "slip"));
    at.set_urn(note.bytes32(0), note.address(1), row);
    return {};
}

Result<void> on_flux(Transition& at, const Note& note) {
    const Hash32 ilk = note.bytes32(0);
    UrnRow from = at.urn(ilk, note.address(1));
    FAULTLINE_TRY(from.gem_wad, or_refused(checked_sub(from.gem_wad, note.word(3)), "flux"));
    at.set_urn(ilk, note.address(1), from);
    UrnRow to = at.urn(ilk, note.address(2));
    FAULTLINE_TRY(to.gem_wad, or_refused(checked_add(to.gem_wad, note.word(3)), "flux"));
    at.set_urn(ilk, note.address(2), to);
    return {};
}

Result<void> on_move(Transition& at, const Note& note) {
    if (note.word(2).bit(255)) {
        return refused("move");  // Nobody has so much.
    }
    SystemRow system = at.system();
    FAULTLINE_TRY_VOID(add_dai(at, system, note.address(0), negative_of(note.word(2))));
    FAULTLINE_TRY_VOID(add_dai(at, system, note.address(1), signed_of(note.word(2))));
    at.set_system(std::move(system));
    return {};
}

/// frob(i, u, v, w, dink, dart)
Result<void> on_frob(Transition& at, const Note& note) {
    const Hash32 id = note.bytes32(0);
    const eth::I256 dink = note.signed_word(4);
    const eth::I256 dart = note.signed_word(5);
    IlkRow ilk = at.ilk(id);
    SystemRow system = at.system();
    FAULTLINE_TRY(const UrnRow urn, moved_urn(at.urn(id, note.address(1)), dink, dart, "frob"));
    FAULTLINE_TRY(ilk.art_wad, or_refused(plus(ilk.art_wad, dart), "frob"));
    FAULTLINE_TRY(const eth::I256 dtab, or_refused(times(ilk.rate_ray, dart), "frob"));
    FAULTLINE_TRY(system.debt_rad, or_refused(plus(system.debt_rad, dtab), "frob"));
    FAULTLINE_TRY_VOID(put_urn(at, id, ilk, note.address(1), urn));
    FAULTLINE_TRY_VOID(take_gem(at, id, note.address(2), dink));
    FAULTLINE_TRY_VOID(add_dai(at, system, note.address(3), dtab));
    at.set_ilk(id, ilk);
    at.set_system(std::move(system));
    return {};
}

/// fork(ilk, src, dst, dink, dart): Art, debt and gem stay.
Result<void> on_fork(Transition& at, const Note& note) {
    const Hash32 id = note.bytes32(0);
    const eth::I256 dink = note.signed_word(3);
    const eth::I256 dart = note.signed_word(4);
    if (dink == eth::I256{} && dart == eth::I256{}) {
        return {};  // Anybody may do that, of an ilk that is none.
    }
    IlkRow ilk = at.ilk(id);
    UrnRow from = at.urn(id, note.address(1));
    FAULTLINE_TRY(from.ink_wad, or_refused(minus(from.ink_wad, dink), "fork"));
    FAULTLINE_TRY(from.art_wad, or_refused(minus(from.art_wad, dart), "fork"));
    FAULTLINE_TRY_VOID(put_urn(at, id, ilk, note.address(1), from));
    FAULTLINE_TRY(const UrnRow to, moved_urn(at.urn(id, note.address(2)), dink, dart, "fork"));
    FAULTLINE_TRY_VOID(put_urn(at, id, ilk, note.address(2), to));
    at.set_ilk(id, ilk);
    return {};
}

/// grab(i, u, v, w, dink, dart): the debt becomes w's sin.
Result<void> on_grab(Transition& at, const Note& note) {
    const Hash32 id = note.bytes32(0);
    const eth::I256 dink = note.signed_word(4);
    const eth::I256 dart = note.signed_word(5);
    IlkRow ilk = at.ilk(id);
    SystemRow system = at.system();
    FAULTLINE_TRY(const UrnRow urn, moved_urn(at.urn(id, note.address(1)), dink, dart, "grab"));
    FAULTLINE_TRY(ilk.art_wad, or_refused(plus(ilk.art_wad, dart), "grab"));
    FAULTLINE_TRY(const eth::I256 dtab, or_refused(times(ilk.rate_ray, dart), "grab"));
    FAULTLINE_TRY(system.vice_rad, or_refused(minus(system.vice_rad, dtab), "grab"));
    FAULTLINE_TRY_VOID(put_urn(at, id, ilk, note.address(1), urn));
    FAULTLINE_TRY_VOID(take_gem(at, id, note.address(2), dink));
    FAULTLINE_TRY_VOID(add_sin(at, system, note.address(3), {wrapping_sub(U256(), dtab.bits)}));
    at.set_ilk(id, ilk);
    at.set_system(std::move(system));
    return {};
}

Result<void> on_heal(Transition& at, const Note& note) {
    const U256 rad = note.word(0);
    SystemRow system = at.system();
    FAULTLINE_TRY(system.vice_rad, or_refused(checked_sub(system.vice_rad, rad), "heal"));
    FAULTLINE_TRY(system.debt_rad, or_refused(checked_sub(system.debt_rad, rad), "heal"));
    FAULTLINE_TRY_VOID(attribute_heal(at, system, rad));
    at.set_system(std::move(system));
    return {};
}

/// suck(u, v, rad): u gets sin, v gets dai.
Result<void> on_suck(Transition& at, const Note& note) {
    const U256 rad = note.word(2);
    if (rad.bit(255)) {
        return refused("suck");  // The sums would overflow before long.
    }
    SystemRow system = at.system();
    FAULTLINE_TRY(system.vice_rad, or_refused(checked_add(system.vice_rad, rad), "suck"));
    FAULTLINE_TRY(system.debt_rad, or_refused(checked_add(system.debt_rad, rad), "suck"));
    FAULTLINE_TRY_VOID(add_sin(at, system, note.address(0), signed_of(rad)));
    FAULTLINE_TRY_VOID(add_dai(at, system, note.address(1), signed_of(rad)));
    at.set_system(std::move(system));
    if (note.address(1) == at.config.pot) {
        at.memory.suck_for_pot_rad = rad;
    }
    return {};
}

/// fold(i, u, rate): of the ilk as it stands at this log.
Result<void> on_fold(Transition& at, const Note& note) {
    const Hash32 id = note.bytes32(0);
    if (!at.knows_ilk(id) && note.word(2).is_zero()) {
        return {};  // Anybody may have the Jug do that, of an ilk that is none.
    }
    IlkRow ilk = at.ilk(id);
    SystemRow system = at.system();
    at.memory.fold = {.ilk = id, .rate_before_ray = ilk.rate_ray};
    FAULTLINE_TRY(ilk.rate_ray, or_refused(plus(ilk.rate_ray, note.signed_word(2)), "fold"));
    FAULTLINE_TRY(const eth::I256 rad, or_refused(times(ilk.art_wad, note.signed_word(2)), "fold"));
    FAULTLINE_TRY(system.debt_rad, or_refused(plus(system.debt_rad, rad), "fold"));
    FAULTLINE_TRY_VOID(add_dai(at, system, note.address(1), rad));
    at.set_ilk(id, ilk);
    at.set_system(std::move(system));
    return {};
}

Result<void> on_cage(Transition& at, const Note& /*note*/) {
    SystemRow system = at.system();
    system.vat_live = false;
    at.set_system(std::move(system));
    at.alarm_standing("the Vat is caged: the system is being shut down");
    return {};
}

Result<void> on_rely(Transition& at, const Note& note) {
    add_ward(at.tables, at.market, note.address(0));
    return {};
}

Result<void> on_deny(Transition& at, const Note& note) {
    drop_ward(at.tables, at.market, at.config, note.address(0));
    return {};
}

constexpr std::array kNotes{
    note_entry<"cage()">(on_cage),
    note_entry<"deny(address)">(on_deny),
    note_entry<"rely(address)">(on_rely),
    note_entry<"hope(address)">(pass_note),
    note_entry<"nope(address)">(pass_note),
    note_entry<"init(bytes32)">(on_init),
    note_entry<"file(bytes32,uint256)">(on_file),
    note_entry<"file(bytes32,bytes32,uint256)">(on_file_ilk),
    note_entry<"slip(bytes32,address,int256)">(on_slip),
    note_entry<"flux(bytes32,address,address,uint256)">(on_flux),
    note_entry<"move(address,address,uint256)">(on_move),
    note_entry<"frob(bytes32,address,address,address,int256,int256)">(on_frob),
    note_entry<"fork(bytes32,address,address,int256,int256)">(on_fork),
    note_entry<"grab(bytes32,address,address,address,int256,int256)">(on_grab),
    note_entry<"heal(uint256)">(on_heal),
    note_entry<"suck(address,address,uint256)">(on_suck),
    note_entry<"fold(bytes32,address,int256)">(on_fold),
};

}  // namespace

std::span<const NoteEntry> vat_notes() {
    return kNotes;
}

}  // namespace faultline::maker
