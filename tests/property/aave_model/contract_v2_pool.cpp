// SPDX-License-Identifier: Apache-2.0
// LendingPool and LendingPoolCollateralManager of V2.
#include "property/aave_model/contract_events.hpp"
#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/contract_state.hpp"
#include "property/aave_model/exact_math.hpp"

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

void ContractModel::deposit_v2(
    const Address& payer, const Address& holder, ReserveIndex id, const Int& amount
) {
    update_state_v2(id);
    update_rates(id, amount, 0);
    if (mint_v2(Token::kSupply, holder, id, amount)) {
        set_collateral(holder, id, true);
    }
    emit<events::v2::Deposit>(
        market().pool, {reserve(id).asset, payer, holder, to_word(amount), 0}
    );
}

void ContractModel::withdraw_v2(
    const Address& holder, ReserveIndex id, const std::optional<Int>& amount
) {
    require(reserve(id).listed);
    const Int balance = balance_v2(holder, id);
    const Int taken = amount.value_or(balance);
    require(taken > 0 && taken <= balance);
    update_state_v2(id);
    update_rates(id, 0, taken);
    if (taken == balance) {
        set_collateral(holder, id, false);
    }
    burn_v2(Token::kSupply, holder, id, taken);
    emit<events::Withdraw>(market().pool, {reserve(id).asset, holder, holder, to_word(taken)});
}

void ContractModel::borrow_v2(
    const Address& holder, ReserveIndex id, const Int& amount, bool stable
) {
    update_state_v2(id);
    const bool first =
        stable ? mint_stable(holder, id, amount) : mint_v2(Token::kDebt, holder, id, amount);
    if (first) {
        set_debt(holder, id, true);
    }
    const Int at_rate = reserve(id).stable_rate;
    update_rates(id, 0, amount);
    const Reserve& of = reserve(id);
    emit<events::v2::Borrow>(
        market().pool,
        {of.asset,
         holder,
         holder,
         to_word(amount),
         stable ? kStableMode : kVariableMode,
         to_word(stable ? at_rate : of.variable_rate),
         0}
    );
}

void ContractModel::repay_v2(
    const Address& holder, ReserveIndex id, const std::optional<Int>& amount, bool stable
) {
    require(reserve(id).listed);
    const Int fixed = stable_debt(holder, id);
    const Int variable = debt_v2(holder, id);
    const Int& owed = stable ? fixed : variable;
    const Int paid = std::min(amount.value_or(owed), owed);
    require(paid > 0);
    update_state_v2(id);
    if (stable) {
        burn_stable(holder, id, paid);
    } else {
        burn_v2(Token::kDebt, holder, id, paid);
    }
    update_rates(id, paid, 0);
    if (fixed + variable - paid == 0) {
        set_debt(holder, id, false);
    }
    emit<events::v2::Repay>(market().pool, {reserve(id).asset, holder, holder, to_word(paid)});
}

void ContractModel::swap_v2(const Address& holder, ReserveIndex id, bool to_stable) {
    require(reserve(id).listed);
    const Int owed = to_stable ? debt_v2(holder, id) : stable_debt(holder, id);
    require(owed > 0);
    update_state_v2(id);
    if (to_stable) {
        burn_v2(Token::kDebt, holder, id, owed);
        mint_stable(holder, id, owed);
    } else {
        burn_stable(holder, id, owed);
        mint_v2(Token::kDebt, holder, id, owed);
    }
    update_rates(id, 0, 0);
    emit<events::v2::Swap>(
        market().pool, {reserve(id).asset, holder, to_stable ? kVariableMode : kStableMode}
    );
}

void ContractModel::rebalance_v2(const Address& holder, ReserveIndex id) {
    const Int owed = stable_debt(holder, id);
    update_state_v2(id);
    burn_stable(holder, id, owed);
    mint_stable(holder, id, owed);
    update_rates(id, 0, 0);
    emit<events::RebalanceStableBorrowRate>(market().pool, {reserve(id).asset, holder});
}

/// AToken.transfer and LendingPool.finalizeTransfer.
void ContractModel::transfer_v2(
    const Address& from, const Address& to, ReserveIndex id, const Int& amount
) {
    const Int of_sender = balance_v2(from, id);
    const Int of_receiver = balance_v2(to, id);
    move_v2(from, to, id, amount);
    if (from != to) {
        require(amount <= of_sender);
        if (amount == of_sender) {
            set_collateral(from, id, false);
        }
        if (of_receiver == 0 && amount != 0) {
            set_collateral(to, id, true);
        }
    }
    emit<events::BalanceTransfer>(
        reserve(id).a_token, {from, to, to_word(amount), to_word(income_index(id))}
    );
}

void ContractModel::use_as_collateral_v2(const Address& holder, ReserveIndex id, bool on) {
    require(reserve(id).listed && balance_v2(holder, id) > 0);
    set_collateral(holder, id, on);
}

void ContractModel::flash_loan_v2(
    const Address& taker, ReserveIndex id, const Int& amount, const Int& premium
) {
    update_state_v2(id);
    Reserve& of = reserve(id);
    const Int all = ray_mul(of.scaled_supply, of.liquidity_index);
    require(all > 0);
    const Int wad_to_ray = pow10(9);
    of.liquidity_index =
        ray_mul(ray_div(premium * wad_to_ray, all * wad_to_ray) + ray(), of.liquidity_index);
    require(of.liquidity_index < Int(1) << 128U);
    update_rates(id, premium, 0);
    emit<events::v2::FlashLoan>(
        market().pool, {taker, taker, of.asset, to_word(amount), to_word(premium), 0}
    );
}

/// Never clears a borrower's flag of debt, whatever is left of it.
void ContractModel::liquidate_v2(const Liquidation& call) {
    require(account(call.borrower).collateral.contains(call.collateral));
    const Int balance = balance_v2(call.borrower, call.collateral);
    const Int variable = debt_v2(call.borrower, call.debt);
    const Int stable = stable_debt(call.borrower, call.debt);
    const Int& covered = call.debt_to_cover;
    require(covered > 0 && covered <= variable + stable);
    require(call.collateral_amount >= 0 && call.collateral_amount <= balance);
    update_state_v2(call.debt);
    if (variable >= covered) {
        burn_v2(Token::kDebt, call.borrower, call.debt, covered);
    } else {
        if (variable > 0) {
            burn_v2(Token::kDebt, call.borrower, call.debt, variable);
        }
        burn_stable(call.borrower, call.debt, covered - variable);
    }
    update_rates(call.debt, covered, 0);
    if (call.receive_a_token) {
        const bool first = balance_v2(call.liquidator, call.collateral) == 0;
        move_v2(call.borrower, call.liquidator, call.collateral, call.collateral_amount);
        emit<events::BalanceTransfer>(
            reserve(call.collateral).a_token,
            {call.borrower,
             call.liquidator,
             to_word(call.collateral_amount),
             to_word(income_index(call.collateral))}
        );
        if (first) {
            set_collateral(call.liquidator, call.collateral, true);
        }
    } else {
        update_state_v2(call.collateral);
        update_rates(call.collateral, 0, call.collateral_amount);
        burn_v2(Token::kSupply, call.borrower, call.collateral, call.collateral_amount);
    }
    if (call.collateral_amount == balance) {
        set_collateral(call.borrower, call.collateral, false);
    }
    emit<events::LiquidationCall>(
        market().pool,
        {reserve(call.collateral).asset,
         reserve(call.debt).asset,
         call.borrower,
         to_word(covered),
         to_word(call.collateral_amount),
         call.liquidator,
         call.receive_a_token}
    );
}

}  // namespace faultline::aave_model
