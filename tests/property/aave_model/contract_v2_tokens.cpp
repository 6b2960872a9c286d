// SPDX-License-Identifier: Apache-2.0
// AToken, VariableDebtToken and ReserveLogic of V2.
#include "property/aave_model/contract_events.hpp"
#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/contract_state.hpp"
#include "property/aave_model/exact_math.hpp"

#include <faultline/base/bytes.hpp>

namespace faultline::aave_model {

namespace events = contract_events;

Int ContractModel::balance_v2(const Address& holder, ReserveIndex id) const {
    return ray_mul(position(holder, id).supply.scaled, income_index(id));
}

Int ContractModel::debt_v2(const Address& holder, ReserveIndex id) const {
    return ray_mul(position(holder, id).debt.scaled, debt_index(id));
}

bool ContractModel::mint_v2(
    Token token, const Address& holder, ReserveIndex id, const Int& amount
) {
    Reserve& of = reserve(id);
    const bool supply = token == Token::kSupply;
    const Int& index = supply ? of.liquidity_index : of.debt_index;
    const Int scaled = ray_div(amount, index);
    require(scaled != 0);
    ScaledHolding& held = supply ? edit(holder, id).supply : edit(holder, id).debt;
    const bool first = held.scaled == 0;
    held.scaled += scaled;
    (supply ? of.scaled_supply : of.scaled_debt) += scaled;
    if (supply) {
        emit<events::v2::ATokenMint>(of.a_token, {holder, to_word(amount), to_word(index)});
    } else {
        emit<events::v2::DebtMint>(of.v_token, {holder, holder, to_word(amount), to_word(index)});
    }
    return first;
}

void ContractModel::burn_v2(
    Token token, const Address& holder, ReserveIndex id, const Int& amount
) {
    Reserve& of = reserve(id);
    const bool supply = token == Token::kSupply;
    const Int& index = supply ? of.liquidity_index : of.debt_index;
    const Int scaled = ray_div(amount, index);
    ScaledHolding& held = supply ? edit(holder, id).supply : edit(holder, id).debt;
    require(scaled != 0 && scaled <= held.scaled);
    held.scaled -= scaled;
    (supply ? of.scaled_supply : of.scaled_debt) -= scaled;
    if (supply) {
        emit<events::v2::ATokenBurn>(of.a_token, {holder, holder, to_word(amount), to_word(index)});
    } else {
        emit<events::v2::DebtBurn>(of.v_token, {holder, to_word(amount), to_word(index)});
    }
}

/// May be so little that it is no scaled unit: it is logged all the same.
void ContractModel::mint_to_treasury_v2(ReserveIndex id, const Int& amount) {
    if (amount == 0) {
        return;
    }
    Reserve& of = reserve(id);
    const Int scaled = ray_div(amount, of.liquidity_index);
    edit(treasury(), id).supply.scaled += scaled;
    of.scaled_supply += scaled;
    emit<events::v2::ATokenMint>(
        of.a_token, {treasury(), to_word(amount), to_word(of.liquidity_index)}
    );
}

/// AToken._transfer without validation.
void ContractModel::move_v2(
    const Address& from, const Address& to, ReserveIndex id, const Int& amount
) {
    const Int scaled = ray_div(amount, income_index(id));
    require(scaled <= edit(from, id).supply.scaled);
    edit(from, id).supply.scaled -= scaled;
    edit(to, id).supply.scaled += scaled;
}

void ContractModel::update_state_v2(ReserveIndex id) {
    Reserve& of = reserve(id);
    const Reserve before = of;
    const Int stable_now = stable_total(id);
    const Int stable_then =
        before.stable_principal == 0
            ? Int(0)
            : ray_mul(
                  before.stable_principal,
                  series(before.stable_average_rate, before.updated - before.stable_updated)
              );
    if (before.liquidity_rate > 0) {
        of.liquidity_index = ray_mul(
            linear_interest(before.liquidity_rate, now_ - before.updated), before.liquidity_index
        );
        if (before.scaled_debt != 0) {
            of.debt_index =
                ray_mul(series(before.variable_rate, now_ - before.updated), before.debt_index);
        }
    }
    const Int limit = Int(1) << 128U;
    require(of.liquidity_index < limit && of.debt_index < limit);
    of.updated = now_;
    if (of.config.reserve_factor == 0) {
        return;
    }
    const Int accrued = ray_mul(before.scaled_debt, of.debt_index) + stable_now -
                        ray_mul(before.scaled_debt, before.debt_index) - stable_then;
    require(accrued >= 0);
    mint_to_treasury_v2(id, percent_mul(accrued, of.config.reserve_factor));
}

}  // namespace faultline::aave_model
