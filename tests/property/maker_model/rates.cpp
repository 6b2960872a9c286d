// SPDX-License-Identifier: Apache-2.0
// Jug, Spotter, Pot, DaiJoin and Vow.
#include "property/maker_model/contract_events.hpp"
#include "property/maker_model/maker.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace faultline::maker_model {
namespace {

using tests::address_of;
using tests::fitting;
using tests::hash_of;
using tests::int_of;
using tests::require;
using tests::ten_to;
using tests::text_word;

Int rmul(const Int& x, const Int& y) {
    return fitting(x * y) / ray();
}

Int rdiv(const Int& x, const Int& y) {
    require(y != 0);
    return fitting(x * ray()) / y;
}

Address governance() {
    return address_of("pause proxy");
}

}  // namespace

void Maker::jug_init(const Ilk& ilk) {
    require(jug[ilk].duty == 0);
    jug[ilk] = {.duty = ray(), .rho = now};
    note(addresses().jug, governance(), "init(bytes32)", {int_of(ilk)});
}

void Maker::drip(const Address& by, const Ilk& ilk) {
    JugIlk& of = jug[ilk];
    const Int previous = vat.ilks[ilk].rate;
    const Int grown = rpow(fitting(base + of.duty), Int(now) - of.rho, ray());
    const Int rate = rmul(grown, previous);
    fold(ilk, addresses().vow, rate - previous);
    of.rho = now;
    note(addresses().jug, by, "drip(bytes32)", {int_of(ilk)});
}

void Maker::file_duty(const Ilk& ilk, const Int& duty) {
    require(jug[ilk].rho == now);
    jug[ilk].duty = duty;
    note(
        addresses().jug,
        governance(),
        "file(bytes32,bytes32,uint256)",
        {int_of(ilk), int_of(text_word("duty")), duty}
    );
}

void Maker::file_base(const Int& next) {
    base = next;
    note(addresses().jug, governance(), "file(bytes32,uint256)", {int_of(text_word("base")), next});
}

void Maker::file_pip(const Ilk& ilk, const Address& pip) {
    require(spotter_live);
    spotter[ilk].pip = pip;
    note(
        addresses().spotter,
        governance(),
        "file(bytes32,bytes32,address)",
        {int_of(ilk), int_of(text_word("pip")), int_of(pip)}
    );
}

void Maker::file_mat(const Ilk& ilk, const Int& mat) {
    require(spotter_live);
    spotter[ilk].mat = mat;
    note(
        addresses().spotter,
        governance(),
        "file(bytes32,bytes32,uint256)",
        {int_of(ilk), int_of(text_word("mat")), mat}
    );
}

void Maker::file_par(const Int& next) {
    require(spotter_live);
    par = next;
    note(
        addresses().spotter, governance(), "file(bytes32,uint256)", {int_of(text_word("par")), next}
    );
}

void Maker::poke(const Ilk& ilk) {
    const SpotIlk& of = spotter[ilk];
    require(pips.contains(of.pip));
    const Pip& pip = pips.at(of.pip);
    const Int spot = pip.has ? rdiv(rdiv(fitting(pip.val * ten_to(9)), par), of.mat) : Int(0);
    file_vat(ilk, "spot", spot);
    book.emit<events::Poke>(addresses().spotter, ilk, hash_of(pip.val), spot);
}

void Maker::pot_drip(const Address& by) {
    const Int next = rmul(rpow(pot.dsr, Int(now) - pot.rho, ray()), pot.chi);
    const Int more = fitting(next - pot.chi);
    pot.chi = next;
    pot.rho = now;
    pot.dripped = true;
    suck(addresses().vow, addresses().pot, fitting(pot.total * more));
    note(addresses().pot, by, "drip()", {});
}

void Maker::pot_join(const Address& by, const Int& amount) {
    require(pot.rho == now);
    pot.pie[by] = fitting(pot.pie[by] + amount);
    pot.total = fitting(pot.total + amount);
    move(by, addresses().pot, fitting(pot.chi * amount));
    note(addresses().pot, by, "join(uint256)", {amount});
}

void Maker::pot_exit(const Address& by, const Int& amount) {
    pot.pie[by] = fitting(pot.pie[by] - amount);
    pot.total = fitting(pot.total - amount);
    move(addresses().pot, by, fitting(pot.chi * amount));
    note(addresses().pot, by, "exit(uint256)", {amount});
}

void Maker::file_dsr(const Int& dsr) {
    require(pot_live && pot.rho == now);
    pot.dsr = dsr;
    note(addresses().pot, governance(), "file(bytes32,uint256)", {int_of(text_word("dsr")), dsr});
}

void Maker::dai_exit(const Address& by, const Address& usr, const Int& amount) {
    move(by, addresses().dai_join, fitting(amount * ray()));
    dai_supply[usr] += amount;
    book.emit<events::Transfer>(addresses().dai, Address{}, usr, amount);
    note(addresses().dai_join, by, "exit(address,uint256)", {int_of(usr), amount});
}

void Maker::dai_join(const Address& by, const Address& usr, const Int& amount) {
    move(addresses().dai_join, usr, fitting(amount * ray()));
    dai_supply[by] = fitting(dai_supply[by] - amount);
    book.emit<events::Transfer>(addresses().dai, by, Address{}, amount);
    note(addresses().dai_join, by, "join(address,uint256)", {int_of(usr), amount});
}

void Maker::vow_file(std::string_view what, const Int& data) {
    Int& field = what == "wait"   ? vow.wait
                 : what == "sump" ? vow.sump
                 : what == "bump" ? vow.bump
                                  : vow.hump;
    field = data;
    if (vow.noted) {
        note(
            addresses().vow, governance(), "file(bytes32,uint256)", {int_of(text_word(what)), data}
        );
    }
}

void Maker::fess(const Int& tab) {
    vow.sin[now] += tab;
    vow.total_sin = fitting(vow.total_sin + tab);
    if (vow.noted) {
        note(addresses().vow, addresses().dog, "fess(uint256)", {tab});
    }
}

void Maker::vow_flog(const Address& by, const Int& era) {
    require(era + vow.wait <= now);
    vow.total_sin = fitting(vow.total_sin - vow.sin[era]);
    vow.sin[era] = 0;
    if (vow.noted) {
        note(addresses().vow, by, "flog(uint256)", {era});
    }
}

void Maker::vow_heal(const Address& by, const Int& amount) {
    const Address& self = addresses().vow;
    require(amount <= vat.dai[self]);
    require(amount <= fitting(fitting(vat.sin[self] - vow.total_sin) - vow.ash));
    heal(self, amount);
    if (vow.noted) {
        note(self, by, "heal(uint256)", {amount});
    }
}

void Maker::vow_kiss(const Address& by, const Int& amount) {
    const Address& self = addresses().vow;
    require(amount <= vow.ash && amount <= vat.dai[self]);
    vow.ash = fitting(vow.ash - amount);
    heal(self, amount);
    if (vow.noted) {
        note(self, by, "kiss(uint256)", {amount});
    }
}

void Maker::vow_flop(const Address& by) {
    const Address& self = addresses().vow;
    require(vow.sump <= fitting(fitting(vat.sin[self] - vow.total_sin) - vow.ash));
    require(vat.dai[self] == 0);
    vow.ash = fitting(vow.ash + vow.sump);
    if (vow.noted) {
        note(self, by, "flop()", {});
    }
}

void Maker::vow_flap(const Address& by) {
    const Address& self = addresses().vow;
    require(vat.dai[self] >= vat.sin[self] + vow.bump + vow.hump);
    require(fitting(fitting(vat.sin[self] - vow.total_sin) - vow.ash) == 0);
    move(self, address_of("flapper"), vow.bump);
    if (vow.noted) {
        note(self, by, "flap()", {});
    }
}

/// End.cage(): Vat, Dog, Vow, Spotter, Pot in its order.
void Maker::cage() {
    require(vat.live);
    const Addresses& all = addresses();
    cage_vat();
    dog_live = false;
    book.emit<events::Cage>(all.dog);
    vow_live = false;
    vow.total_sin = 0;
    vow.ash = 0;
    // Flapper.cage() gives back what it holds.
    const Address flapper = address_of("flapper");
    const Int held = vat.dai[flapper];
    move(flapper, all.vow, held);
    note(flapper, all.vow, "cage(uint256)", {held});
    note(address_of("flopper"), all.vow, "cage()", {});
    heal(all.vow, Int(std::min(vat.dai[all.vow], vat.sin[all.vow])));
    if (vow.noted) {
        note(all.vow, all.end, "cage()", {});
    }
    spotter_live = false;
    note(all.spotter, all.end, "cage()", {});
    pot_live = false;
    pot.dsr = ray();
    note(all.pot, all.end, "cage()", {});
    book.emit<events::Cage>(all.end);
}

}  // namespace faultline::maker_model
