// SPDX-License-Identifier: Apache-2.0
// An address in Maker's own terms: its balances, and a list of its vaults.
#include "core/protocols/maker/lockstake_figures.hpp"
#include "core/protocols/maker/maker_protocol.hpp"
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/rates.hpp"
#include "core/protocols/maker/sheet_figures.hpp"
#include "core/protocols/maker/vault_figures.hpp"
#include "core/protocols/maker/views.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::maker {
namespace {

using protocol::Sheet;

Figure<U256> health_figure(const UrnRow& urn, const IlkRow& ilk, const Figure<U256>& spot) {
    if (!spot.ok()) {
        return spot;
    }
    IlkRow at_spot = ilk;
    at_spot.spot_ray = spot.value;
    const Figure<protocol::PositionHealth> health = vault_health(urn, at_spot);
    return health.ok() ? Figure<U256>::of(health.value.health_factor_wad)
                       : Figure<U256>::without(health.status, health.reason);
}

Sheet vault_sheet(const Tables& tables, const UrnKey& key, const UrnRow& urn, const IlkRow& ilk) {
    Sheet out;
    const Figure<U256> next = next_spot_ray(tables, key.market, ilk);
    out.add("ilk", text_of(key.ilk));
    out.add("vault", key.account);
    add_lockstake(out, tables, {.market = key.market, .account = key.account});
    out.add("ink_wad", urn.ink_wad);
    out.add("art_wad", urn.art_wad);
    out.add("gem_wad", urn.gem_wad);
    out.add("debt_rad", checked_mul(urn.art_wad, ilk.rate_ray).value_or(U256::max()));
    const auto ratio = ratio_ray(urn, ilk);
    out.add(
        "ratio_ray",
        ratio ? Figure<U256>::of(*ratio)
              : Figure<U256>::without(FigureStatus::kNoData, "the vault has no debt")
    );
    out.add("mat_ray", ilk.mat_ray);
    out.add("unsafe", is_unsafe(urn, ilk));
    out.add("health_factor_wad", health_figure(urn, ilk, Figure<U256>::of(ilk.spot_ray)));
    out.add("distance_bps", distance_bps(urn, ilk.spot_ray, ilk.rate_ray));
    out.add("next_health_factor_wad", health_figure(urn, ilk, next));
    out.add(
        "next_distance_bps",
        next.ok() ? distance_bps(urn, next.value, ilk.rate_ray)
                  : Figure<protocol::Signed>::without(next.status, next.reason)
    );
    return out;
}

/// dai, sin and savings of the address itself.
void add_balances(Sheet& out, const Tables& tables, const AccountKey& key, protocol::At at) {
    const AccountRow* found = tables.accounts.find(key);
    const SinRow* sins = tables.sins.find(key);
    const AccountRow row = found == nullptr ? AccountRow{} : *found;
    const std::string unsure = why_unsure(tables, key.market, key.account);
    const auto known = [&](const U256& value) {
        return unsure.empty() ? Figure<U256>::of(value)
                              : Figure<U256>::without(FigureStatus::kNoData, unsure);
    };
    out.add("dai_rad", known(row.dai_rad));
    out.add("sin_rad", known(sins == nullptr ? U256() : sins->sin_rad));
    out.add("pie_wad", row.pie_wad);
    const PotRow* pot = tables.pots.find({key.market});
    const auto chi =
        pot == nullptr
            ? std::nullopt
            : grown(pot->chi_ray, pot->dsr_ray, pot->rho.value_or(at.timestamp), at.timestamp);
    const auto savings = chi ? ray_mul_floor(row.pie_wad, *chi) : std::nullopt;
    out.add(
        "savings_now_wad",
        savings ? Figure<U256>::of(*savings)
                : Figure<U256>::without(FigureStatus::kNoData, "there is no Pot")
    );
}

}  // namespace

Sheet MakerProtocol::account_sheet(MarketId market, const Address& account, protocol::At at) const {
    Sheet out;
    const Figure<bool> usable = usable_rows(tables_, market);
    if (!usable.ok()) {
        out.add("usable", usable);
        return out;
    }
    const AccountKey of{.market = market, .account = account};
    add_balances(out, tables_, of, at);
    // Its own, and those that the LockstakeEngine keeps for it.
    std::vector<Address> urns = lockstake_urns(tables_, of);
    urns.insert(urns.begin(), account);
    std::vector<Sheet> vaults;
    for (const Address& vault : urns) {
        for (const protocol::Holder& holder : holders_of(market, vault)) {
            const UrnKey key{.market = market, .ilk = holder.part, .account = vault};
            const UrnRow* urn = tables_.urns.find(key);
            const IlkRow* ilk = tables_.ilks.find({.market = market, .ilk = holder.part});
            if (urn != nullptr && ilk != nullptr) {
                vaults.push_back(vault_sheet(tables_, key, *urn, *ilk));
            }
        }
    }
    out.lists.emplace_back("vaults", std::move(vaults));
    return out;
}

}  // namespace faultline::maker
