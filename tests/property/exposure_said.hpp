// SPDX-License-Identifier: Apache-2.0
// What recorded answers of contracts say in terms of exposures, protocol by protocol.
#pragma once

#include "core/protocols/compound_v2/view_calls.hpp"
#include "property/aave_replay.hpp"
#include "property/exposure_check.hpp"
#include "property/maker_replay.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/shell/rpc/recorded.hpp>
#include <faultline/shell/tape/manifest.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace faultline::tests {

using protocol::Holder;
using protocol::MarketExposure;
using rpc::RecordedView;
using What = Said::What;
using Of = Said::Of;

inline constexpr std::size_t kSelector = 4;

/// A word of an answer.
inline U256 word(const RecordedView& view, std::size_t place = 0) {
    return U256::from_be_bytes(BytesView(view.answer.result).subspan(place * kWord, kWord));
}

/// A word of a call's arguments.
inline Hash32 argument(const RecordedView& view, std::size_t place = 0) {
    return Hash32::from_bytes(
        BytesView(view.answer.read.data).subspan(kSelector + (place * kWord), kWord)
    );
}

inline Address address(const Hash32& word) {
    return Address::from_bytes(word.view().last(Address::kSize));
}

inline Holder holder(const Hash32& account, const Hash32& part = {}) {
    return {.account = address(account), .part = part};
}

inline Hash32 part_of(const Address& token) {
    Hash32 part;
    std::ranges::copy(token.bytes, part.bytes.end() - Address::kSize);
    return part;
}

/// Of a part as a whole.
inline Said said(What what, const Hash32& part, Of of, const U256& value) {
    return {.what = what, .part = part, .of = of, .holder = {}, .value = value};
}

inline Said said_of(const Holder& holder, Said one) {
    one.holder = holder;
    return one;
}

/// "aToken.WETH.balanceOf:0x…": what is before the colon, by the dots.
inline std::vector<std::string> words_of_label(const std::string& label) {
    std::vector<std::string> out(1);
    for (const char letter : label.substr(0, label.find(':'))) {
        if (letter == '.') {
            out.emplace_back();
        } else {
            out.back() += letter;
        }
    }
    return out;
}

inline std::vector<Said> of_aave_token(
    const tape::Manifest& tape, const std::vector<std::string>& label, const RecordedView& view
) {
    static const std::map<std::string, What> kViews{
        {"balanceOf", What::kAmount},
        {"scaledBalanceOf", What::kUnits},
        {"totalSupply", What::kAmount},
        {"scaledTotalSupply", What::kUnits},
    };
    const auto what = kViews.find(label.back());
    if (what == kViews.end()) {
        return {};
    }
    const Hash32 part = part_of(address_at(tape, "tokens." + label[1] + ".address"));
    const Of of = label.front() == "vToken" ? Of::kDebt : Of::kClaims;
    const Said all = said(what->second, part, of, word(view));
    return {label.back().ends_with("Of") ? said_of(holder(argument(view)), all) : all};
}

/// Which bits of a user's configuration are a reserve's, as getReserveData tells.
using ReserveIds = std::map<Hash32, unsigned>;

inline std::vector<Said> flags(const RecordedView& view, const ReserveIds& ids) {
    std::vector<Said> out;
    for (const auto& [part, id] : ids) {
        const U256 flag(word(view).bit((2 * id) + 1) ? 1 : 0);
        out.push_back(said_of(holder(argument(view)), said(What::kFlag, part, Of::kClaims, flag)));
    }
    return out;
}

inline std::vector<Said> prices(const RecordedView& view, const MarketExposure& market) {
    std::vector<Said> out;
    // Both are arrays: an offset, a length, and the items. Price sources of eModes are no parts.
    for (std::size_t i = 2; i < 2 + word(view, 1).low_u64(); ++i) {
        const Hash32 part = argument(view, i);
        if (std::ranges::count(market.parts, part, &protocol::PartExposure::part) != 0) {
            out.push_back(said(What::kPrice, part, Of::kClaims, word(view, i)));
            out.push_back(said(What::kPrice, part, Of::kDebt, word(view, i)));
        }
    }
    return out;
}

inline std::vector<Said> of_aave(
    const tape::Manifest& tape,
    const RecordedView& view,
    const MarketExposure& market,
    ReserveIds& ids
) {
    constexpr std::size_t kIdWord = 7;
    const std::vector<std::string> label = words_of_label(view.label);
    const std::string& what = label.back();
    if (label.front() == "aToken" || label.front() == "vToken") {
        return of_aave_token(tape, label, view);
    }
    if (label.front() != "aave" || view.answer.reverted()) {
        return {};
    }
    if (what == "getReserveData") {
        const auto id = static_cast<unsigned>(word(view, kIdWord).low_u64());
        // Another that was dropped may have had it.
        std::erase_if(ids, [&](const auto& known) { return known.second == id; });
        ids.emplace(argument(view), id);
    }
    if (what == "getVirtualUnderlyingBalance") {
        return {said(What::kAvailable, argument(view), Of::kClaims, word(view))};
    }
    if (what == "getUserConfiguration") {
        return flags(view, ids);
    }
    return what == "getAssetsPrices" ? prices(view, market) : std::vector<Said>();
}

/// `base` is whose receipt the Comet is.
inline std::vector<Said> of_comet_user(
    const std::string& what, const RecordedView& view, const Hash32& base
) {
    if (view.answer.read.data.size() < kSelector + kWord) {
        return {};
    }
    const Holder user = holder(argument(view));
    const auto its = [&](What kind, const Hash32& part, Of of, const U256& value) {
        return said_of(user, said(kind, part, of, value));
    };
    if (what == "balanceOf" || what == "borrowBalanceOf") {
        return {its(What::kAmount, base, what == "balanceOf" ? Of::kClaims : Of::kDebt, word(view))
        };
    }
    if (what == "userBasic") {
        const bool debt = word(view).bit(255);
        const U256 owed = debt ? wrapping_sub(U256(), word(view)) : U256();
        return {
            its(What::kUnits, base, Of::kSupplied, debt ? U256() : word(view)),
            its(What::kUnits, base, Of::kDebt, owed)
        };
    }
    if (what == "userCollateral") {
        return {
            its(What::kUnits, argument(view, 1), Of::kCollateral, word(view)),
            its(What::kAmount, argument(view, 1), Of::kClaims, word(view))
        };
    }
    return {};
}

inline std::vector<Said> of_comet(const RecordedView& view, const MarketExposure& market) {
    const std::string what = words_of_label(view.label).back();
    const auto base =
        std::ranges::find(market.parts, market.contract, &protocol::PartExposure::receipt);
    if (view.answer.reverted() || base == market.parts.end()) {
        return {};
    }
    if (what == "totalSupply" || what == "totalBorrow") {
        const Of of = what == "totalSupply" ? Of::kClaims : Of::kDebt;
        return {said(What::kAmount, base->part, of, word(view))};
    }
    if (what == "totalsBasic") {
        return {
            said(What::kUnits, base->part, Of::kClaims, word(view, 4)),
            said(What::kUnits, base->part, Of::kDebt, word(view, 5))
        };
    }
    if (what == "totalsCollateral") {
        return {
            said(What::kUnits, argument(view), Of::kClaims, word(view)),
            said(What::kAvailable, argument(view), Of::kClaims, word(view))
        };
    }
    // getReserves is what it has and is owed, less what it owes.
    if (what == "getReserves" && base->claims.total_units.ok()) {
        const U256 owes = base->claims.scale.amount(base->claims.total_units.value).value();
        const U256 owed = base->owed.scale.amount(base->owed.total_units.value).value();
        const U256 has = wrapping_sub(wrapping_add(word(view), owes), owed);
        return {said(What::kAvailable, base->part, Of::kClaims, has)};
    }
    if (what == "getPrice") {
        std::vector<Said> out;
        for (const protocol::PartExposure& part : market.parts) {
            if (part.feed == address(argument(view))) {
                out.push_back(said(What::kPrice, part.part, Of::kClaims, word(view)));
            }
        }
        return out;
    }
    return of_comet_user(what, view, base->part);
}

/// What cTokens answer; the Comptroller and its oracle are asked about cTokens.
inline std::vector<Said> of_ctokens(const RecordedView& view, const MarketExposure& market) {
    using compound_v2::View;
    const compound_v2::KnownView* known = compound_v2::find_view(view.answer.read.data);
    const bool ours = view.label.starts_with("cToken.") || view.label.starts_with("ctoken.");
    if (!ours || known == nullptr || view.answer.reverted()) {
        return {};
    }
    const Hash32 part = part_of(view.answer.read.to);
    const auto its = [&](What what, Of of, std::size_t place) {
        return said_of(holder(argument(view)), said(what, part, of, word(view, place)));
    };
    switch (known->view) {
        case View::kBalance:
            return {its(What::kUnits, Of::kClaims, 0)};
        case View::kDebtStored:
            return {its(What::kAmount, Of::kDebt, 0)};
        case View::kSnapshot:
            return {
                its(What::kUnits, Of::kClaims, 1),
                its(What::kAmount, Of::kDebt, 2),
                said(What::kFactor, part, Of::kClaims, word(view, 3))
            };
        case View::kSupply:
            return {said(What::kUnits, part, Of::kClaims, word(view))};
        case View::kBorrows:
            return {said(What::kAmount, part, Of::kDebt, word(view))};
        case View::kCash:
            return {said(What::kAvailable, part, Of::kClaims, word(view))};
        case View::kRateStored:
            return {said(What::kFactor, part, Of::kClaims, word(view))};
        case View::kPrice:
            return {
                said(What::kPrice, argument(view), Of::kClaims, word(view)),
                said(What::kPrice, argument(view), Of::kDebt, word(view))
            };
        case View::kAssetsIn:
            break;
        default:
            return {};
    }
    std::vector<Said> out;
    for (const protocol::PartExposure& one : market.parts) {
        bool entered = false;
        for (std::size_t i = 2; i < 2 + word(view, 1).low_u64(); ++i) {
            entered = entered || word(view, i) == U256::from_be_bytes(one.part.view());
        }
        const Said flag = said(What::kFlag, one.part, Of::kClaims, U256(entered ? 1 : 0));
        out.push_back(said_of(holder(argument(view)), flag));
    }
    return out;
}

/// The ink of `psm` is no leg.
inline std::vector<Said> of_maker(const RecordedView& view, const Address& psm) {
    const std::string what = view.label.substr(0, view.label.find(':'));
    if (what == "psm.pocket.gem.balanceOf") {
        return {said(What::kReserve, {}, Of::kClaims, word(view))};
    }
    if (what == "vat.ilks") {
        return {
            said(What::kUnits, argument(view), Of::kDebt, word(view)),
            said(What::kFactor, argument(view), Of::kDebt, word(view, 1))
        };
    }
    if (what != "vat.urns" && what != "vat.gem") {
        return {};
    }
    const Hash32 ilk = argument(view);
    const Holder urn = holder(argument(view, 1), ilk);
    if (what == "vat.gem") {
        return {said_of(urn, said(What::kUnits, ilk, Of::kSupplied, word(view)))};
    }
    const U256 ink = urn.account == psm ? U256() : word(view);
    return {
        said_of(urn, said(What::kUnits, ilk, Of::kCollateral, ink)),
        said_of(urn, said(What::kUnits, ilk, Of::kDebt, word(view, 1)))
    };
}

}  // namespace faultline::tests
