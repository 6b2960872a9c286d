// SPDX-License-Identifier: Apache-2.0
// Views of Vat, Jug, Spotter, Dog, Pot and Vow.
#include "core/protocols/maker/view_calls.hpp"
#include "core/protocols/maker/views.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::maker {
namespace {

constexpr const char* kUntold = "a view that the rows do not tell";

Figure<ViewFigure> of_words(std::vector<std::optional<U256>> words) {
    return Figure<ViewFigure>::of({.words = std::move(words), .array = false});
}

Hash32 bytes32_of(const U256& word) {
    return Hash32::from_bytes(word.to_be_bytes());
}

/// The ilk that the first argument names; one without a row has never been heard of.
IlkRow ilk_of(const ViewQuestion& q) {
    const IlkRow* row = q.tables.ilks.find({.market = q.market, .ilk = bytes32_of(q.arguments[0])});
    return row != nullptr ? *row : IlkRow{};
}

SystemRow system_of(const ViewQuestion& q) {
    const SystemRow* row = q.tables.systems.find({q.market});
    return row != nullptr ? *row : SystemRow{};
}

UrnRow urn_of(const ViewQuestion& q) {
    const UrnRow* row = q.tables.urns.find(
        {.market = q.market,
         .ilk = bytes32_of(q.arguments[0]),
         .account = address_of(q.arguments[1])}
    );
    return row != nullptr ? *row : UrnRow{};
}

Figure<ViewFigure> account_view(const ViewQuestion& q) {
    const AccountKey key{.market = q.market, .account = address_of(q.arguments[0])};
    const std::string unsure = why_unsure(q.tables, q.market, key.account);
    if (!unsure.empty()) {
        return untold(unsure);
    }
    if (q.view == View::kSin) {
        const SinRow* sin = q.tables.sins.find(key);
        return of_word(sin != nullptr ? sin->sin_rad : U256());
    }
    const AccountRow* account = q.tables.accounts.find(key);
    return of_word(account != nullptr ? account->dai_rad : U256());
}

Figure<U256> vow_number(const VowRow& vow, const U256& number, protocol::At at) {
    if (vow.voice == VowVoice::kNotes || vow.read_at == at.number) {
        return Figure<U256>::of(number);
    }
    return Figure<U256>::without(
        FigureStatus::kNoData, "a Vow that notes nothing, and was not read at this block"
    );
}

/// Vow.sin of an era: none can come to be without a Bark, and only flog, which a silent Vow does
/// not tell, takes it away.
Figure<ViewFigure> era_view(const ViewQuestion& q, const VowRow& vow) {
    if (!q.arguments[0].fits_u64()) {
        return of_word(U256());
    }
    const EraRow* era = q.tables.eras.find({.market = q.market, .era = q.arguments[0].low_u64()});
    if (era == nullptr && vow.eras_missed) {
        return untold("it may be of the time before the Vow was followed");
    }
    const bool certain = vow.voice == VowVoice::kNotes || era == nullptr ||
                         era->read_at == q.at.number ||
                         (vow.read_at == q.at.number && vow.read_sin_rad == vow.eras_rad);
    return certain ? of_word(era != nullptr ? era->sin_rad : U256())
                   : untold("a Vow that notes nothing may have flogged it");
}

/// What is told by a Vow that notes, and is not asked of another.
Figure<ViewFigure> noted_view(View view, const VowRow& vow) {
    if (vow.voice != VowVoice::kNotes) {
        return untold("a Vow that notes nothing is not asked for it");
    }
    switch (view) {
        case View::kDump:
            return of_word(vow.dump_wad);
        case View::kSump:
            return of_word(vow.sump_rad);
        case View::kBump:
            return of_word(vow.bump_rad);
        case View::kLive:
            return of_word(U256(vow.live ? 1 : 0));
        default:
            return untold(kUntold);
    }
}

}  // namespace

std::string why_unsure(const Tables& tables, MarketId market, const Address& account) {
    const SystemRow* system = tables.systems.find({market});
    const bool unsure =
        system != nullptr && std::ranges::find(system->healers, account) != system->healers.end();
    return unsure ? "it or another address healed: the Vat's note does not say who" : "";
}

Figure<U256> vow_sin_at(const VowRow& vow, protocol::At at) {
    if (vow.voice == VowVoice::kNotes && vow.sin_unread) {
        return Figure<U256>::without(
            FigureStatus::kNoData, "an era before it was followed was flogged, and is to be read"
        );
    }
    if (vow.voice == VowVoice::kNotes || vow.eras_rad.is_zero()) {
        return Figure<U256>::of(vow.eras_rad);
    }
    return vow_number(vow, vow.read_sin_rad, at);
}

Figure<U256> vow_ash_at(const VowRow& vow, protocol::At at) {
    return vow_number(vow, vow.ash_rad, at);
}

Figure<ViewFigure> vat_view(const ViewQuestion& q) {
    const SystemRow system = system_of(q);
    switch (q.view) {
        case View::kIlks: {
            const IlkRow ilk = ilk_of(q);
            return of_words({ilk.art_wad, ilk.rate_ray, ilk.spot_ray, ilk.line_rad, ilk.dust_rad});
        }
        case View::kUrns: {
            const UrnRow urn = urn_of(q);
            return of_words({urn.ink_wad, urn.art_wad});
        }
        case View::kGem:
            return of_word(urn_of(q).gem_wad);
        case View::kDai:
        case View::kSin:
            return account_view(q);
        case View::kDebt:
            return of_word(system.debt_rad);
        case View::kVice:
            return of_word(system.vice_rad);
        case View::kLine:
            return of_word(system.line_rad);
        case View::kLive:
            return of_word(U256(system.vat_live ? 1 : 0));
        default:
            return untold(kUntold);
    }
}

Figure<ViewFigure> jug_view(const ViewQuestion& q) {
    if (q.view == View::kBase) {
        return of_word(system_of(q).base_ray);
    }
    if (q.view != View::kIlks) {
        return untold(kUntold);
    }
    if (!q.tables.ilks.contains({.market = q.market, .ilk = bytes32_of(q.arguments[0])})) {
        return untold("anybody may have the Jug drip an ilk that is none");
    }
    const IlkRow ilk = ilk_of(q);
    return of_words({ilk.duty_ray, U256(ilk.rho.value)});
}

Figure<ViewFigure> spotter_view(const ViewQuestion& q) {
    switch (q.view) {
        case View::kPar:
            return of_word(system_of(q).par_ray);
        case View::kLive:
            return of_word(U256(system_of(q).spotter_live ? 1 : 0));
        case View::kIlks: {
            const IlkRow ilk = ilk_of(q);
            return of_words({word_of(ilk.pip), ilk.mat_ray});
        }
        default:
            return untold(kUntold);
    }
}

Figure<ViewFigure> dog_view(const ViewQuestion& q) {
    switch (q.view) {
        case View::kHole:
            return of_word(system_of(q).hole_rad);
        case View::kDirt:
            return of_word(system_of(q).dirt_rad);
        case View::kLive:
            return of_word(U256(system_of(q).dog_live ? 1 : 0));
        case View::kIlks: {
            const IlkRow ilk = ilk_of(q);
            return of_words({word_of(ilk.clip), ilk.chop_wad, ilk.hole_rad, ilk.dirt_rad});
        }
        default:
            return untold(kUntold);
    }
}

Figure<ViewFigure> pot_view(const ViewQuestion& q) {
    const PotRow* found = q.tables.pots.find({q.market});
    const PotRow pot = found != nullptr ? *found : PotRow{};
    switch (q.view) {
        case View::kChi:
            return of_word(pot.chi_ray);
        case View::kDsr:
            return of_word(pot.dsr_ray);
        case View::kPieAll:
            return of_word(pot.pie_wad);
        case View::kLive:
            return of_word(U256(pot.live ? 1 : 0));
        case View::kRho:
            return pot.rho ? of_word(U256(pot.rho->value))
                           : untold("no log has the Pot's time before its first drip");
        case View::kPie: {
            const AccountRow* account =
                q.tables.accounts.find({.market = q.market, .account = address_of(q.arguments[0])});
            return of_word(account != nullptr ? account->pie_wad : U256());
        }
        default:
            return untold(kUntold);
    }
}

Figure<ViewFigure> vow_view(const ViewQuestion& q) {
    const VowRow* found = q.tables.vows.find({q.market});
    const VowRow vow = found != nullptr ? *found : VowRow{};
    switch (q.view) {
        case View::kVowSinAll:
            return of_word(vow_sin_at(vow, q.at));
        case View::kVowSin:
            return era_view(q, vow);
        case View::kAsh:
            return of_word(vow_number(vow, vow.ash_rad, q.at));
        case View::kWait:
            return of_word(vow_number(vow, vow.wait_s, q.at));
        case View::kHump:
            return of_word(vow_number(vow, vow.hump_rad, q.at));
        default:
            return noted_view(q.view, vow);
    }
}

}  // namespace faultline::maker
