// SPDX-License-Identifier: Apache-2.0
// What governance does in a random life.
#include "property/maker_model/maker.hpp"
#include "property/maker_model/world.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace faultline::maker_model {
namespace {

using tests::address_of;
using tests::Chance;
using tests::require;
using tests::ten_to;
using tests::text_word;

constexpr std::size_t kMostIlks = 5;

/// By the second: from nothing to about 30 % a year, now and then below zero.
Int draw_duty(Chance& chance) {
    if (chance.one_in(12)) {
        return ray() - chance.below(ten_to(18));
    }
    return chance.one_in(4) ? ray() : ray() + chance.below(ten_to(19));
}

}  // namespace

void World::new_ilk(Chance& chance) {
    require(ilks_.size() < kMostIlks);
    const Ilk of = text_word("ILK" + std::to_string(ilks_.size()) + "-A");
    ilks_.push_back(of);
    const Address pip = address_of("pip " + std::to_string(ilks_.size()));
    maker_.pips[pip] = {.val = wad() / 10 + chance.up_to_digits(22), .has = true};
    maker_.init(of);
    maker_.jug_init(of);
    maker_.file_pip(of, pip);
    maker_.file_mat(of, ray() + chance.below(ray()));
    maker_.file_vat(of, "line", rad() * (100'000 + chance.up_to_digits(9)));
    if (!chance.one_in(3)) {
        maker_.file_vat(of, "dust", rad() * chance.below(std::uint64_t{100}));
    }
    maker_.poke(of);
    maker_.dog_file(of, "chop", wad() + chance.below(wad() / 5));
    maker_.dog_file(of, "hole", rad() * (10'000 + chance.up_to_digits(9)));
    make_clip(chance, of);
}

Address World::make_curve(Chance& chance) {
    constexpr std::array<Curve, 3> kCurves{Curve::kLinear, Curve::kStairstep, Curve::kExponential};
    const Address calc = address_of("calc " + std::to_string(++made_));
    maker_.make_calc(calc, chance.one_of(kCurves));
    return calc;
}

/// Parameters come before or after the Dog names the clip.
void World::make_clip(Chance& chance, const Ilk& of) {
    const Address clip = address_of("clip " + std::to_string(++made_));
    maker_.make_clip(clip, of);
    const bool named_first = chance.one_in(2);
    if (named_first) {
        maker_.dog_file_clip(of, clip);
    }
    const bool shared = chance.one_in(4) && !maker_.calcs.empty();
    const Address calc = shared ? chance.one_of(maker_.calcs).first : make_curve(chance);
    const bool calc_first = chance.one_in(2);
    if (calc_first) {
        file_calc(chance, calc);
    }
    maker_.clip_file_calc(clip, calc);
    if (!calc_first) {
        file_calc(chance, calc);
    }
    maker_.clip_file(clip, "buf", ray() + chance.below(ray()));
    maker_.clip_file(clip, "tail", 600 + chance.below(Int(100'000)));
    maker_.clip_file(clip, "cusp", chance.below(ray()));
    maker_.clip_file(clip, "chip", chance.below(wad() / 10));
    if (chance.one_in(2)) {
        maker_.clip_file(clip, "tip", rad() * chance.below(std::uint64_t{300}));
    }
    if (!named_first) {
        maker_.dog_file_clip(of, clip);
    }
    if (chance.one_in(2)) {
        maker_.upchost(clip);
    }
}

void World::file_calc(Chance& chance, const Address& calc) {
    switch (maker_.calcs.at(calc).curve) {
        case Curve::kLinear:
            maker_.calc_file(calc, "tau", 1 + chance.below(Int(100'000)));
            break;
        case Curve::kStairstep:
            maker_.calc_file(calc, "cut", ray() - chance.below(ray() / 20));
            maker_.calc_file(calc, "step", 1 + chance.below(Int(300)));
            break;
        case Curve::kExponential:
            maker_.calc_file(calc, "cut", ray() - chance.below(ray() / 1'000));
            break;
    }
}

void World::file_clip(Chance& chance, const Address& clip) {
    switch (chance.below(std::uint64_t{7})) {
        case 0:
            maker_.clip_file(clip, "buf", ray() / 2 + chance.below(ray()));
            break;
        case 1:
            maker_.clip_file(clip, "tail", chance.below(Int(200'000)));
            break;
        case 2:
            maker_.clip_file(clip, "cusp", chance.below(ray()));
            break;
        case 3:
            // What does not fit uint64 and uint192 is cut off.
            maker_.clip_file(
                clip,
                "chip",
                chance.below(tests::power(2, 70)) % (wad() / 5) +
                    (chance.one_in(4) ? tests::power(2, 64) : Int(0))
            );
            break;
        case 4:
            maker_.clip_file(
                clip,
                "tip",
                rad() * chance.below(std::uint64_t{300}) +
                    (chance.one_in(4) ? tests::power(2, 192) : Int(0))
            );
            break;
        case 5:
            maker_.clip_file(clip, "stopped", chance.one_in(3) ? chance.below(Int(4)) : Int(0));
            break;
        default:
            maker_.clip_file_calc(clip, make_curve(chance));
            file_calc(chance, maker_.clips.at(clip).calc);
            break;
    }
}

void World::duty(Chance& chance) {
    if (chance.one_in(5)) {
        maker_.file_base(chance.below(ten_to(17)));
        return;
    }
    if (chance.one_in(4)) {
        maker_.pot_drip(user(chance));
        maker_.file_dsr(chance.one_in(6) ? ray() : ray() + chance.below(ten_to(19)));
        return;
    }
    const Ilk& of = ilk(chance);
    maker_.drip(address_of("pause proxy"), of);
    maker_.file_duty(of, draw_duty(chance));
}

void World::vat_setting(Chance& chance) {
    switch (chance.below(std::uint64_t{3})) {
        case 0:
            maker_.file_line(rad() * (1'000'000 + chance.up_to_digits(10)));
            break;
        case 1:
            maker_.file_vat(ilk(chance), "line", rad() * (100'000 + chance.up_to_digits(9)));
            break;
        default:
            maker_.file_vat(ilk(chance), "dust", rad() * chance.below(std::uint64_t{200}));
            break;
    }
}

void World::spot_setting(Chance& chance) {
    switch (chance.below(std::uint64_t{3})) {
        case 0:
            maker_.file_par(ray() * (90 + chance.below(std::uint64_t{20})) / 100);
            break;
        case 1:
            maker_.file_mat(ilk(chance), ray() + chance.below(ray()));
            break;
        default: {
            const Address pip = address_of("pip, the newer, " + std::to_string(++made_));
            maker_.pips[pip] = {.val = wad() / 10 + chance.up_to_digits(22), .has = true};
            maker_.file_pip(ilk(chance), pip);
            break;
        }
    }
}

void World::dog_setting(Chance& chance) {
    switch (chance.below(std::uint64_t{3})) {
        case 0:
            maker_.dog_file("Hole", rad() * (10'000 + chance.up_to_digits(10)));
            break;
        case 1:
            maker_.dog_file(ilk(chance), "chop", wad() + chance.below(wad() / 5));
            break;
        default:
            maker_.dog_file(ilk(chance), "hole", rad() * (10'000 + chance.up_to_digits(9)));
            break;
    }
}

void World::clip_setting(Chance& chance) {
    require(!maker_.clips.empty());
    if (chance.one_in(4)) {
        file_calc(chance, chance.one_of(maker_.calcs).first);
    } else {
        file_clip(chance, chance.one_of(maker_.clips).first);
    }
}

void World::new_clip(Chance& chance) {
    make_clip(chance, ilk(chance));
}

void World::vow_setting(Chance& chance) {
    constexpr std::array<std::string_view, 4> kWhat{"wait", "sump", "bump", "hump"};
    const std::string_view what = chance.one_of(kWhat);
    maker_.vow_file(what, what == "wait" ? chance.below(Int(10'000)) : chance.up_to_digits(47));
}

/// By a contract with a ward, in either direction: what End and direct deposits do.
void World::grab(Chance& chance) {
    const Ilk& of = ilk(chance);
    const Address& u = user(chance);
    const Address& v = user(chance);
    const Address w = chance.one_in(2) ? addresses().vow : user(chance);
    const Urn urn = maker_.vat.urns[{of, u}];
    if (chance.one_in(2)) {
        maker_.grab(of, u, v, w, -chance.amount_of(urn.ink), -chance.amount_of(urn.art));
    } else {
        const VatIlk& at = maker_.vat.ilks.at(of);
        require(at.rate != 0);
        maker_.grab(
            of,
            u,
            v,
            w,
            chance.amount_of(maker_.vat.gem[{of, v}]),
            chance.amount_of(maker_.vat.sin[w] / at.rate)
        );
    }
}

void World::suck(Chance& chance) {
    maker_.suck(
        chance.one_in(2) ? addresses().vow : user(chance), user(chance), chance.up_to_digits(48)
    );
}

void World::cage(Chance& chance) {
    require(chance.one_in(12));
    maker_.cage();
}

std::string World::operate(Chance& chance) {
    struct Operation {
        const char* name;
        unsigned weight;
        void (World::*run)(Chance&);
    };

    static constexpr std::array<Operation, 30> kOperations{{
        {.name = "open", .weight = 18, .run = &World::open},
        {.name = "frob", .weight = 12, .run = &World::frob},
        {.name = "fork", .weight = 5, .run = &World::fork},
        {.name = "flux", .weight = 4, .run = &World::flux},
        {.name = "move", .weight = 4, .run = &World::move},
        {.name = "gem join", .weight = 3, .run = &World::join_gem},
        {.name = "dai join", .weight = 4, .run = &World::join_dai},
        {.name = "drip", .weight = 8, .run = &World::drip},
        {.name = "poke", .weight = 8, .run = &World::poke},
        {.name = "crash", .weight = 3, .run = &World::crash},
        {.name = "pot", .weight = 6, .run = &World::save},
        {.name = "bark", .weight = 12, .run = &World::bark},
        {.name = "take", .weight = 12, .run = &World::take},
        {.name = "redo", .weight = 6, .run = &World::redo},
        {.name = "yank", .weight = 2, .run = &World::yank},
        {.name = "upchost", .weight = 2, .run = &World::upchost},
        {.name = "vow", .weight = 8, .run = &World::vow},
        {.name = "flash", .weight = 2, .run = &World::flash},
        {.name = "heal oneself", .weight = 2, .run = &World::heal_oneself},
        {.name = "ilk", .weight = 2, .run = &World::new_ilk},
        {.name = "duty", .weight = 4, .run = &World::duty},
        {.name = "vat setting", .weight = 2, .run = &World::vat_setting},
        {.name = "spot setting", .weight = 2, .run = &World::spot_setting},
        {.name = "dog setting", .weight = 2, .run = &World::dog_setting},
        {.name = "clip setting", .weight = 5, .run = &World::clip_setting},
        {.name = "clip", .weight = 1, .run = &World::new_clip},
        {.name = "vow setting", .weight = 2, .run = &World::vow_setting},
        {.name = "grab", .weight = 3, .run = &World::grab},
        {.name = "suck", .weight = 2, .run = &World::suck},
        {.name = "cage", .weight = 1, .run = &World::cage},
    }};
    if (ilks_.empty()) {
        new_ilk(chance);
        return "ilk";
    }
    unsigned total = 0;
    for (const Operation& one : kOperations) {
        total += one.weight;
    }
    std::uint64_t drawn = chance.below(std::uint64_t{total});
    for (const Operation& one : kOperations) {
        if (drawn < one.weight) {
            (this->*one.run)(chance);
            return one.name;
        }
        drawn -= one.weight;
    }
    return {};
}

}  // namespace faultline::maker_model
