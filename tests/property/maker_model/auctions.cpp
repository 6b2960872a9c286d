// SPDX-License-Identifier: Apache-2.0
// Dog, Clipper and Abaci.
#include "property/maker_model/contract_events.hpp"
#include "property/maker_model/maker.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace faultline::maker_model {
namespace {

using tests::address_of;
using tests::fitting;
using tests::int_of;
using tests::power;
using tests::require;
using tests::ten_to;
using tests::text_word;

Int wmul(const Int& x, const Int& y) {
    return fitting(x * y) / wad();
}

Int rmul(const Int& x, const Int& y) {
    return fitting(x * y) / ray();
}

Int rdiv(const Int& x, const Int& y) {
    require(y != 0);
    return fitting(x * ray()) / y;
}

}  // namespace

void Maker::dog_file(std::string_view what, const Int& data) {
    require(what == "Hole");
    hole = data;
    book.emit<events::FileNumber>(addresses().dog, text_word(what), data);
}

void Maker::dog_file(const Ilk& ilk, std::string_view what, const Int& data) {
    if (what == "chop") {
        require(data >= wad());
        dog[ilk].chop = data;
    } else {
        dog[ilk].hole = data;
    }
    book.emit<events::FileIlkNumber>(addresses().dog, ilk, text_word(what), data);
}

void Maker::dog_file_clip(const Ilk& ilk, const Address& clip) {
    require(clips.at(clip).ilk == ilk);
    dog[ilk].clip = clip;
    book.emit<events::FileIlkClip>(addresses().dog, ilk, text_word("clip"), clip);
}

void Maker::bark(const Ilk& ilk, const Address& urn, const Address& keeper) {
    require(dog_live);
    const Urn position = vat.urns[{ilk, urn}];
    const VatIlk of = vat.ilks[ilk];
    DogIlk& milk = dog[ilk];
    require(of.spot > 0);
    require(fitting(position.ink * of.spot) < fitting(position.art * of.rate));
    require(hole > dirt && milk.hole > milk.dirt && milk.chop != 0);
    const Int room = std::min(Int(hole - dirt), Int(milk.hole - milk.dirt));
    Int dart = std::min(position.art, Int(fitting(room * wad()) / of.rate / milk.chop));
    if (position.art > dart) {
        if (fitting((position.art - dart) * of.rate) < of.dust) {
            dart = position.art;
        } else {
            require(fitting(dart * of.rate) >= of.dust);
        }
    }
    const Int dink = fitting(position.ink * dart) / position.art;
    require(dink > 0);
    grab(ilk, urn, milk.clip, addresses().vow, -dink, -dart);
    const Int due = fitting(dart * of.rate);
    fess(due);
    const Int tab = fitting(due * milk.chop) / wad();
    dirt = fitting(dirt + tab);
    milk.dirt = fitting(milk.dirt + tab);
    kick(milk.clip, tab, dink, urn, keeper);
    book.emit<events::Bark>(
        addresses().dog, ilk, urn, dink, dart, due, milk.clip, clips.at(milk.clip).kicks
    );
}

void Maker::digs(const Ilk& ilk, const Int& amount) {
    dirt = fitting(dirt - amount);
    dog[ilk].dirt = fitting(dog[ilk].dirt - amount);
    book.emit<events::Digs>(addresses().dog, ilk, amount);
}

void Maker::make_clip(const Address& at, const Ilk& ilk) {
    Clipper clip;
    clip.ilk = ilk;
    clip.born = now;
    clip.buf = ray();
    clips[at] = clip;
    book.emit<events::Rely>(at, address_of("deployer"));
}

void Maker::clip_file(const Address& at, std::string_view what, const Int& data) {
    Clipper& clip = clips.at(at);
    if (what == "buf") {
        clip.buf = data;
    } else if (what == "tail") {
        clip.tail = data;
    } else if (what == "cusp") {
        clip.cusp = data;
    } else if (what == "chip") {
        clip.chip = data % power(2, 64);
    } else if (what == "tip") {
        clip.tip = data % power(2, 192);
    } else {
        clip.stopped = data;
    }
    book.emit<events::FileNumber>(at, text_word(what), data);
}

void Maker::clip_file_calc(const Address& at, const Address& calc) {
    clips.at(at).calc = calc;
    book.emit<events::FileAddress>(at, text_word("calc"), calc);
}

void Maker::make_calc(const Address& at, Curve curve) {
    calcs[at] = {.curve = curve, .tau = 0, .cut = 0, .step = 0, .born = now};
    book.emit<events::Rely>(at, address_of("deployer"));
}

void Maker::calc_file(const Address& at, std::string_view what, const Int& data) {
    Calc& calc = calcs.at(at);
    if (what == "tau") {
        require(calc.curve == Curve::kLinear);
        calc.tau = data;
    } else if (what == "cut") {
        require(calc.curve != Curve::kLinear && data <= ray());
        calc.cut = data;
    } else {
        require(calc.curve == Curve::kStairstep);
        calc.step = data;
    }
    book.emit<events::FileNumber>(at, text_word(what), data);
}

Int Maker::price(const Calc& calc, const Int& top, const Int& duration) const {
    switch (calc.curve) {
        case Curve::kLinear:
            if (duration >= calc.tau) {
                return 0;
            }
            return rmul(top, fitting((calc.tau - duration) * ray()) / calc.tau);
        case Curve::kStairstep:
            require(calc.step != 0);
            return rmul(top, rpow(calc.cut, duration / calc.step, ray()));
        case Curve::kExponential:
            break;
    }
    return rmul(top, rpow(calc.cut, duration, ray()));
}

Maker::Status Maker::status(const Clipper& clip, const Int& tic, const Int& top) const {
    require(calcs.contains(clip.calc));
    const Int running = fitting(Int(now) - tic);
    const Int at = price(calcs.at(clip.calc), top, running);
    return {.done = running > clip.tail || rdiv(at, top) < clip.cusp, .price = at};
}

Int Maker::feed_price(const Ilk& ilk) const {
    const auto of = spotter.find(ilk);
    require(of != spotter.end() && pips.contains(of->second.pip));
    const Pip& pip = pips.at(of->second.pip);
    require(pip.has);
    return rdiv(fitting(pip.val * ten_to(9)), par);
}

void Maker::kick(
    const Address& at, const Int& tab, const Int& lot, const Address& usr, const Address& keeper
) {
    require(clips.contains(at));
    Clipper& clip = clips.at(at);
    require(clip.stopped < 1);
    require(tab > 0 && lot > 0 && !usr.is_zero());
    const Int id = ++clip.kicks;
    clip.active.push_back(id);
    const Int top = rmul(feed_price(clip.ilk), clip.buf);
    require(top > 0);
    clip.sales[id] = {
        .pos = clip.active.size() - 1, .tab = tab, .lot = lot, .usr = usr, .tic = now, .top = top
    };
    Int coin;
    if (clip.tip > 0 || clip.chip > 0) {
        coin = fitting(clip.tip + wmul(tab, clip.chip));
        suck(addresses().vow, keeper, coin);
    }
    book.emit<events::Kick>(at, id, top, tab, lot, usr, keeper, coin);
}

void Maker::redo(const Address& at, const Int& id, const Address& keeper) {
    Clipper& clip = clips.at(at);
    require(clip.stopped < 2 && clip.sales.contains(id));
    Sale& sale = clip.sales.at(id);
    require(status(clip, sale.tic, sale.top).done);
    sale.tic = now;
    const Int feed = feed_price(clip.ilk);
    const Int top = rmul(feed, clip.buf);
    require(top > 0);
    sale.top = top;
    Int coin;
    if (clip.tip > 0 || clip.chip > 0) {
        if (sale.tab >= clip.chost && fitting(sale.lot * feed) >= clip.chost) {
            coin = fitting(clip.tip + wmul(sale.tab, clip.chip));
            suck(addresses().vow, keeper, coin);
        }
    }
    book.emit<events::Redo>(at, id, top, sale.tab, sale.lot, sale.usr, keeper, coin);
}

void Maker::take(
    const Address& at,
    const Int& id,
    const Int& amount,
    const Int& max,
    const Address& who,
    const Address& by
) {
    Clipper& clip = clips.at(at);
    require(clip.stopped < 3 && clip.sales.contains(id));
    const Sale sale = clip.sales.at(id);
    const Status now_is = status(clip, sale.tic, sale.top);
    require(!now_is.done && max >= now_is.price);
    Int slice = std::min(sale.lot, amount);
    Int owe = fitting(slice * now_is.price);
    if (owe > sale.tab) {
        owe = sale.tab;
        slice = owe / now_is.price;
    } else if (owe < sale.tab && slice < sale.lot && sale.tab - owe < clip.chost) {
        require(sale.tab > clip.chost);
        owe = sale.tab - clip.chost;
        require(now_is.price != 0);
        slice = owe / now_is.price;
    }
    const Int tab = sale.tab - owe;
    const Int lot = sale.lot - slice;
    flux(clip.ilk, at, who, slice);
    move(by, addresses().vow, owe);
    digs(clip.ilk, lot == 0 ? Int(tab + owe) : owe);
    if (lot == 0) {
        remove(clip, id);
    } else if (tab == 0) {
        flux(clip.ilk, at, sale.usr, lot);
        remove(clip, id);
    } else {
        clip.sales.at(id).tab = tab;
        clip.sales.at(id).lot = lot;
    }
    book.emit<events::Take>(at, id, max, now_is.price, owe, tab, lot, sale.usr);
}

void Maker::remove(Clipper& clip, const Int& id) {
    const Int moved = clip.active.back();
    if (id != moved) {
        const Int place = clip.sales.at(id).pos;
        clip.active.at(static_cast<std::size_t>(place)) = moved;
        clip.sales.at(moved).pos = place;
    }
    clip.active.pop_back();
    clip.sales.erase(id);
}

void Maker::yank(const Address& at, const Int& id, const Address& by) {
    Clipper& clip = clips.at(at);
    require(clip.sales.contains(id));
    digs(clip.ilk, clip.sales.at(id).tab);
    flux(clip.ilk, at, by, clip.sales.at(id).lot);
    remove(clip, id);
    book.emit<events::Yank>(at, id);
}

/// Nothing is logged.
void Maker::upchost(const Address& at) {
    Clipper& clip = clips.at(at);
    clip.chost = wmul(vat.ilks[clip.ilk].dust, dog[clip.ilk].chop);
}

}  // namespace faultline::maker_model
