// SPDX-License-Identifier: Apache-2.0
// The views of aTokens and debt tokens.
#include "core/protocols/aave/scaled_balance.hpp"
#include "core/protocols/aave/view_answer.hpp"
#include "core/protocols/aave/view_calls.hpp"

#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/interest.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/views.hpp>

#include <optional>

namespace faultline::aave {

std::optional<U256> Views::balance(
    const ContractRow& token, const ReserveRow& reserve, const U256& scaled
) const {
    const auto index = token.role == ContractRole::kAToken
                           ? normalized_income_ray(reserve, time_)
                           : normalized_debt_ray(rules_, reserve, time_);
    return index ? actual_balance(token, scaled, *index) : std::nullopt;
}

Answer Views::of_token(const Call& call, const ContractRow& token) const {
    const ReserveRow* reserve =
        tables_.reserves.find({.market = market_, .reserve = token.reserve});
    if (reserve == nullptr) {
        return Answer::without(FigureStatus::kNoData, "a token of a reserve that was dropped");
    }
    if (token.role == ContractRole::kStableDebtToken) {
        return of_stable_debt(call, token.reserve, *reserve);
    }
    const bool a_token = token.role == ContractRole::kAToken;
    const U256& scaled_total = a_token ? reserve->scaled_supply : reserve->scaled_debt;
    if (call.view == View::kScaledSupply) {
        return word(scaled_total);
    }
    if (call.view == View::kSupply) {
        return word(balance(token, *reserve, scaled_total));
    }
    if (!call.has_argument() ||
        (call.view != View::kScaledBalance && call.view != View::kBalance)) {
        return no_figure(call.data);
    }
    const PositionRow held =
        tables_.positions
            .find({.market = market_, .account = call.address(), .reserve = token.reserve})
            .value_or(PositionRow{});
    const U256& scaled = a_token ? held.scaled_supply : held.scaled_debt;
    return word(call.view == View::kScaledBalance ? scaled : balance(token, *reserve, scaled));
}

Answer Views::of_stable_debt(const Call& call, ReserveId id, const ReserveRow& reserve) const {
    const StableTotal& all = reserve.stable;
    const auto total = stable_debt(rules_, all.principal, all.average_rate_ray, all.updated, time_);
    switch (call.view) {
        case View::kSupply:
            return word(total);
        case View::kStableAverageRate:
            return word(all.average_rate_ray);
        case View::kStableUpdated:
            return word(U256(all.updated.value));
        case View::kStableSupplyData:
            return words({all.principal, total, all.average_rate_ray, U256(all.updated.value)});
        default:
            break;
    }
    if (!call.has_argument()) {
        return no_figure(call.data);
    }
    const StablePositionRow* found =
        tables_.stable_positions.find({.market = market_, .account = call.address(), .reserve = id}
        );
    const StablePositionRow held = found == nullptr ? StablePositionRow{} : *found;
    switch (call.view) {
        case View::kBalance:
            return word(stable_debt(rules_, held.principal, held.rate_ray, held.updated, time_));
        case View::kStablePrincipal:
            return word(held.principal);
        case View::kStableRate:
            return word(held.rate_ray);
        case View::kStableUserUpdated:
            return word(U256(held.updated.value));
        default:
            return no_figure(call.data);
    }
}

}  // namespace faultline::aave
