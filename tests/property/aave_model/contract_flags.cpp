// SPDX-License-Identifier: Apache-2.0
// UserConfiguration and IsolationModeLogic.
#include "property/aave_model/contract_events.hpp"
#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/contract_state.hpp"
#include "property/aave_model/exact_math.hpp"
#include "property/aave_model/version.hpp"

#include <faultline/base/bytes.hpp>

#include <cstdint>
#include <optional>

namespace faultline::aave_model {

namespace events = contract_events;

void ContractModel::set_collateral(const Address& holder, ReserveIndex id, bool on) {
    const Address& asset = reserve(id).asset;
    auto& flags = state_.accounts[holder].collateral;
    if (on) {
        flags.insert(id);
        emit<events::ReserveUsedAsCollateralEnabled>(market().pool, {asset, holder});
    } else {
        flags.erase(id);
        emit<events::ReserveUsedAsCollateralDisabled>(market().pool, {asset, holder});
    }
}

/// No log says it.
void ContractModel::set_debt(const Address& holder, ReserveIndex id, bool on) {
    auto& flags = state_.accounts[holder].debt;
    if (on) {
        flags.insert(id);
    } else {
        flags.erase(id);
    }
}

/// validateAutomaticUseAsCollateral, as far as it is modelled.
void ContractModel::maybe_use_as_collateral(const Address& holder, ReserveIndex id) {
    const Configuration& config = reserve(id).config;
    const auto& flags = account(holder).collateral;
    const bool alone = flags.empty() || (flags.size() == 1 && flags.contains(id));
    const bool mixes = !alone && (config.debt_ceiling != 0 || isolated_collateral(holder));
    if (config.ltv != 0 && !mixes) {
        set_collateral(holder, id, true);
    }
}

void ContractModel::use_as_collateral(const Address& holder, ReserveIndex id, bool on) {
    if (rules_.v2()) {
        use_as_collateral_v2(holder, id, on);
        return;
    }
    if (!on) {
        require(account(holder).collateral.contains(id));
        set_collateral(holder, id, false);
        return;
    }
    require(!account(holder).collateral.contains(id) && position(holder, id).supply.scaled > 0);
    maybe_use_as_collateral(holder, id);
}

void ContractModel::set_emode(const Address& holder, std::uint8_t category) {
    require(account(holder).emode != category);
    require(category == 0 || state_.categories.contains(category));
    state_.accounts[holder].emode = category;
    emit<events::UserEModeSet>(market().pool, {holder, category});
}

std::optional<ReserveIndex> ContractModel::isolated_collateral(const Address& holder) const {
    const auto& flags = account(holder).collateral;
    if (!rules_.isolation_mode() || flags.size() != 1 ||
        state_.reserves.at(*flags.begin()).config.debt_ceiling == 0) {
        return std::nullopt;
    }
    return *flags.begin();
}

void ContractModel::add_isolated_debt(const Address& holder, ReserveIndex id, const Int& amount) {
    const auto collateral = isolated_collateral(holder);
    if (!collateral) {
        return;
    }
    Reserve& isolated = reserve(*collateral);
    isolated.isolation_debt += amount / pow10(reserve(id).config.decimals - 2);
    emit<events::IsolationModeTotalDebtUpdated>(
        market().pool, {isolated.asset, to_word(isolated.isolation_debt)}
    );
}

void ContractModel::reduce_isolated_debt(
    ReserveIndex collateral, ReserveIndex id, const Int& amount
) {
    Reserve& isolated = reserve(collateral);
    const Int paid = amount / pow10(reserve(id).config.decimals - 2);
    isolated.isolation_debt =
        isolated.isolation_debt > paid ? Int(isolated.isolation_debt - paid) : Int(0);
    emit<events::IsolationModeTotalDebtUpdated>(
        market().pool, {isolated.asset, to_word(isolated.isolation_debt)}
    );
}

}  // namespace faultline::aave_model
