// SPDX-License-Identifier: Apache-2.0
// What accounts do in a random life.
#include "property/maker_model/maker.hpp"
#include "property/maker_model/world.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace faultline::maker_model {
namespace {

using tests::address_of;
using tests::Chance;
using tests::require;
using tests::ten_to;

}  // namespace

const Address& World::user(Chance& chance) const {
    return chance.one_of(users_);
}

const Ilk& World::ilk(Chance& chance) const {
    require(!ilks_.empty());
    return chance.one_of(ilks_);
}

void World::find_sale(Chance& chance, Address& clip, Int& id) const {
    std::vector<std::pair<Address, Int>> all;
    for (const auto& [at, of] : maker_.clips) {
        for (const Int& active : of.active) {
            all.emplace_back(at, active);
        }
    }
    require(!all.empty());
    const auto& [at, active] = chance.one_of(all);
    clip = at;
    id = active;
}

void World::open(Chance& chance) {
    const Ilk& of = ilk(chance);
    const Address& who = user(chance);
    const Int ink = wad() * chance.up_to_digits(5);
    maker_.slip(of, who, ink);
    const VatIlk& at = maker_.vat.ilks.at(of);
    require(at.rate != 0);
    const Int most = ink * at.spot / at.rate;
    maker_.frob(of, who, who, who, ink, most - chance.below(1 + most / 3));
}

void World::frob(Chance& chance) {
    const Ilk& of = ilk(chance);
    const Address& u = user(chance);
    const Address& v = chance.one_in(3) ? user(chance) : u;
    const Address& w = chance.one_in(3) ? user(chance) : u;
    const Urn urn = maker_.vat.urns[{of, u}];
    const VatIlk& at = maker_.vat.ilks.at(of);
    require(at.rate != 0);
    Int dink = 0;
    Int dart = 0;
    if (chance.one_in(2)) {
        dink = -chance.amount_of(urn.ink);
    } else if (chance.one_in(2)) {
        dink = chance.amount_of(maker_.vat.gem[{of, v}]);
    }
    if (chance.one_in(2)) {
        dart = -chance.amount_of(std::min(urn.art, Int(maker_.vat.dai[w] / at.rate)));
    } else if (chance.one_in(2)) {
        const Int most = urn.ink * at.spot / at.rate;
        dart = most > urn.art ? chance.below(1 + most - urn.art) : Int(0);
    }
    maker_.frob(of, u, v, w, dink, dart);
}

void World::fork(Chance& chance) {
    const Ilk& of = ilk(chance);
    const Address& src = user(chance);
    const Urn urn = maker_.vat.urns[{of, src}];
    const Int sign = chance.one_in(6) ? -1 : 1;
    const Int part = 1 + chance.below(Int(4));
    maker_.fork(of, src, user(chance), sign * urn.ink / part, sign * urn.art / part);
}

void World::flux(Chance& chance) {
    const Ilk& of = ilk(chance);
    const Address& src = user(chance);
    const Int held = maker_.vat.gem[{of, src}];
    maker_.flux(of, src, user(chance), chance.amount_of(held), true);
}

void World::move(Chance& chance) {
    const Address& src = user(chance);
    const Address dst = chance.one_in(8) ? addresses().vow : user(chance);
    maker_.move(src, dst, chance.amount_of(maker_.vat.dai[src]), true);
}

/// GemJoin, of which only the slip is Vat's.
void World::join_gem(Chance& chance) {
    const Ilk& of = ilk(chance);
    const Address& who = user(chance);
    const Int held = maker_.vat.gem[{of, who}];
    maker_.slip(of, who, chance.one_in(2) ? Int(-chance.amount_of(held)) : chance.up_to_digits(22));
}

void World::join_dai(Chance& chance) {
    const Address& who = user(chance);
    if (chance.one_in(2)) {
        maker_.dai_exit(who, user(chance), chance.amount_of(maker_.vat.dai[who] / ray()));
    } else {
        maker_.dai_join(who, user(chance), chance.amount_of(maker_.dai_supply[who]));
    }
}

void World::drip(Chance& chance) {
    maker_.drip(user(chance), ilk(chance));
}

void World::poke(Chance& chance) {
    const Ilk& of = ilk(chance);
    Pip& pip = maker_.pips.at(maker_.spotter.at(of).pip);
    pip.has = !chance.one_in(40);
    pip.val = pip.val * (70 + chance.below(std::uint64_t{65})) / 100 + ten_to(15);
    if (!chance.one_in(5)) {
        maker_.poke(of);
    }
}

void World::crash(Chance& chance) {
    crash(chance, ilk(chance));
}

void World::crash(Chance& chance, const Ilk& of) {
    Pip& pip = maker_.pips.at(maker_.spotter.at(of).pip);
    pip.has = true;
    pip.val = pip.val * (30 + chance.below(std::uint64_t{50})) / 100 + ten_to(15);
    maker_.poke(of);
}

void World::save(Chance& chance) {
    const Address& who = user(chance);
    switch (chance.below(std::uint64_t{4})) {
        case 0:
            maker_.pot_drip(who);
            break;
        case 1:
            maker_.pot_exit(who, chance.amount_of(maker_.pot.pie[who]));
            break;
        default:
            maker_.pot_drip(who);
            maker_.pot_join(who, chance.amount_of(maker_.vat.dai[who] / maker_.pot.chi));
            break;
    }
}

void World::bark(Chance& chance) {
    const Ilk& of = ilk(chance);
    if (!chance.one_in(4)) {
        crash(chance, of);
    }
    std::vector<Address> unsafe;
    for (const Address& urn : users_) {
        if (maker_.is_unsafe(of, urn)) {
            unsafe.push_back(urn);
        }
    }
    maker_.bark(of, unsafe.empty() ? user(chance) : chance.one_of(unsafe), user(chance));
}

void World::take(Chance& chance) {
    Address clip;
    Int id;
    find_sale(chance, clip, id);
    const Sale sale = maker_.clips.at(clip).sales.at(id);
    const Address& by = user(chance);
    // Whoever buys has Dai enough: governance is generous here.
    if (maker_.vat.dai[by] < sale.tab) {
        maker_.suck(addresses().vow, by, sale.tab);
    }
    maker_.take(
        clip,
        id,
        chance.one_in(3) ? ten_to(30) : chance.amount_of(sale.lot),
        chance.one_in(10) ? sale.top / 2 : tests::max_uint256(),
        chance.one_in(6) ? clip : user(chance),
        by
    );
}

void World::redo(Chance& chance) {
    Address clip;
    Int id;
    find_sale(chance, clip, id);
    maker_.redo(clip, id, user(chance));
}

void World::yank(Chance& chance) {
    Address clip;
    Int id;
    find_sale(chance, clip, id);
    maker_.yank(clip, id, chance.one_in(2) ? addresses().end : user(chance));
}

void World::upchost(Chance& chance) {
    require(!maker_.clips.empty());
    maker_.upchost(chance.one_of(maker_.clips).first);
}

void World::vow(Chance& chance) {
    const Address& by = user(chance);
    const Address& self = addresses().vow;
    const Int free = maker_.vat.sin[self] - maker_.vow.total_sin - maker_.vow.ash;
    switch (chance.below(std::uint64_t{6})) {
        case 0:
        case 1:
            require(free >= 0);
            maker_.vow_heal(by, chance.amount_of(std::min(free, maker_.vat.dai[self])));
            break;
        case 2:
            require(!maker_.vow.sin.empty());
            maker_.vow_flog(by, chance.one_of(maker_.vow.sin).first);
            break;
        case 3:
            maker_.vow_kiss(by, chance.amount_of(std::min(maker_.vow.ash, maker_.vat.dai[self])));
            break;
        case 4:
            maker_.vow_flop(by);
            break;
        default:
            maker_.vow_flap(by);
            break;
    }
}

/// DssFlash.vatDaiFlashLoan(): whoever heals is in no log.
void World::flash(Chance& chance) {
    const Address lender = address_of("flash");
    const Address& receiver = user(chance);
    const Int amount = rad() * chance.up_to_digits(4);
    maker_.suck(lender, receiver, amount);
    maker_.move(receiver, lender, amount);
    maker_.heal(lender, amount);
}

/// Somebody with bad debt of his own pays it, and nothing says who.
void World::heal_oneself(Chance& chance) {
    std::vector<Address> owing;
    for (const auto& [who, sin] : maker_.vat.sin) {
        if (sin > 0 && who != addresses().vow && maker_.vat.dai[who] > 0) {
            owing.push_back(who);
        }
    }
    require(!owing.empty());
    const Address who = chance.one_of(owing);
    maker_.heal(who, chance.amount_of(std::min(maker_.vat.sin[who], maker_.vat.dai[who])));
}

}  // namespace faultline::maker_model
