// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/market_lists.hpp"

#include "core/protocols/maker/collateral.hpp"
#include "core/protocols/maker/joins.hpp"
#include "core/protocols/maker/lockstake_figures.hpp"
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/psm_figures.hpp"
#include "core/protocols/maker/sheet_figures.hpp"
#include "core/protocols/maker/vault_figures.hpp"
#include "core/protocols/maker/views.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocol/view.hpp>
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

using protocol::Sheet;

/// What a pass over all vaults counts of an ilk.
struct VaultCounts {
    Figure<U256> next_spot_ray;
    std::uint64_t vaults = 0;
    std::uint64_t unsafe = 0;
    std::uint64_t unsafe_next = 0;
};

struct UnsafeVault {
    U256 health_factor_wad;
    UrnKey key;
    auto operator<=>(const UnsafeVault&) const = default;
};

struct Vaults {
    std::map<Hash32, VaultCounts> counts;
    std::vector<UnsafeVault> unsafe;
};

void count_vault(
    const UrnKey& key,
    const UrnRow& urn,
    const IlkRow& ilk,
    VaultCounts& counts,
    std::vector<UnsafeVault>& unsafe
) {
    ++counts.vaults;
    if (is_unsafe(urn, ilk)) {
        ++counts.unsafe;
        unsafe.push_back(
            {.health_factor_wad = health_factor_wad(urn, ilk.spot_ray, ilk.rate_ray), .key = key}
        );
    }
    if (counts.next_spot_ray.ok()) {
        IlkRow next = ilk;
        next.spot_ray = counts.next_spot_ray.value;
        counts.unsafe_next += is_unsafe(urn, next) ? 1 : 0;
    }
}

Vaults vaults_of(const Tables& tables, MarketId market) {
    Vaults out;
    tables.ilks.for_each_unordered([&](const IlkKey& key, const IlkRow& row) {
        if (key.market == market) {
            out.counts[key.ilk].next_spot_ray = next_spot_ray(tables, market, row);
        }
    });
    tables.urns.for_each_unordered([&](const UrnKey& key, const UrnRow& urn) {
        const IlkRow* ilk = tables.ilks.find({.market = market, .ilk = key.ilk});
        if (key.market == market && ilk != nullptr && !urn.art_wad.is_zero()) {
            count_vault(key, urn, *ilk, out.counts[key.ilk], out.unsafe);
        }
    });
    return out;
}

/// A figure of the next price, with the reason where there is none.
Figure<U256> with(const Figure<U256>& next, const U256& value) {
    return next.ok() ? Figure<U256>::of(value) : next;
}

/// What an ilk's collateral is a token of, and how much holders have of it.
void add_collateral(
    Sheet& sheet,
    const Tables& tables,
    const MarketConfig& config,
    const IlkKey& key,
    const std::vector<GemClaim>& claims
) {
    const Figure<IlkGem> gem = agreed_gem(claims);
    sheet.add(
        "gem",
        gem.ok() ? Figure<Address>::of(gem.value.token)
                 : Figure<Address>::without(gem.status, gem.reason)
    );
    sheet.add("collateral_wad", claimed_wad(tables, key.market, config, key.ilk));
}

Sheet ilk_sheet(
    const Tables& tables, const IlkKey& key, const IlkRow& row, const VaultCounts& counts
) {
    Sheet out;
    out.add("ilk", text_of(key.ilk));
    out.add("art_wad", row.art_wad);
    out.add("rate_ray", row.rate_ray);
    const auto debt = checked_mul(row.art_wad, row.rate_ray);
    out.add("debt_rad", debt.value_or(U256::max()));
    out.add("line_rad", row.line_rad);
    out.add("ceiling_use_bps", share_bps(debt.value_or(U256::max()), row.line_rad));
    out.add("dust_rad", row.dust_rad);
    out.add("spot_ray", row.spot_ray);
    out.add("price_ray", price_ray(row));
    out.add("mat_ray", row.mat_ray);
    out.add("duty_ray", row.duty_ray);
    out.add("rho", U256(row.rho.value));
    out.add("chop_wad", row.chop_wad);
    out.add("hole_rad", row.hole_rad);
    out.add("dirt_rad", row.dirt_rad);
    out.add("clip", row.clip);
    out.add("pip", row.pip);
    out.add("next_spot_ray", counts.next_spot_ray);
    out.add("vaults", U256(counts.vaults));
    out.add("unsafe_vaults", U256(counts.unsafe));
    out.add("unsafe_vaults_next", with(counts.next_spot_ray, U256(counts.unsafe_next)));
    const PipRow* pip = tables.pips.find({.market = key.market, .contract = row.pip});
    if (pip != nullptr) {
        out.add("oracle_price_wad", oracle_price_wad(*pip));
        out.add("oracle_stopped", oracle_stopped(*pip));
    }
    return out;
}

Sheet auction_sheet(
    const Tables& tables,
    const SaleKey& key,
    const SaleRow& sale,
    const ClipRow& clip,
    protocol::At at
) {
    Sheet out;
    const IlkRow* ilk =
        tables.ilks.find({.market = key.market, .ilk = clip.ilk.value_or(Hash32())});
    const Figure<SaleStatus> status = sale_status(tables, key, sale, at.timestamp);
    out.add("ilk", text_of(clip.ilk.value_or(Hash32())));
    out.add("clip", key.clip);
    out.add("id", U256(key.id));
    out.add("vault", sale.usr);
    add_lockstake_owner(out, tables, {.market = key.market, .account = sale.usr});
    out.add("tab_rad", sale.tab_rad);
    out.add("lot_wad", sale.lot_wad);
    out.add("top_ray", sale.top_ray);
    out.add("age_s", difference(U256(at.timestamp.value), U256(sale.tic.value)).magnitude);
    out.add("stopped", clip.stopped);
    if (!status.ok()) {
        out.add("price_ray", Figure<U256>::without(status.status, status.reason));
        return out;
    }
    out.add("needs_redo", status.value.needs_redo);
    out.add("price_ray", status.value.price_ray);
    out.add(
        "price_of_market_bps",
        share_bps(status.value.price_ray, ilk == nullptr ? U256() : price_ray(*ilk))
    );
    return out;
}

std::vector<Sheet> auction_sheets(const Tables& tables, MarketId market, protocol::At at) {
    std::vector<Sheet> out;
    for (const ContractKey& key : tables.clips.sorted_keys()) {
        const ClipRow* clip = tables.clips.find(key);
        if (key.market != market || !clip->ilk) {
            continue;
        }
        for (const std::uint64_t id : clip->active) {
            const SaleKey sale_key{.market = market, .clip = key.contract, .id = id};
            if (const SaleRow* sale = tables.sales.find(sale_key)) {
                out.push_back(auction_sheet(tables, sale_key, *sale, *clip, at));
            }
        }
    }
    return out;
}

/// Depth: gem that can be bought, and Dai that is there for gem that is sold.
Sheet psm_sheet(
    const Tables& tables,
    MarketId market,
    const MarketConfig& config,
    const Psm& psm,
    const PsmRow& row
) {
    Sheet out;
    const IlkRow* ilk = tables.ilks.find({.market = market, .ilk = psm.ilk});
    const U256 art = ilk == nullptr ? U256() : ilk->art_wad;
    const Figure<U256> gem_wad = gem_held_wad(tables, market, psm);
    const bool lite = psm.kind == PsmKind::kLite;
    out.add("name", psm.name);
    out.add("kind", std::string(lite ? "lite" : "legacy"));
    out.add("tin_wad", row.tin_wad);
    out.add("tout_wad", row.tout_wad);
    out.add("selling_halted", row.tin_wad == U256::max());
    out.add("buying_halted", row.tout_wad == U256::max());
    out.add("gem", gem_held(tables, market, psm));
    out.add("gem_wad", gem_wad);
    out.add("art_wad", art);
    out.add("gem_of_art_bps", gem_wad.ok() ? share_bps(gem_wad.value, art) : gem_wad);
    // Of the gem, in its own smallest unit; fees, of Dai.
    out.add("sold_gem_wei", row.sold_gem);
    out.add("bought_gem_wei", row.bought_gem);
    out.add("net_gem_wei", difference(row.sold_gem, row.bought_gem));
    out.add("fees_wei", row.fees_wad);
    out.add("flows_since_block", flows_since_block(tables, market, config));
    if (lite) {
        const LitePsmFigures figures = lite_psm_figures(tables, market, config, psm);
        out.add("buf_wad", row.buf_wad);
        out.add("dai_wad", dai_held(tables, market, config, psm));
        out.add("fillable_wad", figures.rush_wad);
        out.add("trimmable_wad", figures.gush_wad);
        out.add("fees_due_wad", figures.cut_wad);
    }
    return out;
}

Sheet unsafe_sheet(const Tables& tables, const UnsafeVault& vault) {
    const UrnRow* urn = tables.urns.find(vault.key);
    const IlkRow* ilk = tables.ilks.find({.market = vault.key.market, .ilk = vault.key.ilk});
    Sheet out;
    out.add("vault", vault.key.account);
    add_lockstake_owner(out, tables, {.market = vault.key.market, .account = vault.key.account});
    out.add("ilk", text_of(vault.key.ilk));
    out.add("health_factor_wad", vault.health_factor_wad);
    out.add("ink_wad", urn->ink_wad);
    out.add("debt_rad", checked_mul(urn->art_wad, ilk->rate_ray).value_or(U256::max()));
    return out;
}

}  // namespace

void add_lists(
    Sheet& sheet, const Tables& tables, MarketId market, const MarketConfig& config, protocol::At at
) {
    Vaults vaults = vaults_of(tables, market);
    const std::size_t listed = std::min(kMostUnsafeListed, vaults.unsafe.size());
    std::ranges::partial_sort(
        vaults.unsafe, vaults.unsafe.begin() + static_cast<std::ptrdiff_t>(listed)
    );
    sheet.add("unsafe_vaults", U256(vaults.unsafe.size()));
    auto gems = gem_claims(tables, market);
    std::vector<Sheet> ilks;
    for (const auto& [ilk, counts] : vaults.counts) {
        const IlkKey key{.market = market, .ilk = ilk};
        ilks.push_back(ilk_sheet(tables, key, *tables.ilks.find(key), counts));
        add_collateral(ilks.back(), tables, config, key, gems[ilk]);
    }
    std::vector<Sheet> psms;
    for (const Psm& psm : config.psms) {
        if (const PsmRow* row = tables.psms.find({.market = market, .contract = psm.psm})) {
            psms.push_back(psm_sheet(tables, market, config, psm, *row));
        }
    }
    std::vector<Sheet> worst;
    worst.reserve(listed);
    for (std::size_t i = 0; i < listed; ++i) {
        worst.push_back(unsafe_sheet(tables, vaults.unsafe[i]));
    }
    sheet.lists.emplace_back("ilks", std::move(ilks));
    sheet.lists.emplace_back("auctions", auction_sheets(tables, market, at));
    sheet.lists.emplace_back("psms", std::move(psms));
    sheet.lists.emplace_back("unsafe_vaults", std::move(worst));
}

}  // namespace faultline::maker
