// SPDX-License-Identifier: Apache-2.0
#include "property/maker_model/maker.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>

#include <cstddef>
#include <string_view>
#include <utility>

namespace faultline::maker_model {
namespace {

using tests::address_of;
using tests::fitting;
using tests::fitting_signed;
using tests::hash_of;
using tests::int_of;
using tests::power;
using tests::require;
using tests::ten_to;
using tests::text_word;
using tests::Words;

constexpr std::size_t kNotedBytes = 224;

}  // namespace

Int wad() {
    return ten_to(18);
}

Int ray() {
    return ten_to(27);
}

Int rad() {
    return ten_to(45);
}

Int rpow(Int x, Int n, const Int& base) {
    if (x == 0) {
        return n == 0 ? base : Int(0);
    }
    Int z = n % 2 == 0 ? base : x;
    const Int half = base / 2;
    for (n /= 2; n != 0; n /= 2) {
        x = fitting(fitting(x * x) + half) / base;
        if (n % 2 != 0) {
            z = fitting(fitting(z * x) + half) / base;
        }
    }
    return z;
}

const Addresses& addresses() {
    static const Addresses all{
        .vat = address_of("vat"),
        .jug = address_of("jug"),
        .spotter = address_of("spotter"),
        .dog = address_of("dog"),
        .vow = address_of("vow"),
        .pot = address_of("pot"),
        .dai = address_of("dai"),
        .dai_join = address_of("dai join"),
        .end = address_of("end"),
        .esm = address_of("esm"),
    };
    return all;
}

Int Maker::argument(const Address& address, bool dirty) {
    const Int clean = int_of(address);
    return dirty && notes_ % 5 == 0 ? clean + (power(2, 160) * (notes_ + 1)) : clean;
}

Bytes Maker::noted_data(std::string_view signature, const Words& arguments) {
    Bytes call = tests::call_data(signature, arguments);
    ++notes_;
    if (notes_ % 7 == 0 && call.size() < kNotedBytes) {
        call.push_back(0xfe);  // Nobody forbids more calldata than the arguments.
    }
    call.resize(kNotedBytes);
    Bytes out = tests::encoded({32, kNotedBytes});
    out.insert(out.end(), call.begin(), call.end());
    return out;
}

void Maker::vat_note(std::string_view signature, const Words& arguments) {
    Bytes data = noted_data(signature, arguments);
    // The topics are what calldata has there, be it behind the arguments.
    const BytesView call = BytesView(data).subspan(64);
    Hash32 selector;
    std::ranges::copy(call.first(4), selector.bytes.begin());
    const auto word = [&](std::size_t at) {
        return Hash32::from_bytes(call.subspan(4 + (32 * at), 32));
    };
    book.write(addresses().vat, {selector, word(0), word(1), word(2)}, std::move(data));
}

void Maker::note(
    const Address& by, const Address& caller, std::string_view signature, const Words& arguments
) {
    Bytes data = noted_data(signature, arguments);
    const BytesView call = BytesView(data).subspan(64);
    Hash32 selector;
    std::ranges::copy(call.first(4), selector.bytes.begin());
    const auto word = [&](std::size_t at) {
        return Hash32::from_bytes(call.subspan(4 + (32 * at), 32));
    };
    book.write(by, {selector, hash_of(int_of(caller)), word(0), word(1)}, std::move(data));
}

void Maker::init(const Ilk& ilk) {
    require(vat.ilks[ilk].rate == 0);
    vat.ilks[ilk].rate = ray();
    vat_note("init(bytes32)", {int_of(ilk)});
}

void Maker::file_line(const Int& line) {
    require(vat.live);
    vat.line = line;
    vat_note("file(bytes32,uint256)", {int_of(text_word("Line")), line});
}

void Maker::file_vat(const Ilk& ilk, std::string_view what, const Int& data) {
    require(vat.live);
    VatIlk& of = vat.ilks[ilk];
    Int& field = what == "spot" ? of.spot : what == "line" ? of.line : of.dust;
    field = data;
    vat_note("file(bytes32,bytes32,uint256)", {int_of(ilk), int_of(text_word(what)), data});
}

void Maker::slip(const Ilk& ilk, const Address& usr, const Int& amount) {
    Int& gem = vat.gem[{ilk, usr}];
    gem = fitting(gem + amount);
    vat_note("slip(bytes32,address,int256)", {int_of(ilk), int_of(usr), amount});
}

void Maker::flux(
    const Ilk& ilk, const Address& src, const Address& dst, const Int& amount, bool dirty
) {
    Int& from = vat.gem[{ilk, src}];
    from = fitting(from - amount);
    Int& to = vat.gem[{ilk, dst}];
    to = fitting(to + amount);
    vat_note(
        "flux(bytes32,address,address,uint256)",
        {int_of(ilk), argument(src, dirty), argument(dst, dirty), amount}
    );
}

void Maker::move(const Address& src, const Address& dst, const Int& amount, bool dirty) {
    Int& from = vat.dai[src];
    from = fitting(from - amount);
    Int& to = vat.dai[dst];
    to = fitting(to + amount);
    vat_note("move(address,address,uint256)", {argument(src, dirty), argument(dst, dirty), amount});
}

void Maker::frob(
    const Ilk& i,
    const Address& u,
    const Address& v,
    const Address& w,
    const Int& dink,
    const Int& dart
) {
    require(vat.live);
    Urn urn = vat.urns[{i, u}];
    VatIlk ilk = vat.ilks[i];
    require(ilk.rate != 0);
    urn.ink = fitting(urn.ink + dink);
    urn.art = fitting(urn.art + dart);
    ilk.total_art = fitting(ilk.total_art + dart);
    const Int dtab = fitting_signed(ilk.rate * dart);
    const Int tab = fitting(ilk.rate * urn.art);
    vat.debt = fitting(vat.debt + dtab);
    require(dart <= 0 || (fitting(ilk.total_art * ilk.rate) <= ilk.line && vat.debt <= vat.line));
    require((dart <= 0 && dink >= 0) || tab <= fitting(urn.ink * ilk.spot));
    require(urn.art == 0 || tab >= ilk.dust);
    Int& gem = vat.gem[{i, v}];
    gem = fitting(gem - dink);
    Int& dai = vat.dai[w];
    dai = fitting(dai + dtab);
    vat.urns[{i, u}] = urn;
    vat.ilks[i] = ilk;
    vat_note(
        "frob(bytes32,address,address,address,int256,int256)",
        {int_of(i), argument(u, true), argument(v, true), argument(w, true), dink, dart}
    );
}

void Maker::fork(
    const Ilk& ilk, const Address& src, const Address& dst, const Int& dink, const Int& dart
) {
    Urn& u = vat.urns[{ilk, src}];
    Urn& v = vat.urns[{ilk, dst}];
    const VatIlk& i = vat.ilks[ilk];
    u.ink = fitting(u.ink - dink);
    u.art = fitting(u.art - dart);
    v.ink = fitting(v.ink + dink);
    v.art = fitting(v.art + dart);
    const Int utab = fitting(u.art * i.rate);
    const Int vtab = fitting(v.art * i.rate);
    require(utab <= fitting(u.ink * i.spot));
    require(vtab <= fitting(v.ink * i.spot));
    require(utab >= i.dust || u.art == 0);
    require(vtab >= i.dust || v.art == 0);
    vat_note(
        "fork(bytes32,address,address,int256,int256)",
        {int_of(ilk), argument(src, true), argument(dst, true), dink, dart}
    );
}

void Maker::grab(
    const Ilk& i,
    const Address& u,
    const Address& v,
    const Address& w,
    const Int& dink,
    const Int& dart
) {
    Urn& urn = vat.urns[{i, u}];
    VatIlk& ilk = vat.ilks[i];
    urn.ink = fitting(urn.ink + dink);
    urn.art = fitting(urn.art + dart);
    ilk.total_art = fitting(ilk.total_art + dart);
    const Int dtab = fitting_signed(ilk.rate * dart);
    Int& gem = vat.gem[{i, v}];
    gem = fitting(gem - dink);
    Int& sin = vat.sin[w];
    sin = fitting(sin - dtab);
    vat.vice = fitting(vat.vice - dtab);
    vat_note(
        "grab(bytes32,address,address,address,int256,int256)",
        {int_of(i), int_of(u), int_of(v), int_of(w), dink, dart}
    );
}

void Maker::heal(const Address& caller, const Int& amount) {
    Int& sin = vat.sin[caller];
    sin = fitting(sin - amount);
    Int& dai = vat.dai[caller];
    dai = fitting(dai - amount);
    vat.vice = fitting(vat.vice - amount);
    vat.debt = fitting(vat.debt - amount);
    vat_note("heal(uint256)", {amount});
}

void Maker::suck(const Address& u, const Address& v, const Int& amount) {
    Int& sin = vat.sin[u];
    sin = fitting(sin + amount);
    Int& dai = vat.dai[v];
    dai = fitting(dai + amount);
    vat.vice = fitting(vat.vice + amount);
    vat.debt = fitting(vat.debt + amount);
    vat_note("suck(address,address,uint256)", {int_of(u), int_of(v), amount});
}

void Maker::fold(const Ilk& ilk, const Address& u, const Int& rate) {
    require(vat.live);
    VatIlk& of = vat.ilks[ilk];
    of.rate = fitting(of.rate + rate);
    const Int more = fitting_signed(of.total_art * rate);
    Int& dai = vat.dai[u];
    dai = fitting(dai + more);
    vat.debt = fitting(vat.debt + more);
    vat_note("fold(bytes32,address,int256)", {int_of(ilk), int_of(u), rate});
}

void Maker::cage_vat() {
    vat.live = false;
    vat_note("cage()", {});
}

bool Maker::is_unsafe(const Ilk& ilk, const Address& urn) const {
    const auto of = vat.ilks.find(ilk);
    const auto position = vat.urns.find({ilk, urn});
    if (of == vat.ilks.end() || position == vat.urns.end()) {
        return false;
    }
    const VatIlk& at = of->second;
    return at.spot > 0 && position->second.ink * at.spot < position->second.art * at.rate;
}

}  // namespace faultline::maker_model
