// SPDX-License-Identifier: Apache-2.0
// LiquidationLogic.
#include "property/aave_model/contract_events.hpp"
#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/contract_state.hpp"
#include "property/aave_model/exact_math.hpp"
#include "property/aave_model/version.hpp"

#include <faultline/base/bytes.hpp>

#include <algorithm>
#include <set>

namespace faultline::aave_model {

namespace events = contract_events;

struct ContractModel::LiquidationPlan {
    Int collateral_index;
    Int collateral_balance;
    Int variable_debt;
    Int stable_debt;
    Int total_collateral_base;
    bool reserve_consumed = false;
    bool no_collateral_left = false;
};

ContractModel::LiquidationPlan ContractModel::plan(const Liquidation& call) {
    // In 3.5 and 3.6 this copy is older than the debt's update, and when both are one reserve its
    // interest is accrued again.
    const Reserve cached = reserve(call.collateral);
    update_state(call.debt);
    if (rules_.since(Version::k37)) {
        update_state(call.collateral);
    } else if (rules_.since(Version::k35)) {
        update_state_from(call.collateral, cached);
    }
    const Position& collateral = position(call.borrower, call.collateral);
    LiquidationPlan plan;
    plan.collateral_index = income_index(call.collateral);
    plan.collateral_balance = supply_amount(collateral.supply.scaled, plan.collateral_index);
    plan.variable_debt =
        debt_amount(position(call.borrower, call.debt).debt.scaled, reserve(call.debt).debt_index);
    plan.stable_debt = stable_debt(call.borrower, call.debt);
    plan.total_collateral_base = figures(call.borrower).collateral;
    require(call.borrower != call.liquidator);
    require(account(call.borrower).collateral.contains(call.collateral));
    require(call.debt_to_cover > 0 && call.collateral_amount > 0);
    require(call.debt_to_cover <= plan.variable_debt + plan.stable_debt);
    require(call.collateral_amount + call.fee <= plan.collateral_balance);
    return plan;
}

/// What is taken is worth all the borrower's collateral. Also says whether the reserve is empty.
bool ContractModel::takes_all_collateral(const Liquidation& call, LiquidationPlan& plan) const {
    const Reserve& of = state_.reserves.at(call.collateral);
    const Int& price = state_.prices.at(of.asset);
    const Int unit = pow10(of.config.decimals);
    if (rules_.until(Version::k36)) {
        const Int taken = call.collateral_amount + call.fee;
        plan.reserve_consumed = taken == plan.collateral_balance;
        return taken * price / unit == plan.total_collateral_base;
    }
    const Int& held = position(call.borrower, call.collateral).supply.scaled;
    const Int used = std::min(
        held,
        Int(ray_div_ceil(call.collateral_amount, plan.collateral_index) +
            ray_div_ceil(call.fee, plan.collateral_index))
    );
    plan.reserve_consumed = used == held;
    return ray_mul_floor(used, plan.collateral_index) * price / unit == plan.total_collateral_base;
}

/// Since 3.3: what is covered, and when no collateral is left the rest too, which becomes deficit.
void ContractModel::burn_liquidated_debt(
    const Address& borrower,
    ReserveIndex id,
    const Int& debt,
    const Int& covered,
    bool no_collateral_left
) {
    if (debt != 0) {
        burn_debt(borrower, id, no_collateral_left ? debt : covered);
    }
    const Int outstanding = debt - covered;
    Reserve& of = reserve(id);
    if (no_collateral_left && outstanding != 0) {
        of.deficit += outstanding;
        emit<events::DeficitCreated>(market().pool, {borrower, of.asset, to_word(outstanding)});
    }
    const bool none = rules_.flag_follows_scaled() ? position(borrower, id).debt.scaled == 0
                                                   : no_collateral_left || outstanding == 0;
    if (none) {
        set_debt(borrower, id, false);
    }
    update_rates(id, covered, 0);
}

/// Variable debt goes first.
void ContractModel::burn_liquidated_debt_until_32(
    const Liquidation& call, const LiquidationPlan& plan
) {
    settle_debt_flag(
        call.borrower, call.debt, plan.variable_debt + plan.stable_debt, call.debt_to_cover
    );
    const Int variable = std::min(plan.variable_debt, call.debt_to_cover);
    if (variable != 0) {
        burn_debt(call.borrower, call.debt, variable);
    }
    if (call.debt_to_cover > variable) {
        burn_stable(call.borrower, call.debt, call.debt_to_cover - variable);
    }
    update_rates(call.debt, call.debt_to_cover, 0);
}

void ContractModel::seize(const Liquidation& call, const LiquidationPlan& plan) {
    const Int& index = plan.collateral_index;
    if (call.receive_a_token) {
        const bool first = position(call.liquidator, call.collateral).supply.scaled == 0;
        move_scaled(
            call.borrower,
            call.liquidator,
            call.collateral,
            scaled_transfer(call.collateral_amount, index),
            index
        );
        if (first && rules_.collateral_by_transfer()) {
            maybe_use_as_collateral(call.liquidator, call.collateral);
        }
        return;
    }
    update_state(call.collateral);
    update_rates(call.collateral, 0, call.collateral_amount);
    burn(
        {.token = Token::kSupply,
         .id = call.collateral,
         .caller = call.liquidator,
         .holder = call.borrower,
         .target = call.liquidator,
         .amount = call.collateral_amount,
         .scaled = scaled_burn(Token::kSupply, call.collateral_amount, index),
         .index = index}
    );
}

void ContractModel::take_fee(const Liquidation& call, const LiquidationPlan& plan) {
    if (call.fee == 0) {
        return;
    }
    const Int& index = plan.collateral_index;
    const Int left = position(call.borrower, call.collateral).supply.scaled;
    Int scaled = scaled_transfer(call.fee, index);
    if (scaled > left) {
        scaled = rules_.directed_rounding() ? left : ray_div(ray_mul(left, index), index);
    }
    move_scaled(call.borrower, treasury(), call.collateral, scaled, index);
}

void ContractModel::burn_bad_debt(const Address& borrower) {
    const std::set<ReserveIndex> flagged = account(borrower).debt;
    for (const ReserveIndex id : flagged) {
        if (!reserve(id).config.active) {
            continue;
        }
        update_state(id);
        const Int debt = debt_amount(position(borrower, id).debt.scaled, reserve(id).debt_index);
        burn_liquidated_debt(borrower, id, debt, 0, true);
    }
}

void ContractModel::liquidate(const Liquidation& call) {
    if (rules_.v2()) {
        liquidate_v2(call);
        return;
    }
    LiquidationPlan plan = this->plan(call);
    plan.no_collateral_left = takes_all_collateral(call, plan) && rules_.deficit();
    const bool flag_goes =
        plan.reserve_consumed || (rules_.since(Version::k37) && plan.no_collateral_left);
    if (flag_goes) {
        set_collateral(call.borrower, call.collateral, false);
    }
    if (rules_.deficit()) {
        burn_liquidated_debt(
            call.borrower,
            call.debt,
            plan.variable_debt,
            call.debt_to_cover,
            plan.no_collateral_left
        );
    } else {
        burn_liquidated_debt_until_32(call, plan);
    }
    const bool isolated = rules_.until(Version::k32)
                              ? isolated_collateral(call.borrower).has_value()
                              : reserve(call.collateral).config.debt_ceiling != 0;
    if (isolated && rules_.isolation_mode()) {
        reduce_isolated_debt(call.collateral, call.debt, call.debt_to_cover);
    }
    seize(call, plan);
    take_fee(call, plan);
    if (plan.no_collateral_left) {
        burn_bad_debt(call.borrower);
    }
    emit<events::LiquidationCall>(
        market().pool,
        {reserve(call.collateral).asset,
         reserve(call.debt).asset,
         call.borrower,
         to_word(call.debt_to_cover),
         to_word(call.collateral_amount),
         call.liquidator,
         call.receive_a_token}
    );
}

}  // namespace faultline::aave_model
