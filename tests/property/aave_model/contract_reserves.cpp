// SPDX-License-Identifier: Apache-2.0
// ReserveLogic: indexes, what the treasury is due, rates.
#include "property/aave_model/contract_events.hpp"
#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/contract_state.hpp"
#include "property/aave_model/exact_math.hpp"
#include "property/aave_model/version.hpp"

namespace faultline::aave_model {

namespace events = contract_events;

Int ContractModel::compounded(const Int& rate, Seconds elapsed) const {
    return rules_.taylor() ? taylor_interest(rate, elapsed) : series(rate, elapsed);
}

Int ContractModel::series(const Int& rate, Seconds elapsed) const {
    return rules_.v2() ? per_second_interest(rate, elapsed) : binomial_interest(rate, elapsed);
}

Int ContractModel::income_index(ReserveIndex id) const {
    const Reserve& of = state_.reserves.at(id);
    return of.updated == now_
               ? of.liquidity_index
               : ray_mul(linear_interest(of.liquidity_rate, now_ - of.updated), of.liquidity_index);
}

Int ContractModel::debt_index(ReserveIndex id) const {
    const Reserve& of = state_.reserves.at(id);
    return of.updated == now_
               ? of.debt_index
               : ray_mul(compounded(of.variable_rate, now_ - of.updated), of.debt_index);
}

Int ContractModel::treasury_share(const Reserve& before, const Reserve& after) const {
    const Int& factor = before.config.reserve_factor;
    if (factor == 0) {
        return 0;
    }
    if (rules_.directed_rounding()) {
        const Int interest =
            ray_mul_floor(before.scaled_debt, after.debt_index - before.debt_index);
        return ray_div_floor(percent_mul(interest, factor), after.liquidity_index);
    }
    Int interest = ray_mul(before.scaled_debt, after.debt_index) -
                   ray_mul(before.scaled_debt, before.debt_index);
    if (rules_.stable_debt()) {
        const auto total_at = [&](Seconds time) {
            return ray_mul(
                before.stable_principal,
                binomial_interest(before.stable_average_rate, time - before.stable_updated)
            );
        };
        // Without principal the token's time is that of whatever was last.
        interest +=
            before.stable_principal == 0 ? Int(0) : total_at(now_) - total_at(before.updated);
    }
    return ray_div(percent_mul(interest, factor), after.liquidity_index);
}

void ContractModel::update_state(ReserveIndex id) {
    const Reserve cached = reserve(id);
    update_state_from(id, cached);
}

/// `cached` is the reserve as the contract's memory has it, which may be older than its storage.
void ContractModel::update_state_from(ReserveIndex id, const Reserve& cached) {
    if (cached.updated == now_) {
        return;
    }
    Reserve next = cached;
    if (cached.liquidity_rate != 0) {
        next.liquidity_index = ray_mul(
            linear_interest(cached.liquidity_rate, now_ - cached.updated), cached.liquidity_index
        );
    }
    if (cached.scaled_debt != 0) {
        next.debt_index =
            ray_mul(compounded(cached.variable_rate, now_ - cached.updated), cached.debt_index);
    }
    // toUint128.
    const Int limit = Int(1) << 128U;
    require(next.liquidity_index < limit && next.debt_index < limit);
    Reserve& stored = reserve(id);
    stored.accrued_to_treasury += treasury_share(cached, next);
    stored.liquidity_index = next.liquidity_index;
    stored.debt_index = next.debt_index;
    stored.updated = now_;
}

void ContractModel::update_rates(ReserveIndex id, const Int& added, const Int& taken) {
    Reserve& of = reserve(id);
    require(of.underlying + added >= taken);
    of.underlying += added - taken;
    const Rates rates = rates_(id);
    of.liquidity_rate = rates.liquidity;
    of.variable_rate = rates.variable;
    of.stable_rate = rules_.stable_debt() ? rates.stable : Int(0);
    emit<events::ReserveDataUpdated>(
        market().pool,
        {of.asset,
         to_word(of.liquidity_rate),
         to_word(of.stable_rate),
         to_word(of.variable_rate),
         to_word(of.liquidity_index),
         to_word(of.debt_index)}
    );
}

/// cumulateToLiquidityIndex, up to 3.3: what suppliers are given at once. Returns the new index.
Int ContractModel::raise_liquidity_index(ReserveIndex id, const Int& amount) {
    Reserve& of = reserve(id);
    const Int all = ray_mul(of.scaled_supply, of.liquidity_index) +
                    ray_mul(of.accrued_to_treasury, of.liquidity_index);
    require(all > 0);
    const Int wad_to_ray = pow10(9);
    of.liquidity_index =
        ray_mul(ray_div(amount * wad_to_ray, all * wad_to_ray) + ray(), of.liquidity_index);
    return of.liquidity_index;
}

}  // namespace faultline::aave_model
