// SPDX-License-Identifier: Apache-2.0
// GenericLogic.calculateUserAccountData.
#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/contract_state.hpp"
#include "property/aave_model/exact_math.hpp"
#include "property/aave_model/version.hpp"

#include <faultline/base/bytes.hpp>

#include <set>

namespace faultline::aave_model {
namespace {

/// One account's eMode as it bears on one reserve.
struct Mode {
    const Category* category = nullptr;  ///< nullptr: none.
    bool inside = false;                 ///< The reserve counts with the category's parameters.
};

Mode mode_of(const Rules& rules, const State& state, const Account& account, ReserveIndex id) {
    const auto found = state.categories.find(account.emode);
    if (account.emode == 0 || found == state.categories.end()) {
        return {};
    }
    const bool inside = rules.emode_bitmaps()
                            ? has_bit(found->second.collateral_bits, id)
                            : state.reserves.at(id).config.emode_category == account.emode;
    return {.category = &found->second, .inside = inside};
}

Int price_of(const Rules& rules, const State& state, const Mode& mode, ReserveIndex id) {
    if (mode.inside && !rules.emode_bitmaps() && !mode.category->price_source.is_zero()) {
        const Int& common = state.prices.at(mode.category->price_source);
        if (common != 0) {
            return common;
        }
    }
    return state.prices.at(state.reserves.at(id).asset);
}

Int ltv_of(const Rules& rules, const Configuration& config, const Mode& mode, ReserveIndex id) {
    if (rules.until(Version::k35)) {
        return config.ltv == 0 ? Int(0) : (mode.inside ? mode.category->ltv : config.ltv);
    }
    if (mode.inside) {
        return has_bit(mode.category->ltv_zero_bits, id) ? Int(0) : mode.category->ltv;
    }
    const bool isolated =
        rules.since(Version::k37) && mode.category != nullptr && mode.category->isolated;
    return isolated ? Int(0) : config.ltv;
}

AccountFigures since_35(const FigureSums& sums) {
    AccountFigures out;
    out.collateral = sums.collateral;
    out.debt = sums.debt;
    out.ltv = sums.collateral == 0 ? Int(0) : sums.by_ltv / sums.collateral;
    out.threshold = sums.collateral == 0 ? Int(0) : sums.by_threshold / sums.collateral;
    out.health_factor =
        sums.debt == 0 ? max_word() : wad_div(sums.by_threshold, sums.debt) / 10'000;
    const Int limit = sums.collateral * out.ltv / 10'000;
    out.available = limit <= sums.debt ? Int(0) : limit - sums.debt;
    return out;
}

AccountFigures until_34(const FigureSums& sums) {
    AccountFigures out;
    out.collateral = sums.collateral;
    out.debt = sums.debt;
    out.ltv = sums.collateral == 0 ? Int(0) : sums.by_ltv / sums.collateral;
    out.threshold = sums.collateral == 0 ? Int(0) : sums.by_threshold / sums.collateral;
    out.health_factor = sums.debt == 0
                            ? max_word()
                            : wad_div(percent_mul(sums.collateral, out.threshold), sums.debt);
    const Int limit = percent_mul(sums.collateral, out.ltv);
    out.available = limit < sums.debt ? Int(0) : limit - sums.debt;
    return out;
}

}  // namespace

void ContractModel::add_figures(const Address& holder, ReserveIndex id, FigureSums& sums) const {
    const Account& of = account(holder);
    const Reserve& reserve = state_.reserves.at(id);
    const Position& held = position(holder, id);
    const Mode mode = mode_of(rules_, state_, of, id);
    const Int price = price_of(rules_, state_, mode, id);
    const Int unit = pow10(reserve.config.decimals);
    const bool counts = reserve.config.threshold != 0 || rules_.since(Version::k36);
    if (of.collateral.contains(id) && counts) {
        const Int value = supply_amount(held.supply.scaled, income_index(id)) * price / unit;
        sums.collateral += value;
        sums.by_ltv += value * ltv_of(rules_, reserve.config, mode, id);
        sums.by_threshold +=
            value * (mode.inside ? mode.category->threshold : reserve.config.threshold);
    }
    if (of.debt.contains(id)) {
        const Int owed = debt_amount(held.debt.scaled, debt_index(id)) + stable_debt(holder, id);
        sums.debt +=
            rules_.directed_rounding() ? div_ceil(owed * price, unit) : owed * price / unit;
    }
}

AccountFigures ContractModel::figures(const Address& holder) const {
    const Account& of = account(holder);
    std::set<ReserveIndex> used = of.collateral;
    used.insert(of.debt.begin(), of.debt.end());
    FigureSums sums;
    for (const ReserveIndex id : used) {
        if (state_.reserves.at(id).listed) {
            add_figures(holder, id, sums);
        }
    }
    return rules_.directed_rounding() ? since_35(sums) : until_34(sums);
}

}  // namespace faultline::aave_model
