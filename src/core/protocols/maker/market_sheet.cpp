// SPDX-License-Identifier: Apache-2.0
// A market in Maker's own terms.
#include "core/protocols/maker/maker_protocol.hpp"
#include "core/protocols/maker/market_lists.hpp"
#include "core/protocols/maker/rates.hpp"
#include "core/protocols/maker/sheet_figures.hpp"
#include "core/protocols/maker/views.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <optional>
#include <string>

namespace faultline::maker {
namespace {

using protocol::Sheet;

void add_system(Sheet& sheet, const SystemRow& system) {
    sheet.add("debt_rad", system.debt_rad);
    sheet.add("line_rad", system.line_rad);
    sheet.add("debt_of_line_bps", share_bps(system.debt_rad, system.line_rad));
    sheet.add("vice_rad", system.vice_rad);
    sheet.add("base_ray", system.base_ray);
    sheet.add("par_ray", system.par_ray);
    sheet.add("hole_rad", system.hole_rad);
    sheet.add("dirt_rad", system.dirt_rad);
    sheet.add("dirt_of_hole_bps", share_bps(system.dirt_rad, system.hole_rad));
    sheet.add("vat_live", system.vat_live);
    sheet.add("spotter_live", system.spotter_live);
    sheet.add("dog_live", system.dog_live);
    sheet.add("heals_unattributed_rad", system.unattributed_rad);
}

/// Surplus is dai less sin of the Vow; bad debt is its sin that is neither queued nor on auction
/// (Vow.woe), which it may heal or flop.
void add_vow(
    Sheet& sheet, const Tables& tables, MarketId market, const MarketConfig& config, protocol::At at
) {
    const VowRow* vow = tables.vows.find({market});
    const AccountKey key{.market = market, .account = config.vow};
    const AccountRow* account = tables.accounts.find(key);
    const SinRow* sins = tables.sins.find(key);
    const U256 dai = account == nullptr ? U256() : account->dai_rad;
    const U256 sin = sins == nullptr ? U256() : sins->sin_rad;
    const std::string unsure = why_unsure(tables, market, config.vow);
    if (!unsure.empty()) {
        sheet.add("surplus_rad", Figure<protocol::Signed>::without(FigureStatus::kNoData, unsure));
        return;
    }
    sheet.add("vow_dai_rad", dai);
    sheet.add("vow_sin_rad", sin);
    sheet.add("surplus_rad", difference(dai, sin));
    if (vow == nullptr) {
        return;
    }
    const Figure<U256> queued = vow_sin_at(*vow, at);
    const Figure<U256> ash = vow_ash_at(*vow, at);
    sheet.add("queued_rad", queued);
    sheet.add("on_flop_rad", ash);
    const auto left = queued.ok() && ash.ok() ? checked_sub(sin, queued.value) : std::nullopt;
    const auto bad = left ? checked_sub(*left, ash.value) : std::nullopt;
    sheet.add(
        "bad_debt_rad",
        bad ? Figure<U256>::of(*bad)
            : Figure<U256>::without(
                  FigureStatus::kNoData, "what of the Vow's sin is queued is unknown"
              )
    );
    sheet.add("vow_live", vow->live);
}

void add_pot(Sheet& sheet, const PotRow& pot, protocol::At at) {
    sheet.add("dsr_ray", pot.dsr_ray);
    sheet.add("pot_pie_wad", pot.pie_wad);
    // Without a drip dsr is RAY, and chi stays.
    const auto chi = grown(pot.chi_ray, pot.dsr_ray, pot.rho.value_or(at.timestamp), at.timestamp);
    sheet.add(
        "pot_chi_now_ray",
        chi ? Figure<U256>::of(*chi)
            : Figure<U256>::without(FigureStatus::kError, "the rate overflows")
    );
    sheet.add("pot_live", pot.live);
}

/// "susds_rate_ray" and so on.
void add_savings(Sheet& sheet, const std::string& name, const SavingsRow& row, protocol::At at) {
    const Figure<U256> chi = savings_chi(row, at.timestamp);
    sheet.add(name + "_rate_ray", row.rate_ray);
    sheet.add(name + "_chi_now_ray", chi);
    sheet.add(name + "_supply_wad", row.supply_wad);
    const auto assets = chi.ok() ? ray_mul_floor(row.supply_wad, chi.value) : std::nullopt;
    sheet.add(
        name + "_assets_wad",
        assets ? Figure<U256>::of(*assets)
               : Figure<U256>::without(FigureStatus::kNoData, "its rate is unknown")
    );
}

/// Supplies of Dai and USDS, what was converted between them, and what the ESM was given.
void add_tokens(Sheet& sheet, const Tables& tables, MarketId market, const MarketConfig& config) {
    const ContractKey dai{.market = market, .contract = config.dai};
    if (tables.tokens.contains(dai)) {
        sheet.add("dai_supply_wad", token_supply(tables, dai));
    }
    const TokenRow* usds = tables.tokens.find({.market = market, .contract = config.usds});
    if (usds != nullptr && !config.usds.is_zero()) {
        sheet.add("usds_supply_wad", usds->supply_wad);
    }
    const ContractKey converter{.market = market, .contract = config.dai_usds};
    if (const ConversionsRow* row = tables.conversions.find(converter)) {
        sheet.add("dai_to_usds_wad", row->dai_to_usds_wad);
        sheet.add("usds_to_dai_wad", row->usds_to_dai_wad);
        sheet.add("net_to_usds_wad", difference(row->dai_to_usds_wad, row->usds_to_dai_wad));
    }
    if (!config.esm.is_zero()) {
        const EsmRow* esm = tables.esms.find({.market = market, .contract = config.esm});
        sheet.add("esm_joined_wad", esm_joined_wad(esm));
        sheet.add("esm_fired", esm_fired(esm));
    }
    sheet.add("flows_since_block", flows_since_block(tables, market, config));
}

}  // namespace

Sheet MakerProtocol::market_sheet(MarketId market, protocol::At at) const {
    Sheet out;
    const Figure<bool> usable = usable_rows(tables_, market);
    const SystemRow* system = tables_.systems.find({market});
    if (!usable.ok() || system == nullptr) {
        out.add("usable", usable);
        return out;
    }
    const MarketConfig& of = config(market);
    add_system(out, *system);
    add_vow(out, tables_, market, of, at);
    if (const PotRow* pot = tables_.pots.find({market}); pot != nullptr && !of.pot.is_zero()) {
        add_pot(out, *pot, at);
    }
    const ContractKey susds{.market = market, .contract = of.susds};
    if (const SavingsRow* row = tables_.savings.find(susds)) {
        add_savings(out, "susds", *row, at);
    }
    const ContractKey stusds{.market = market, .contract = of.stusds};
    if (const SavingsRow* row = tables_.savings.find(stusds)) {
        add_savings(out, "stusds", *row, at);
        out.add("stusds_cap_wad", row->cap_wad);
        out.add("stusds_line_rad", row->line_rad);
        out.add("stusds_losses_wad", row->cut_wad);
    }
    add_tokens(out, tables_, market, of);
    out.add("unknown_logs", U256(tables_.markets.find({market})->unknown_logs));
    add_lists(out, tables_, market, of, at);
    return out;
}

}  // namespace faultline::maker
