// SPDX-License-Identifier: Apache-2.0
// StableDebtToken, up to 3.1.
#include "property/aave_model/contract_events.hpp"
#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/contract_state.hpp"
#include "property/aave_model/exact_math.hpp"
#include "property/aave_model/version.hpp"

#include <faultline/base/bytes.hpp>

namespace faultline::aave_model {

namespace events = contract_events;

namespace {

Int wad_to_ray(const Int& amount) {
    return amount * pow10(9);
}

}  // namespace

Int ContractModel::stable_debt(const Address& holder, ReserveIndex id) const {
    const StableHolding& held = position(holder, id).stable;
    return held.principal == 0 ? Int(0)
                               : ray_mul(held.principal, series(held.rate, now_ - held.updated));
}

Int ContractModel::stable_total(ReserveIndex id) const {
    const Reserve& of = state_.reserves.at(id);
    return of.stable_principal == 0
               ? Int(0)
               : ray_mul(
                     of.stable_principal, series(of.stable_average_rate, now_ - of.stable_updated)
                 );
}

/// Whether the holder had none before.
bool ContractModel::mint_stable(const Address& holder, ReserveIndex id, const Int& amount) {
    const Int owed = stable_debt(holder, id);
    const Int total = stable_total(id);
    Reserve& of = reserve(id);
    StableHolding& held = edit(holder, id).stable;
    const Int increase = owed - held.principal;
    const Int rate = of.stable_rate;
    require(amount > 0);
    held.rate = ray_div(
        ray_mul(held.rate, wad_to_ray(owed)) + ray_mul(wad_to_ray(amount), rate),
        wad_to_ray(owed + amount)
    );
    held.principal += amount + increase;
    held.updated = now_;
    const Int next_total = total + amount;
    of.stable_average_rate = ray_div(
        ray_mul(of.stable_average_rate, wad_to_ray(total)) + ray_mul(rate, wad_to_ray(amount)),
        wad_to_ray(next_total)
    );
    of.stable_principal = next_total;
    of.stable_updated = now_;
    emit<events::StableMint>(
        of.stable_token,
        {holder,
         holder,
         // V2 says it without the interest that it adds.
         to_word(rules_.v2() ? amount : Int(amount + increase)),
         to_word(owed),
         to_word(increase),
         to_word(held.rate),
         to_word(of.stable_average_rate),
         to_word(next_total)}
    );
    return owed == 0;
}

void ContractModel::burn_stable(const Address& holder, ReserveIndex id, const Int& amount) {
    const Int owed = stable_debt(holder, id);
    const Int total = stable_total(id);
    Reserve& of = reserve(id);
    StableHolding& held = edit(holder, id).stable;
    require(amount > 0 && amount <= owed);
    const Int increase = owed - held.principal;
    const Int rate = held.rate;
    // Users' debts are rounded one by one, the total by itself, so it may be the smaller.
    Int next_total = 0;
    if (total <= amount) {
        of.stable_average_rate = 0;
        of.stable_principal = 0;
    } else {
        next_total = total - amount;
        const Int of_all = ray_mul(of.stable_average_rate, wad_to_ray(total));
        const Int of_burnt = ray_mul(rate, wad_to_ray(amount));
        const bool none = of_burnt >= of_all;
        of.stable_principal = none ? Int(0) : next_total;
        of.stable_average_rate = none ? Int(0) : ray_div(of_all - of_burnt, wad_to_ray(next_total));
    }
    const bool all = amount == owed;
    held.rate = all ? Int(0) : held.rate;
    held.updated = all ? 0 : now_;
    held.principal = owed - amount;
    of.stable_updated = now_;
    if (increase > amount) {
        emit<events::StableMint>(
            of.stable_token,
            {holder,
             holder,
             to_word(increase - amount),
             to_word(owed),
             to_word(increase),
             to_word(rate),
             to_word(of.stable_average_rate),
             to_word(next_total)}
        );
    } else {
        emit<events::StableBurn>(
            of.stable_token,
            {holder,
             to_word(amount - increase),
             to_word(owed),
             to_word(increase),
             to_word(of.stable_average_rate),
             to_word(next_total)}
        );
    }
}

}  // namespace faultline::aave_model
