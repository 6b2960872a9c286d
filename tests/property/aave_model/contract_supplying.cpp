// SPDX-License-Identifier: Apache-2.0
// SupplyLogic, BridgeLogic, FlashLoanLogic, and what the treasury mints.
#include "property/aave_model/contract_events.hpp"
#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/contract_state.hpp"
#include "property/aave_model/exact_math.hpp"
#include "property/aave_model/version.hpp"

#include <faultline/base/bytes.hpp>

#include <algorithm>
#include <optional>
#include <vector>

namespace faultline::aave_model {

namespace events = contract_events;

void ContractModel::supply(
    const Address& payer, const Address& holder, ReserveIndex id, const Int& amount
) {
    if (rules_.v2()) {
        deposit_v2(payer, holder, id, amount);
        return;
    }
    update_state(id);
    const Int index = reserve(id).liquidity_index;
    update_rates(id, amount, 0);
    const bool first = mint(
        {.token = Token::kSupply,
         .id = id,
         .caller = payer,
         .holder = holder,
         .target = {},
         .amount = amount,
         .scaled = scaled_mint(Token::kSupply, amount, index),
         .index = index}
    );
    if (first) {
        maybe_use_as_collateral(holder, id);
    }
    emit<events::Supply>(market().pool, {reserve(id).asset, payer, holder, to_word(amount), 0});
}

void ContractModel::withdraw(
    const Address& holder, ReserveIndex id, const std::optional<Int>& amount
) {
    if (rules_.v2()) {
        withdraw_v2(holder, id, amount);
        return;
    }
    update_state(id);
    const Int index = reserve(id).liquidity_index;
    const Int scaled_before = position(holder, id).supply.scaled;
    const Int balance = supply_amount(scaled_before, index);
    const Int taken = amount.value_or(balance);
    require(taken > 0 && taken <= balance);
    const Int scaled =
        amount ? scaled_burn(Token::kSupply, taken, index)
               : (rules_.directed_rounding() ? scaled_before
                                             : scaled_burn(Token::kSupply, balance, index));
    update_rates(id, 0, taken);
    const bool collateral = account(holder).collateral.contains(id);
    if (!rules_.directed_rounding() && collateral && taken == balance) {
        set_collateral(holder, id, false);
    }
    const bool nothing_left = burn(
        {.token = Token::kSupply,
         .id = id,
         .caller = holder,
         .holder = holder,
         .target = holder,
         .amount = taken,
         .scaled = scaled,
         .index = index}
    );
    if (rules_.directed_rounding() && collateral && nothing_left) {
        set_collateral(holder, id, false);
    }
    emit<events::Withdraw>(market().pool, {reserve(id).asset, holder, holder, to_word(taken)});
}

void ContractModel::mint_unbacked(const Address& holder, ReserveIndex id, const Int& amount) {
    require(rules_.unbacked());
    update_state(id);
    const Int index = reserve(id).liquidity_index;
    reserve(id).unbacked += amount;
    update_rates(id, 0, 0);
    const Address bridge = address_of("bridge");
    const bool first = mint(
        {.token = Token::kSupply,
         .id = id,
         .caller = bridge,
         .holder = holder,
         .target = {},
         .amount = amount,
         .scaled = scaled_mint(Token::kSupply, amount, index),
         .index = index}
    );
    if (first) {
        maybe_use_as_collateral(holder, id);
    }
    emit<events::MintUnbacked>(
        market().pool, {reserve(id).asset, bridge, holder, to_word(amount), 0}
    );
}

void ContractModel::back_unbacked(
    const Address& backer, ReserveIndex id, const Int& amount, const Int& fee
) {
    require(rules_.unbacked());
    update_state(id);
    Reserve& of = reserve(id);
    const Int backing = std::min(amount, of.unbacked);
    const Int to_protocol = percent_mul(fee, state_.bridge_fee);
    const Int index = raise_liquidity_index(id, fee - to_protocol);
    of.accrued_to_treasury += ray_div(to_protocol, index);
    of.unbacked -= backing;
    update_rates(id, backing + fee, 0);
    emit<events::BackUnbacked>(market().pool, {of.asset, backer, to_word(backing), to_word(fee)});
}

void ContractModel::flash_loan(
    const Address& taker, ReserveIndex id, const Int& amount, const Int& premium
) {
    require(reserve(id).underlying >= amount);
    if (rules_.v2()) {
        flash_loan_v2(taker, id, amount, premium);
        return;
    }
    update_state(id);
    Reserve& of = reserve(id);
    if (rules_.since(Version::k34)) {
        of.accrued_to_treasury += scaled_mint(Token::kSupply, premium, of.liquidity_index);
    } else {
        const Int to_protocol = percent_mul(premium, state_.flash_premium_to_protocol);
        const Int index = raise_liquidity_index(id, premium - to_protocol);
        of.accrued_to_treasury += ray_div(to_protocol, index);
    }
    update_rates(id, premium, 0);
    emit<events::FlashLoan>(
        market().pool, {taker, taker, of.asset, to_word(amount), 0, to_word(premium), 0}
    );
}

void ContractModel::flash_loan_into_debt(const Address& taker, ReserveIndex id, const Int& amount) {
    borrow(taker, id, amount);
    if (rules_.v2()) {
        emit<events::v2::FlashLoan>(
            market().pool, {taker, taker, reserve(id).asset, to_word(amount), 0, 0}
        );
        return;
    }
    emit<events::FlashLoan>(
        market().pool, {taker, taker, reserve(id).asset, to_word(amount), 2, 0, 0}
    );
}

void ContractModel::mint_to_treasury(const std::vector<ReserveIndex>& ids) {
    for (const ReserveIndex id : ids) {
        Reserve& of = reserve(id);
        const Int scaled = of.accrued_to_treasury;
        if (scaled == 0 || !of.config.active) {
            continue;
        }
        of.accrued_to_treasury = 0;
        const Int index = income_index(id);
        const Int amount = supply_amount(scaled, index);
        mint(
            {.token = Token::kSupply,
             .id = id,
             .caller = market().pool,
             .holder = treasury(),
             .target = {},
             .amount = amount,
             .scaled = rules_.directed_rounding() ? scaled : ray_div(amount, index),
             .index = index}
        );
        emit<events::MintedToTreasury>(market().pool, {of.asset, to_word(amount)});
    }
}

/// LiquidationLogic.executeEliminateDeficit.
void ContractModel::cover_deficit(const Address& holder, ReserveIndex id, const Int& amount) {
    require(rules_.deficit() && reserve(id).deficit > 0);
    update_state(id);
    Reserve& of = reserve(id);
    const Int index = of.liquidity_index;
    const Int covered = std::min(amount, of.deficit);
    const Int balance = supply_amount(position(holder, id).supply.scaled, index);
    require(covered <= balance);
    const bool collateral = account(holder).collateral.contains(id);
    if (!rules_.directed_rounding() && collateral && covered == balance) {
        set_collateral(holder, id, false);
    }
    const bool nothing_left = burn(
        {.token = Token::kSupply,
         .id = id,
         .caller = holder,
         .holder = holder,
         .target = of.a_token,
         .amount = covered,
         .scaled = scaled_burn(Token::kSupply, covered, index),
         .index = index}
    );
    if (rules_.directed_rounding() && collateral && nothing_left) {
        set_collateral(holder, id, false);
    }
    of.deficit -= covered;
    update_rates(id, 0, 0);
    emit<events::DeficitCovered>(market().pool, {of.asset, holder, to_word(covered)});
}

}  // namespace faultline::aave_model
