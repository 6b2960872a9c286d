// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/psm_figures.hpp"

#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <algorithm>
#include <optional>
#include <string>

namespace faultline::maker {
namespace {

constexpr unsigned kWadDecimals = 18;

Figure<U256> reverts(const std::string& what) {
    return Figure<U256>::without(FigureStatus::kError, what);
}

U256 less_or_zero(const U256& a, const U256& b) {
    return a > b ? wrapping_sub(a, b) : U256();
}

/// What all three go by.
struct Amounts {
    U256 gem_wad;      ///< P: the pocket's gem, as Dai.
    U256 goal_wad;     ///< P + buf
    U256 cash_wad;     ///< Dai of the PSM.
    U256 art_wad;      ///< Vat.ilks.Art
    U256 line_wad;     ///< Vat.ilks.line / RAY, down
    U256 room_wad;     ///< (Line - debt) / RAY, down, zero at least
    U256 urn_art_wad;  ///< Of the PSM's urn.
};

LitePsmFigures figures(const Amounts& in) {
    LitePsmFigures out;
    out.rush_wad = Figure<U256>::of(std::min(
        {less_or_zero(in.goal_wad, in.art_wad), less_or_zero(in.line_wad, in.art_wad), in.room_wad}
    ));
    out.gush_wad = Figure<U256>::of(std::min(
        std::max(less_or_zero(in.art_wad, in.goal_wad), less_or_zero(in.art_wad, in.line_wad)),
        in.cash_wad
    ));
    const auto held = checked_add(in.cash_wad, in.gem_wad);
    const auto fees = held ? checked_sub(*held, in.urn_art_wad) : std::nullopt;
    out.cut_wad = fees ? Figure<U256>::of(std::min(in.cash_wad, *fees))
                       : reverts("cut() reverts: the PSM owes more than it holds");
    return out;
}

}  // namespace

Figure<U256> gem_held(const Tables& tables, MarketId market, const Psm& psm) {
    if (psm.kind == PsmKind::kLegacy) {
        const UrnRow* urn =
            tables.urns.find({.market = market, .ilk = psm.ilk, .account = psm.psm});
        // Its join made a wad of it (AuthGemJoin5).
        const U256 ink = urn != nullptr ? urn->ink_wad : U256();
        return Figure<U256>::of(
            div_mod(ink, pow10(kWadDecimals - std::min(kWadDecimals, psm.gem_decimals))).quotient
        );
    }
    const BalanceRow* row =
        tables.balances.find({.market = market, .token = psm.gem, .holder = psm.pocket});
    return row != nullptr
               ? Figure<U256>::of(row->amount)
               : Figure<U256>::without(FigureStatus::kNoData, "the pocket's gem was never read");
}

Figure<U256> gem_held_wad(const Tables& tables, MarketId market, const Psm& psm) {
    const Figure<U256> held = gem_held(tables, market, psm);
    if (!held.ok() || psm.gem_decimals > kWadDecimals) {
        return held.ok() ? reverts("the gem has more decimals than Dai") : held;
    }
    const auto wad = checked_mul(held.value, pow10(kWadDecimals - psm.gem_decimals));
    return wad ? Figure<U256>::of(*wad) : reverts("the pocket's gem is beyond all numbers");
}

Figure<U256> dai_held(
    const Tables& tables, MarketId market, const MarketConfig& config, const Psm& psm
) {
    const BalanceRow* row =
        tables.balances.find({.market = market, .token = config.dai, .holder = psm.psm});
    return row != nullptr
               ? Figure<U256>::of(row->amount)
               : Figure<U256>::without(FigureStatus::kNoData, "the PSM's Dai was never read");
}

LitePsmFigures lite_psm_figures(
    const Tables& tables, MarketId market, const MarketConfig& config, const Psm& psm
) {
    const Figure<U256> gem = gem_held_wad(tables, market, psm);
    const Figure<U256> dai = dai_held(tables, market, config, psm);
    const PsmRow* row = tables.psms.find({.market = market, .contract = psm.psm});
    const SystemRow* system = tables.systems.find({market});
    if (!gem.ok() || !dai.ok() || row == nullptr || system == nullptr) {
        const Figure<U256> none =
            !gem.ok() ? gem
                      : Figure<U256>::without(FigureStatus::kNoData, "the PSM was never read");
        return {.rush_wad = none, .gush_wad = none, .cut_wad = none};
    }
    const IlkRow* found = tables.ilks.find({.market = market, .ilk = psm.ilk});
    const IlkRow ilk = found != nullptr ? *found : IlkRow{};
    const UrnRow* urn = tables.urns.find({.market = market, .ilk = psm.ilk, .account = psm.psm});
    const Amounts amounts{
        .gem_wad = gem.value,
        .goal_wad = wrapping_add(gem.value, row->buf_wad),
        .cash_wad = dai.value,
        .art_wad = ilk.art_wad,
        .line_wad = div_mod(ilk.line_rad, ray()).quotient,
        .room_wad = div_mod(less_or_zero(system->line_rad, system->debt_rad), ray()).quotient,
        .urn_art_wad = urn != nullptr ? urn->art_wad : U256(),
    };
    LitePsmFigures out = figures(amounts);
    if (ilk.rate_ray != ray()) {
        out.rush_wad = reverts("rush() reverts: the ilk's rate is not 1");
        out.gush_wad = reverts("gush() reverts: the ilk's rate is not 1");
    }
    return out;
}

}  // namespace faultline::maker
