// SPDX-License-Identifier: Apache-2.0
// What the Vow notes (vow.sol v1.2). A Vow of later dss logs nothing.
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/transition.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <array>
#include <span>
#include <string_view>

namespace faultline::maker {
namespace {

Result<void> put(Transition& at, VowRow row) {
    row.voice = VowVoice::kNotes;
    at.tables.vows.put({at.market}, row);
    return {};
}

Result<void> on_rely(Transition& at, const Note& /*note*/) {
    return put(at, at.vow());
}

Result<void> on_fess(Transition& at, const Note& note) {
    FAULTLINE_TRY_VOID(add_era(at, note.word(0)));
    at.memory.fess_rad.push_back(note.word(0));
    return put(at, at.vow());
}

Result<void> on_flog(Transition& at, const Note& note) {
    VowRow row = at.vow();
    if (!note.word(0).fits_u64()) {
        return put(at, row);  // No block has that time: nothing is taken.
    }
    const EraKey key{.market = at.market, .era = note.word(0).low_u64()};
    const EraRow* era = at.tables.eras.find(key);
    if (era == nullptr) {
        row.sin_unread = row.sin_unread || row.eras_missed;
        return put(at, row);
    }
    const auto left = checked_sub(row.eras_rad, era->sin_rad);
    if (!left) {
        return contradiction("Vow.Sin is less than one of its eras");
    }
    row.eras_rad = *left;
    at.tables.eras.erase(key);
    return put(at, row);
}

Result<void> on_kiss(Transition& at, const Note& note) {
    VowRow row = at.vow();
    const auto ash = checked_sub(row.ash_rad, note.word(0));
    if (!ash) {
        return contradiction("Vow.kiss of more than Ash");
    }
    row.ash_rad = *ash;
    return put(at, row);
}

/// The id of the auction is the flopper's: no note has it.
Result<void> on_flop(Transition& at, const Note& note) {
    VowRow row = at.vow();
    const auto ash = checked_add(row.ash_rad, row.sump_rad);
    if (!ash) {
        return contradiction("Vow.Ash overflows");
    }
    row.ash_rad = *ash;
    at.alarm(
        "RED: Vow.flop by " + note.sender.hex() + ": the system auctions new tokens to pay for " +
        row.sump_rad.to_string() + " rad of bad debt, " + row.ash_rad.to_string() + " rad in all"
    );
    return put(at, row);
}

Result<void> on_file(Transition& at, const Note& note) {
    struct Parameter {
        std::string_view name;
        U256 VowRow::* member;
    };

    constexpr std::array kParameters{
        Parameter{.name = "wait", .member = &VowRow::wait_s},
        Parameter{.name = "dump", .member = &VowRow::dump_wad},
        Parameter{.name = "sump", .member = &VowRow::sump_rad},
        Parameter{.name = "bump", .member = &VowRow::bump_rad},
        Parameter{.name = "hump", .member = &VowRow::hump_rad},
    };
    VowRow row = at.vow();
    at.unknown = true;
    for (const Parameter& parameter : kParameters) {
        if (is_text(note.bytes32(0), parameter.name)) {
            row.*parameter.member = note.word(1);
            at.unknown = false;
        }
    }
    return put(at, row);
}

/// Sin and Ash are forgotten; the eras stay as they are (vow.sol: cage).
Result<void> on_cage(Transition& at, const Note& /*note*/) {
    VowRow row = at.vow();
    row.live = false;
    row.eras_rad = U256();
    row.ash_rad = U256();
    at.alarm_standing("the Vow is caged: it settles nothing any more");
    return put(at, row);
}

constexpr std::array kNotes{
    note_entry<"deny(address)">(on_rely),
    note_entry<"rely(address)">(on_rely),
    note_entry<"fess(uint256)">(on_fess),
    note_entry<"flog(uint256)">(on_flog),
    note_entry<"heal(uint256)">(on_rely),
    note_entry<"kiss(uint256)">(on_kiss),
    note_entry<"flap()">(on_rely),
    note_entry<"flop()">(on_flop),
    note_entry<"file(bytes32,uint256)">(on_file),
    note_entry<"file(bytes32,address)">(on_rely),
    note_entry<"cage()">(on_cage),
};

}  // namespace

Result<void> add_era(Transition& at, const U256& rad) {
    const EraKey key{.market = at.market, .era = at.now().value};
    const EraRow* found = at.tables.eras.find(key);
    VowRow row = at.vow();
    const auto era = checked_add(found != nullptr ? found->sin_rad : U256(), rad);
    const auto sum = checked_add(row.eras_rad, rad);
    if (!era || !sum) {
        return contradiction("Vow.Sin overflows");
    }
    row.eras_rad = *sum;
    at.tables.eras.put(key, {.sin_rad = *era, .read_at = {}});
    at.tables.vows.put({at.market}, row);
    return {};
}

std::span<const NoteEntry> vow_notes() {
    return kNotes;
}

}  // namespace faultline::maker
