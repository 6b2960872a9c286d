// SPDX-License-Identifier: Apache-2.0
// ScaledBalanceTokenBase and AToken: what tokens keep, and what they say of it.
#include "property/aave_model/contract_events.hpp"
#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/contract_state.hpp"
#include "property/aave_model/exact_math.hpp"
#include "property/aave_model/version.hpp"

#include <faultline/base/bytes.hpp>

namespace faultline::aave_model {

namespace events = contract_events;

Int ContractModel::supply_amount(const Int& scaled, const Int& index) const {
    return rules_.directed_rounding() ? ray_mul_floor(scaled, index) : ray_mul(scaled, index);
}

Int ContractModel::debt_amount(const Int& scaled, const Int& index) const {
    return rules_.directed_rounding() ? ray_mul_ceil(scaled, index) : ray_mul(scaled, index);
}

Int ContractModel::amount_of(Token token, const Int& scaled, const Int& index) const {
    return token == Token::kSupply ? supply_amount(scaled, index) : debt_amount(scaled, index);
}

Int ContractModel::scaled_mint(Token token, const Int& amount, const Int& index) const {
    if (!rules_.directed_rounding()) {
        return ray_div(amount, index);
    }
    return token == Token::kSupply ? ray_div_floor(amount, index) : ray_div_ceil(amount, index);
}

Int ContractModel::scaled_burn(Token token, const Int& amount, const Int& index) const {
    if (!rules_.directed_rounding()) {
        return ray_div(amount, index);
    }
    return token == Token::kSupply ? ray_div_ceil(amount, index) : ray_div_floor(amount, index);
}

Int ContractModel::scaled_transfer(const Int& amount, const Int& index) const {
    return rules_.directed_rounding() ? ray_div_ceil(amount, index) : ray_div(amount, index);
}

ScaledHolding& ContractModel::holding(const Change& change) {
    Position& of = edit(change.holder, change.id);
    return change.token == Token::kSupply ? of.supply : of.debt;
}

bool ContractModel::mint(const Change& change) {
    require(change.scaled > 0);
    ScaledHolding& held = holding(change);
    Reserve& of = reserve(change.id);
    const Int before = held.scaled;
    const Int then = amount_of(change.token, before, held.index);
    const Int increase = amount_of(change.token, before, change.index) - then;
    const Int value = rules_.directed_rounding()
                          ? amount_of(change.token, before + change.scaled, change.index) - then
                          : change.amount + increase;
    held = {.scaled = before + change.scaled, .index = change.index};
    const bool supply = change.token == Token::kSupply;
    (supply ? of.scaled_supply : of.scaled_debt) += change.scaled;
    emit<events::Mint>(
        supply ? of.a_token : of.v_token,
        {change.caller, change.holder, to_word(value), to_word(increase), to_word(change.index)}
    );
    return before == 0;
}

bool ContractModel::burn(const Change& change) {
    ScaledHolding& held = holding(change);
    Reserve& of = reserve(change.id);
    const Int before = held.scaled;
    require(change.scaled > 0 && change.scaled <= before);
    const Int then = amount_of(change.token, before, held.index);
    const Int increase = amount_of(change.token, before, change.index) - then;
    const Int value = rules_.directed_rounding()
                          ? amount_of(change.token, before - change.scaled, change.index) - then
                          : increase - change.amount;
    held = {.scaled = before - change.scaled, .index = change.index};
    const bool supply = change.token == Token::kSupply;
    (supply ? of.scaled_supply : of.scaled_debt) -= change.scaled;
    const Address& token = supply ? of.a_token : of.v_token;
    if (value > 0) {
        emit<events::Mint>(
            token,
            {change.holder, change.holder, to_word(value), to_word(increase), to_word(change.index)}
        );
    } else {
        emit<events::Burn>(
            token,
            {change.holder, change.target, to_word(-value), to_word(increase), to_word(change.index)
            }
        );
    }
    return held.scaled == 0;
}

void ContractModel::move_scaled(
    const Address& from, const Address& to, ReserveIndex id, const Int& scaled, const Int& index
) {
    const Reserve& of = reserve(id);
    const auto interest_of = [&](const Address& holder) {
        const ScaledHolding& held = edit(holder, id).supply;
        return Int(supply_amount(held.scaled, index) - supply_amount(held.scaled, held.index));
    };
    const Int of_sender = interest_of(from);
    const Int of_receiver = from == to ? Int(0) : interest_of(to);
    require(scaled <= edit(from, id).supply.scaled);
    edit(from, id).supply.scaled -= scaled;
    edit(to, id).supply.scaled += scaled;
    edit(from, id).supply.index = index;
    edit(to, id).supply.index = index;
    const auto say_interest = [&](const Address& holder, const Int& interest) {
        if (interest > 0) {
            emit<events::Mint>(
                of.a_token, {from, holder, to_word(interest), to_word(interest), to_word(index)}
            );
        }
    };
    say_interest(from, of_sender);
    say_interest(to, of_receiver);
    emit<events::BalanceTransfer>(of.a_token, {from, to, to_word(scaled), to_word(index)});
}

/// AToken.transfer and SupplyLogic.executeFinalizeTransfer.
void ContractModel::transfer(
    const Address& from, const Address& to, ReserveIndex id, const Int& amount
) {
    require(reserve(id).listed);
    if (rules_.v2()) {
        transfer_v2(from, to, id, amount);
        return;
    }
    const Int index = income_index(id);
    const Int scaled_before = position(from, id).supply.scaled;
    const Int scaled_of_receiver = position(to, id).supply.scaled;
    const Int scaled = scaled_transfer(amount, index);
    move_scaled(from, to, id, scaled, index);
    const bool nothing = rules_.until(Version::k33) ? amount == 0 : scaled == 0;
    if (from == to || nothing) {
        return;
    }
    const bool all = rules_.directed_rounding() ? scaled == scaled_before
                                                : amount == supply_amount(scaled_before, index);
    if (all && account(from).collateral.contains(id)) {
        set_collateral(from, id, false);
    }
    if (rules_.collateral_by_transfer() && supply_amount(scaled_of_receiver, index) == 0) {
        maybe_use_as_collateral(to, id);
    }
}

}  // namespace faultline::aave_model
