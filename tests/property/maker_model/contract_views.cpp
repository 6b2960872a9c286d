// SPDX-License-Identifier: Apache-2.0
#include "property/maker_model/contract_views.hpp"

#include "property/maker_model/maker.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>

#include <map>
#include <optional>
#include <string_view>

namespace faultline::maker_model {
namespace {

using tests::Arguments;
using tests::as_int;
using tests::int_of;
using tests::require;
using tests::ViewTable;
using tests::Words;

using MakerTable = ViewTable<Maker>;

/// Mappings answer for everything: zero where nothing is.
template <class Key, class Value>
Value held(const std::map<Key, Value>& map, const Key& key) {
    const auto at = map.find(key);
    return at == map.end() ? Value{} : at->second;
}

MakerTable make_vat() {
    MakerTable out;
    out.add("ilks(bytes32)", [](const Maker& of, const Arguments& call) {
        const VatIlk ilk = held(of.vat.ilks, call.hash(0));
        return Words{ilk.total_art, ilk.rate, ilk.spot, ilk.line, ilk.dust};
    });
    out.add("urns(bytes32,address)", [](const Maker& of, const Arguments& call) {
        const Urn urn = held(of.vat.urns, {call.hash(0), call.address(1)});
        return Words{urn.ink, urn.art};
    });
    out.add("gem(bytes32,address)", [](const Maker& of, const Arguments& call) {
        return Words{held(of.vat.gem, {call.hash(0), call.address(1)})};
    });
    out.add("dai(address)", [](const Maker& of, const Arguments& call) {
        return Words{held(of.vat.dai, call.address(0))};
    });
    out.add("sin(address)", [](const Maker& of, const Arguments& call) {
        return Words{held(of.vat.sin, call.address(0))};
    });
    out.add("debt()", [](const Maker& of, const Arguments&) { return Words{of.vat.debt}; });
    out.add("vice()", [](const Maker& of, const Arguments&) { return Words{of.vat.vice}; });
    out.add("Line()", [](const Maker& of, const Arguments&) { return Words{of.vat.line}; });
    out.add("live()", [](const Maker& of, const Arguments&) { return Words{of.vat.live ? 1 : 0}; });
    return out;
}

MakerTable make_jug() {
    MakerTable out;
    out.add("ilks(bytes32)", [](const Maker& of, const Arguments& call) {
        const JugIlk ilk = held(of.jug, call.hash(0));
        return Words{ilk.duty, ilk.rho};
    });
    out.add("base()", [](const Maker& of, const Arguments&) { return Words{of.base}; });
    out.add("vow()", [](const Maker&, const Arguments&) { return Words{int_of(addresses().vow)}; });
    out.add("vat()", [](const Maker&, const Arguments&) { return Words{int_of(addresses().vat)}; });
    return out;
}

MakerTable make_spotter() {
    MakerTable out;
    out.add("ilks(bytes32)", [](const Maker& of, const Arguments& call) {
        const SpotIlk ilk = held(of.spotter, call.hash(0));
        return Words{int_of(ilk.pip), ilk.mat};
    });
    out.add("par()", [](const Maker& of, const Arguments&) { return Words{of.par}; });
    out.add("live()", [](const Maker& of, const Arguments&) {
        return Words{of.spotter_live ? 1 : 0};
    });
    return out;
}

MakerTable make_pot() {
    MakerTable out;
    out.add("pie(address)", [](const Maker& of, const Arguments& call) {
        return Words{held(of.pot.pie, call.address(0))};
    });
    out.add("Pie()", [](const Maker& of, const Arguments&) { return Words{of.pot.total}; });
    out.add("chi()", [](const Maker& of, const Arguments&) { return Words{of.pot.chi}; });
    out.add("rho()", [](const Maker& of, const Arguments&) { return Words{of.pot.rho}; });
    out.add("dsr()", [](const Maker& of, const Arguments&) { return Words{of.pot.dsr}; });
    out.add("live()", [](const Maker& of, const Arguments&) { return Words{of.pot_live ? 1 : 0}; });
    return out;
}

MakerTable make_vow() {
    MakerTable out;
    out.add("sin(uint256)", [](const Maker& of, const Arguments& call) {
        return Words{held(of.vow.sin, call.number(0))};
    });
    out.add("Sin()", [](const Maker& of, const Arguments&) { return Words{of.vow.total_sin}; });
    out.add("Ash()", [](const Maker& of, const Arguments&) { return Words{of.vow.ash}; });
    out.add("wait()", [](const Maker& of, const Arguments&) { return Words{of.vow.wait}; });
    out.add("dump()", [](const Maker&, const Arguments&) { return Words{0}; });
    out.add("sump()", [](const Maker& of, const Arguments&) { return Words{of.vow.sump}; });
    out.add("bump()", [](const Maker& of, const Arguments&) { return Words{of.vow.bump}; });
    out.add("hump()", [](const Maker& of, const Arguments&) { return Words{of.vow.hump}; });
    out.add("live()", [](const Maker& of, const Arguments&) { return Words{of.vow_live ? 1 : 0}; });
    return out;
}

MakerTable make_dog() {
    MakerTable out;
    out.add("ilks(bytes32)", [](const Maker& of, const Arguments& call) {
        const DogIlk ilk = held(of.dog, call.hash(0));
        return Words{int_of(ilk.clip), ilk.chop, ilk.hole, ilk.dirt};
    });
    out.add("chop(bytes32)", [](const Maker& of, const Arguments& call) {
        return Words{held(of.dog, call.hash(0)).chop};
    });
    out.add("Hole()", [](const Maker& of, const Arguments&) { return Words{of.hole}; });
    out.add("Dirt()", [](const Maker& of, const Arguments&) { return Words{of.dirt}; });
    out.add("live()", [](const Maker& of, const Arguments&) { return Words{of.dog_live ? 1 : 0}; });
    out.add("vow()", [](const Maker&, const Arguments&) { return Words{int_of(addresses().vow)}; });
    return out;
}

MakerTable make_dai() {
    MakerTable out;
    out.add("totalSupply()", [](const Maker& of, const Arguments&) {
        Int sum = 0;
        for (const auto& [holder, amount] : of.dai_supply) {
            sum += amount;
        }
        return Words{sum};
    });
    out.add("balanceOf(address)", [](const Maker& of, const Arguments& call) {
        return Words{held(of.dai_supply, call.address(0))};
    });
    return out;
}

struct ClipSeen {
    const Maker& maker;
    const Clipper& clip;
};

using ClipTable = ViewTable<ClipSeen>;

template <class Member>
void add_clip(ClipTable& table, std::string_view signature, Member Clipper::* member) {
    table.add(signature, [member](const ClipSeen& of, const Arguments&) {
        return Words{as_int(of.clip.*member)};
    });
}

const ClipTable& clip_table() {
    static const ClipTable table = [] {
        ClipTable out;
        add_clip(out, "ilk()", &Clipper::ilk);
        add_clip(out, "calc()", &Clipper::calc);
        add_clip(out, "buf()", &Clipper::buf);
        add_clip(out, "tail()", &Clipper::tail);
        add_clip(out, "cusp()", &Clipper::cusp);
        add_clip(out, "chip()", &Clipper::chip);
        add_clip(out, "tip()", &Clipper::tip);
        add_clip(out, "chost()", &Clipper::chost);
        add_clip(out, "kicks()", &Clipper::kicks);
        add_clip(out, "stopped()", &Clipper::stopped);
        out.add("count()", [](const ClipSeen& of, const Arguments&) {
            return Words{of.clip.active.size()};
        });
        out.add("list()", [](const ClipSeen& of, const Arguments&) {
            Words words{32, of.clip.active.size()};
            words.insert(words.end(), of.clip.active.begin(), of.clip.active.end());
            return words;
        });
        out.add("sales(uint256)", [](const ClipSeen& of, const Arguments& call) {
            const Sale sale = held(of.clip.sales, call.number(0));
            return Words{sale.pos, sale.tab, sale.lot, int_of(sale.usr), sale.tic, sale.top};
        });
        out.add("getStatus(uint256)", [](const ClipSeen& of, const Arguments& call) {
            const Sale sale = held(of.clip.sales, call.number(0));
            const auto status = of.maker.status(of.clip, sale.tic, sale.top);
            const bool redo = !sale.usr.is_zero() && status.done;
            return Words{redo ? 1 : 0, status.price, sale.lot, sale.tab};
        });
        return out;
    }();
    return table;
}

const ViewTable<Calc>& calc_table() {
    static const ViewTable<Calc> table = [] {
        ViewTable<Calc> out;
        out.add("tau()", [](const Calc& of, const Arguments&) {
            require(of.curve == Curve::kLinear);
            return Words{of.tau};
        });
        out.add("cut()", [](const Calc& of, const Arguments&) {
            require(of.curve != Curve::kLinear);
            return Words{of.cut};
        });
        out.add("step()", [](const Calc& of, const Arguments&) {
            require(of.curve == Curve::kStairstep);
            return Words{of.step};
        });
        return out;
    }();
    return table;
}

const std::map<Address, MakerTable>& singletons() {
    static const std::map<Address, MakerTable> all{
        {addresses().vat, make_vat()},
        {addresses().jug, make_jug()},
        {addresses().spotter, make_spotter()},
        {addresses().pot, make_pot()},
        {addresses().vow, make_vow()},
        {addresses().dog, make_dog()},
        {addresses().dai, make_dai()},
    };
    return all;
}

}  // namespace

std::optional<eth::ReadAnswer> contract_answer(const Maker& maker, const eth::Read& read) {
    if (const auto at = singletons().find(read.to); at != singletons().end()) {
        return at->second.answer(maker, read);
    }
    if (const auto at = maker.clips.find(read.to); at != maker.clips.end()) {
        return clip_table().answer({.maker = maker, .clip = at->second}, read);
    }
    if (const auto at = maker.calcs.find(read.to); at != maker.calcs.end()) {
        // What another curve does not have, it does not answer.
        auto answer = calc_table().answer(at->second, read);
        return answer ? answer
                      : eth::ReadAnswer{
                            .read = read, .outcome = eth::ReadOutcome::kReverted, .result = {}
                        };
    }
    if (const auto at = maker.pips.find(read.to); at != maker.pips.end()) {
        // An OSM with the Spotter on its list, or one with nobody.
        const bool told = at->first.bytes[0] % 2 == 0 && read.from == addresses().spotter;
        return eth::ReadAnswer{
            .read = read,
            .outcome = eth::outcome_of(!told),
            .result = told ? tests::encoded({at->second.val, at->second.has ? 1 : 0}) : Bytes{}
        };
    }
    return std::nullopt;
}

}  // namespace faultline::maker_model
