// SPDX-License-Identifier: Apache-2.0
// Who holds and owes what, for the exposure graph: the Vat's urns and gem, and what PSMs keep.
#include "core/protocols/maker/collateral.hpp"
#include "core/protocols/maker/joins.hpp"
#include "core/protocols/maker/maker_protocol.hpp"
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/psm_figures.hpp"
#include "core/protocols/maker/vault_figures.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::maker {
namespace {

using protocol::Holder;
using protocol::Leg;
using protocol::LegSide;
using protocol::UnitPrice;

constexpr std::uint8_t kWadDecimals = 18;

/// `visit(const Leg&)`, by side.
template <class Visit>
void visit_legs(const MarketConfig& config, const UrnKey& key, const UrnRow& row, Visit&& visit) {
    const auto tell = [&](LegSide side, const U256& units) {
        if (!units.is_zero()) {
            visit(Leg{.part = key.ilk, .side = side, .units = units});
        }
    };
    tell(LegSide::kSupplied, row.gem_wad);
    tell(LegSide::kCollateral, is_psm_urn(config, key) ? U256() : row.ink_wad);
    tell(LegSide::kDebt, row.art_wad);
}

template <class T>
Figure<T> withheld(const Figure<bool>& usable) {
    return Figure<T>::without(usable.status, usable.reason);
}

/// Of so many units of a wad, in rad.
Figure<UnitPrice> price_of(const Figure<bool>& usable, const IlkRow* ilk, const U256& wads) {
    if (!usable.ok()) {
        return withheld<UnitPrice>(usable);
    }
    const U256 price = ilk == nullptr ? U256() : price_ray(*ilk);
    const auto scaled = checked_mul(price, wads);
    if (price.is_zero() || !scaled) {
        return Figure<UnitPrice>::without(FigureStatus::kNoData, "the ilk has no price");
    }
    return Figure<UnitPrice>::of({.price = *scaled, .unit = U256(1)});
}

/// Claims in the units of the gem, where that is known: down, as no more can be taken out of a
/// join. Otherwise in wad.
protocol::PartSide claims_of(
    const Figure<bool>& usable, const IlkRow& row, const Figure<IlkGem>& gem
) {
    const unsigned missing = gem.ok() ? kWadDecimals - gem.value.decimals : 0;
    protocol::PartSide out;
    if (gem.ok()) {
        out.token = gem.value.token;
        out.decimals = gem.value.decimals;
    }
    out.scale.unit = pow10(missing);
    out.price = price_of(usable, &row, pow10(missing));
    return out;
}

protocol::PartExposure part_exposure(
    const MarketConfig& config,
    const Figure<bool>& usable,
    const Hash32& ilk,
    const IlkRow& row,
    const std::vector<GemClaim>& gems
) {
    protocol::PartExposure part{
        .part = ilk,
        .name = text_of(ilk),
        .claims = claims_of(usable, row, agreed_gem(gems)),
        .owed = {},
        .receipt = {},
        .feed = row.pip,
        .available = Figure<U256>::without(
            FigureStatus::kNoData, "the tokens of an ilk are in its joins, which are not followed"
        ),
        .disputed = disputed_gems(gems)
    };
    part.owed = {
        .token = config.dai,
        .decimals = kWadDecimals,
        .scale = {.factor = row.rate_ray, .unit = ray(), .direction = protocol::Direction::kUp},
        .total_units = usable.ok() ? Figure<U256>::of(row.art_wad) : withheld<U256>(usable),
        .price = usable.ok() ? Figure<UnitPrice>::of({.price = ray(), .unit = U256(1)})
                             : withheld<UnitPrice>(usable)
    };
    return part;
}

protocol::Reserve reserve_of(
    const Tables& tables, MarketId market, const Psm& psm, const Figure<bool>& usable
) {
    const unsigned missing = kWadDecimals - std::min<unsigned>(kWadDecimals, psm.gem_decimals);
    protocol::Reserve reserve{
        .part = psm.ilk,
        .contract = psm.psm,
        .holder = psm.kind == PsmKind::kLite ? psm.pocket : psm.psm,
        .token = psm.gem,
        .decimals = static_cast<std::uint8_t>(psm.gem_decimals),
        .amount = usable.ok() ? gem_held(tables, market, psm) : withheld<U256>(usable),
        .price =
            price_of(usable, tables.ilks.find({.market = market, .ilk = psm.ilk}), pow10(missing))
    };
    if (psm.gem_decimals > kWadDecimals && reserve.price.ok()) {
        reserve.price.value.unit = pow10(psm.gem_decimals - kWadDecimals);
    }
    return reserve;
}

/// Those that are configured, sorted.
std::vector<Address> known(std::initializer_list<Address> addresses) {
    std::vector<Address> out(addresses);
    std::erase(out, Address{});
    std::ranges::sort(out);
    return out;
}

}  // namespace

protocol::MarketExposure MakerProtocol::exposure(MarketId market, protocol::At /*at*/) const {
    const MarketConfig& of = config(market);
    const Figure<bool> usable = usable_rows(tables_, market);
    protocol::MarketExposure out{
        .contract = of.vat,
        .oracle = of.spotter,
        .governed_by = known({of.end, of.esm, tables_.pauses.of(market)}),
        .issued = known({of.dai, of.usds}),
        .parts = {},
        .reserves = {}
    };
    std::map<Hash32, std::vector<GemClaim>> gems = gem_claims(tables_, market);
    for (const IlkKey& key : tables_.ilks.sorted_keys()) {
        if (key.market == market) {
            out.parts.push_back(
                part_exposure(of, usable, key.ilk, *tables_.ilks.find(key), gems[key.ilk])
            );
            out.parts.back().claims.total_units =
                usable.ok() ? claimed_wad(tables_, market, of, key.ilk) : withheld<U256>(usable);
        }
    }
    for (const Psm& psm : of.psms) {
        out.reserves.push_back(reserve_of(tables_, market, psm, usable));
    }
    return out;
}

std::vector<Leg> MakerProtocol::legs(MarketId market, const Holder& holder) const {
    std::vector<Leg> out;
    const UrnKey key{.market = market, .ilk = holder.part, .account = holder.account};
    if (const UrnRow* row = tables_.urns.find(key)) {
        visit_legs(config(market), key, *row, [&](const Leg& leg) { out.push_back(leg); });
    }
    return out;
}

void MakerProtocol::each_leg(MarketId market, const protocol::LegVisit& visit) const {
    const MarketConfig& of = config(market);
    tables_.urns.for_each_unordered([&](const UrnKey& key, const UrnRow& row) {
        if (key.market == market) {
            const Holder holder{.account = key.account, .part = key.ilk};
            visit_legs(of, key, row, [&](const Leg& leg) { visit(holder, leg); });
        }
    });
}

std::optional<std::pair<MarketId, Holder>> MakerProtocol::legs_told_by(
    ledger::TableId table, BytesView key
) const {
    if (table != tables_.urns.id()) {
        return std::nullopt;
    }
    const auto urn = ledger::decode<UrnKey>(key);
    return urn ? std::optional(
                     std::pair(urn->market, Holder{.account = urn->account, .part = urn->ilk})
                 )
               : std::nullopt;
}

}  // namespace faultline::maker
