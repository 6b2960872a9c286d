// SPDX-License-Identifier: Apache-2.0
// LendingPoolConfigurator and LendingPoolAddressesProvider of V2.
#include "property/aave_model/contract_events.hpp"
#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/contract_state.hpp"
#include "property/aave_model/exact_math.hpp"

#include <faultline/base/bytes.hpp>

namespace faultline::aave_model {

namespace events = contract_events;

void ContractModel::create_pool_v2(const Address& implementation) {
    const Address& provider = market().addresses_provider;
    emit<events::v2::ProxyCreated>(provider, {Hash32{}, market().pool});
    emit<events::v2::LendingPoolUpdated>(provider, {implementation});
}

void ContractModel::set_reserve_factor_v2(ReserveIndex id, const Int& bps) {
    Reserve& of = reserve(id);
    of.config.reserve_factor = bps;
    emit<events::v2::ReserveFactorChanged>(market().configurator, {of.asset, to_word(bps)});
}

void ContractModel::freeze_v2(ReserveIndex id, bool on) {
    Reserve& of = reserve(id);
    of.config.frozen = on;
    if (on) {
        emit<events::v2::ReserveFrozen>(market().configurator, {of.asset});
    } else {
        emit<events::v2::ReserveUnfrozen>(market().configurator, {of.asset});
    }
}

void ContractModel::set_switch_v2(ReserveIndex id, unsigned choice, bool on) {
    Reserve& of = reserve(id);
    const Address& configurator = market().configurator;
    if (choice < 3) {
        of.config.borrowing = on;
        if (on) {
            of.config.stable_borrowing = choice == 2;
            emit<events::v2::BorrowingEnabledOnReserve>(configurator, {of.asset, choice == 2});
        } else {
            emit<events::v2::BorrowingDisabledOnReserve>(configurator, {of.asset});
        }
    } else if (choice < 5) {
        of.config.stable_borrowing = on;
        if (on) {
            emit<events::v2::StableRateEnabledOnReserve>(configurator, {of.asset});
        } else {
            emit<events::v2::StableRateDisabledOnReserve>(configurator, {of.asset});
        }
    } else {
        of.config.active = on;
        if (on) {
            emit<events::v2::ReserveActivated>(configurator, {of.asset});
        } else {
            emit<events::v2::ReserveDeactivated>(configurator, {of.asset});
        }
    }
}

void ContractModel::set_strategy_v2(ReserveIndex id, const Address& next) {
    Reserve& of = reserve(id);
    of.strategy = next;
    emit<events::v2::ReserveInterestRateStrategyChanged>(market().configurator, {of.asset, next});
}

}  // namespace faultline::aave_model
