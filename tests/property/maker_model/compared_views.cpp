// SPDX-License-Identifier: Apache-2.0
// The views that are held against ours.
#include "property/maker_model/contract_views.hpp"
#include "property/maker_model/maker.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::maker_model {
namespace {

using tests::int_of;
using tests::view;
using tests::ViewCall;

/// The label with the contract before it, as many have views of the same name.
void add(
    std::vector<ViewCall>& out,
    std::string_view contract,
    const Address& to,
    std::string_view signature,
    const tests::Words& arguments = {},
    bool optional = false
) {
    ViewCall call = view(to, signature, arguments, optional);
    call.label = std::string(contract) + "." + call.label;
    out.push_back(std::move(call));
}

void add_ilk_calls(std::vector<ViewCall>& out, const Maker& maker, const std::vector<Ilk>& ilks) {
    const Addresses& all = addresses();
    for (const Ilk& ilk : ilks) {
        const Int which = int_of(ilk);
        add(out, "vat", all.vat, "ilks(bytes32)", {which});
        // Anybody may have the Jug drip what is no ilk.
        const bool is_none = !maker.vat.ilks.contains(ilk);
        add(out, "jug", all.jug, "ilks(bytes32)", {which}, is_none);
        add(out, "spotter", all.spotter, "ilks(bytes32)", {which});
        add(out, "dog", all.dog, "ilks(bytes32)", {which});
        add(out, "dog", all.dog, "chop(bytes32)", {which}, true);
    }
}

void add_account_calls(
    std::vector<ViewCall>& out,
    tests::Chance& chance,
    const std::vector<Ilk>& ilks,
    const std::vector<Address>& accounts
) {
    const Addresses& all = addresses();
    for (const Address& account : accounts) {
        const Int who = int_of(account);
        add(out, "vat", all.vat, "dai(address)", {who});
        add(out, "vat", all.vat, "sin(address)", {who});
        add(out, "pot", all.pot, "pie(address)", {who});
        for (const Ilk& ilk : ilks) {
            if (!chance.one_in(3)) {
                add(out, "vat", all.vat, "urns(bytes32,address)", {int_of(ilk), who});
                add(out, "vat", all.vat, "gem(bytes32,address)", {int_of(ilk), who});
            }
        }
    }
}

void add_clip_calls(
    std::vector<ViewCall>& out, tests::Chance& chance, const Address& at, const Clipper& clip
) {
    for (const std::string_view signature :
         {"buf()",
          "tail()",
          "cusp()",
          "chip()",
          "tip()",
          "calc()",
          "kicks()",
          "stopped()",
          "count()",
          "list()"}) {
        add(out, "clip", at, signature);
    }
    add(out, "clip", at, "chost()", {}, true);
    add(out, "clip", at, "ilk()", {}, true);
    for (Int id = 1; id <= clip.kicks; ++id) {
        if (clip.sales.contains(id) || chance.one_in(5)) {
            add(out, "clip", at, "sales(uint256)", {id});
            add(out, "clip", at, "getStatus(uint256)", {id}, !clip.sales.contains(id));
        }
    }
    add(out, "clip", at, "sales(uint256)", {clip.kicks + 1});
}

void add_singleton_calls(std::vector<ViewCall>& out, const Maker& maker) {
    const Addresses& all = addresses();
    for (const std::string_view signature : {"debt()", "vice()", "Line()", "live()"}) {
        add(out, "vat", all.vat, signature);
    }
    add(out, "jug", all.jug, "base()");
    add(out, "spotter", all.spotter, "par()");
    add(out, "spotter", all.spotter, "live()", {}, true);
    for (const std::string_view signature : {"Pie()", "chi()", "dsr()"}) {
        add(out, "pot", all.pot, signature);
    }
    add(out, "pot", all.pot, "rho()", {}, !maker.pot.dripped);
    add(out, "pot", all.pot, "live()", {}, true);
    for (const std::string_view signature : {"Hole()", "Dirt()", "live()"}) {
        add(out, "dog", all.dog, signature);
    }
    for (const std::string_view signature :
         {"Sin()", "Ash()", "wait()", "sump()", "bump()", "hump()"}) {
        add(out, maker.vow.noted ? "vow" : "silent vow", all.vow, signature, {}, true);
    }
    for (const auto& [era, tab] : maker.vow.sin) {
        add(out, maker.vow.noted ? "vow" : "silent vow", all.vow, "sin(uint256)", {era}, true);
    }
    add(out, "dai", all.dai, "totalSupply()", {}, true);
}

}  // namespace

std::vector<ViewCall> contract_views(
    tests::Chance& chance,
    const Maker& maker,
    const std::vector<Ilk>& ilks,
    const std::vector<Address>& accounts
) {
    std::vector<ViewCall> out;
    add_singleton_calls(out, maker);
    add_ilk_calls(out, maker, ilks);
    add_account_calls(out, chance, ilks, accounts);
    for (const auto& [at, clip] : maker.clips) {
        // One that the Dog never named is nobody's; no view tells of one that it names no more.
        const auto of = maker.dog.find(clip.ilk);
        const bool named = of != maker.dog.end() && of->second.clip == at;
        if (clip.kicks > 0 || named) {
            const auto calc = maker.calcs.find(clip.calc);
            const bool young = clip.born == maker.now ||
                               (calc != maker.calcs.end() && calc->second.born == maker.now);
            const std::size_t first = out.size();
            add_clip_calls(out, chance, at, clip);
            for (std::size_t i = first; i < out.size(); ++i) {
                out[i].late = young || !named;
            }
        }
    }
    return out;
}

}  // namespace faultline::maker_model
