// SPDX-License-Identifier: Apache-2.0
// BorrowLogic.
#include "property/aave_model/contract_events.hpp"
#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/contract_state.hpp"
#include "property/aave_model/exact_math.hpp"
#include "property/aave_model/version.hpp"

#include <faultline/base/bytes.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace faultline::aave_model {

namespace events = contract_events;

namespace {

constexpr std::uint64_t kStableMode = 1;
constexpr std::uint64_t kVariableMode = 2;

}  // namespace

void ContractModel::borrow(const Address& holder, ReserveIndex id, const Int& amount, bool stable) {
    if (rules_.v2()) {
        borrow_v2(holder, id, amount, stable);
        return;
    }
    require(rules_.stable_debt() || !stable);
    update_state(id);
    const Reserve& of = reserve(id);
    if (stable) {
        mint_stable(holder, id, amount);
    } else {
        mint(
            {.token = Token::kDebt,
             .id = id,
             .caller = holder,
             .holder = holder,
             .target = {},
             .amount = amount,
             .scaled = scaled_mint(Token::kDebt, amount, of.debt_index),
             .index = of.debt_index}
        );
    }
    set_debt(holder, id, true);
    add_isolated_debt(holder, id, amount);
    update_rates(id, 0, amount);
    emit<events::Borrow>(
        market().pool,
        {of.asset,
         holder,
         holder,
         to_word(amount),
         stable ? kStableMode : kVariableMode,
         to_word(stable ? of.stable_rate : of.variable_rate),
         0}
    );
}

void ContractModel::burn_debt(const Address& holder, ReserveIndex id, const Int& amount) {
    const Int index = reserve(id).debt_index;
    burn(
        {.token = Token::kDebt,
         .id = id,
         .caller = holder,
         .holder = holder,
         .target = {},
         .amount = amount,
         .scaled = scaled_burn(Token::kDebt, amount, index),
         .index = index}
    );
}

/// `debt_before` is variable and stable debt, each rounded.
void ContractModel::settle_debt_flag(
    const Address& holder, ReserveIndex id, const Int& debt_before, const Int& paid
) {
    const bool none =
        rules_.flag_follows_scaled() ? position(holder, id).debt.scaled == 0 : debt_before == paid;
    if (none) {
        set_debt(holder, id, false);
    }
}

void ContractModel::repay(
    const Address& holder, ReserveIndex id, const std::optional<Int>& amount
) {
    if (rules_.v2()) {
        repay_v2(holder, id, amount, false);
        return;
    }
    update_state(id);
    const Reserve& of = reserve(id);
    const Int debt = debt_amount(position(holder, id).debt.scaled, of.debt_index);
    const Int stable = stable_debt(holder, id);
    const Int paid = std::min(amount.value_or(debt), debt);
    require(paid > 0);
    burn_debt(holder, id, paid);
    update_rates(id, paid, 0);
    settle_debt_flag(holder, id, debt + stable, paid);
    if (const auto collateral = isolated_collateral(holder)) {
        reduce_isolated_debt(*collateral, id, paid);
    }
    emit<events::Repay>(market().pool, {of.asset, holder, holder, to_word(paid), false});
}

void ContractModel::repay_with_a_tokens(
    const Address& holder, ReserveIndex id, const std::optional<Int>& amount
) {
    update_state(id);
    const Reserve& of = reserve(id);
    const Int debt = debt_amount(position(holder, id).debt.scaled, of.debt_index);
    const Int balance = supply_amount(position(holder, id).supply.scaled, of.liquidity_index);
    const Int stable = stable_debt(holder, id);
    const Int paid = std::min(amount.value_or(balance), debt);
    require(paid > 0 && paid <= balance);
    burn_debt(holder, id, paid);
    update_rates(id, 0, 0);
    settle_debt_flag(holder, id, debt + stable, paid);
    if (const auto collateral = isolated_collateral(holder)) {
        reduce_isolated_debt(*collateral, id, paid);
    }
    const bool nothing_left = burn(
        {.token = Token::kSupply,
         .id = id,
         .caller = holder,
         .holder = holder,
         .target = of.a_token,
         .amount = paid,
         .scaled = scaled_burn(Token::kSupply, paid, of.liquidity_index),
         .index = of.liquidity_index}
    );
    // In 3.1 and 3.2 it is said even where there was no flag; in 3.0 never.
    const bool told = rules_.since(Version::k31) &&
                      (rules_.until(Version::k32) || account(holder).collateral.contains(id));
    if (nothing_left && told) {
        set_collateral(holder, id, false);
    }
    emit<events::Repay>(market().pool, {of.asset, holder, holder, to_word(paid), true});
}

void ContractModel::repay_stable(
    const Address& holder, ReserveIndex id, const std::optional<Int>& amount
) {
    if (rules_.v2()) {
        repay_v2(holder, id, amount, true);
        return;
    }
    require(rules_.stable_debt());
    update_state(id);
    const Reserve& of = reserve(id);
    const Int variable = debt_amount(position(holder, id).debt.scaled, of.debt_index);
    const Int stable = stable_debt(holder, id);
    const Int paid = std::min(amount.value_or(stable), stable);
    burn_stable(holder, id, paid);
    update_rates(id, paid, 0);
    settle_debt_flag(holder, id, variable + stable, paid);
    if (const auto collateral = isolated_collateral(holder)) {
        reduce_isolated_debt(*collateral, id, paid);
    }
    emit<events::Repay>(market().pool, {of.asset, holder, holder, to_word(paid), false});
}

void ContractModel::swap_to_stable(const Address& holder, ReserveIndex id) {
    if (rules_.v2()) {
        swap_v2(holder, id, true);
        return;
    }
    require(rules_.stable_debt());
    update_state(id);
    const Reserve& of = reserve(id);
    const Int debt = debt_amount(position(holder, id).debt.scaled, of.debt_index);
    burn_debt(holder, id, debt);
    mint_stable(holder, id, debt);
    update_rates(id, 0, 0);
    emit<events::SwapBorrowRateMode>(market().pool, {of.asset, holder, kVariableMode});
}

void ContractModel::swap_to_variable(const Address& holder, ReserveIndex id) {
    if (rules_.v2()) {
        swap_v2(holder, id, false);
        return;
    }
    require(rules_.stable_debt());
    update_state(id);
    const Reserve& of = reserve(id);
    const Int debt = stable_debt(holder, id);
    burn_stable(holder, id, debt);
    mint(
        {.token = Token::kDebt,
         .id = id,
         .caller = holder,
         .holder = holder,
         .target = {},
         .amount = debt,
         .scaled = scaled_mint(Token::kDebt, debt, of.debt_index),
         .index = of.debt_index}
    );
    update_rates(id, 0, 0);
    emit<events::SwapBorrowRateMode>(market().pool, {of.asset, holder, kStableMode});
}

void ContractModel::rebalance(const Address& holder, ReserveIndex id) {
    if (rules_.v2()) {
        rebalance_v2(holder, id);
        return;
    }
    require(rules_.stable_debt());
    update_state(id);
    const Int debt = stable_debt(holder, id);
    burn_stable(holder, id, debt);
    mint_stable(holder, id, debt);
    update_rates(id, 0, 0);
    emit<events::RebalanceStableBorrowRate>(market().pool, {reserve(id).asset, holder});
}

}  // namespace faultline::aave_model
