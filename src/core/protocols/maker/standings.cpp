// SPDX-License-Identifier: Apache-2.0
// What people have to know of as long as the rows show it.
#include "core/protocols/maker/maker_protocol.hpp"
#include "core/protocols/maker/notes.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/standing.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace faultline::maker {
namespace {

struct Standings {
    MarketId market;
    const std::string& market_name;
    std::vector<protocol::Standing> found;

    void add(
        bool alarm, const std::string& name, const std::string& more, std::uint64_t begun = 0
    ) {
        found.push_back(
            {.market = market,
             .alarm = alarm,
             .name = name,
             .text = "market \"" + market_name + "\": " + name + ": " + more,
             .begun = begun}
        );
    }
};

/// Of one ilk, at all of its clippers.
struct OpenAuctions {
    std::size_t count = 0;
    U256 tab_rad;
    std::uint64_t last_id = 0;
    std::uint64_t kicks = 0;  ///< Ever, of clippers with open auctions or without.
};

void add_cages(const Tables& tables, Standings& out) {
    const SystemRow* system = tables.systems.find({out.market});
    const VowRow* vow = tables.vows.find({out.market});
    const PotRow* pot = tables.pots.find({out.market});
    if (system != nullptr && !system->vat_live) {
        out.add(
            true, "the Vat is caged", "the system is shut down for global settlement (End.cage)"
        );
    }
    if (system != nullptr && !system->spotter_live) {
        out.add(true, "the Spotter is caged", "prices stay as they are");
    }
    if (system != nullptr && !system->dog_live) {
        out.add(true, "the Dog is caged", "nobody can be liquidated");
    }
    if (vow != nullptr && !vow->live) {
        out.add(true, "the Vow is caged", "it settles nothing any more");
    }
    if (pot != nullptr && !pot->live) {
        out.add(true, "the Pot is caged", "savings earn nothing");
    }
}

/// What it was given is news, as anybody can give dust; each gift that counts is an alarm of its
/// own when it is given.
void add_esms(const Tables& tables, Standings& out) {
    for (const ContractKey& key : tables.esms.sorted_keys()) {
        if (key.market != out.market) {
            continue;
        }
        const EsmRow* row = tables.esms.find(key);
        const std::string esm = "the ESM " + key.contract.hex();
        if (row->fired == EsmFired::kYes) {
            out.add(true, esm + " fired", "the system is shut down");
        } else if (!row->joined_wad.is_zero()) {
            out.add(
                false,
                esm + " was given tokens",
                row->joined_wad.to_string() + " wad in all towards an emergency shutdown"
            );
        }
    }
}

/// Those that an ilk goes by: of one that was replaced nobody has to know.
void add_void_pips(const Tables& tables, Standings& out) {
    std::map<Address, std::string> ilks;
    for (const IlkKey& key : tables.ilks.sorted_keys()) {
        const Address& pip = tables.ilks.find(key)->pip;
        if (key.market == out.market && !pip.is_zero()) {
            std::string& of = ilks[pip];
            of += (of.empty() ? "" : ", ") + text_of(key.ilk);
        }
    }
    for (const auto& [pip, of] : ilks) {
        const PipRow* row = tables.pips.find({.market = out.market, .contract = pip});
        if (row != nullptr && row->current_wad == U256()) {
            out.add(
                true,
                "oracle " + pip.hex() + " is void",
                "no price for " + of + ", and nobody can be liquidated there once it is poked"
            );
        }
    }
}

void add_auctions(const Tables& tables, Standings& out) {
    std::map<std::string, OpenAuctions> by_ilk;
    tables.clips.for_each_unordered([&](const ContractKey& key, const ClipRow& clip) {
        if (key.market != out.market) {
            return;
        }
        OpenAuctions& of = by_ilk[text_of(clip.ilk.value_or(Hash32()))];
        of.kicks += clip.kicks;
        for (const std::uint64_t id : clip.active) {
            const SaleRow* sale =
                tables.sales.find({.market = key.market, .clip = key.contract, .id = id});
            ++of.count;
            of.last_id = std::max(of.last_id, id);
            of.tab_rad = wrapping_add(of.tab_rad, sale != nullptr ? sale->tab_rad : U256());
        }
    });
    for (const auto& [ilk, of] : by_ilk) {
        if (of.count == 0) {
            continue;
        }
        out.add(
            false,
            "auctions of " + ilk,
            std::to_string(of.count) + " open, " + of.tab_rad.to_string() +
                " rad to raise, the newest is number " + std::to_string(of.last_id),
            of.kicks
        );
    }
}

}  // namespace

std::vector<protocol::Standing> standings_of(
    const Tables& tables, MarketId market, const MarketConfig& config
) {
    Standings out{.market = market, .market_name = config.name, .found = {}};
    add_cages(tables, out);
    add_esms(tables, out);
    add_void_pips(tables, out);
    add_auctions(tables, out);
    return std::move(out.found);
}

}  // namespace faultline::maker
