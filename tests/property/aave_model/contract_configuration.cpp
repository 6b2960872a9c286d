// SPDX-License-Identifier: Apache-2.0
// PoolConfigurator: what changes a parameter and nothing else.
#include "property/aave_model/contract_events.hpp"
#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/contract_state.hpp"
#include "property/aave_model/exact_math.hpp"
#include "property/aave_model/version.hpp"

#include <faultline/base/bytes.hpp>

#include <array>
#include <cstdint>
#include <string>

namespace faultline::aave_model {

namespace events = contract_events;

void ContractModel::configure_collateral(
    ReserveIndex id, const Int& ltv, const Int& threshold, const Int& bonus
) {
    Reserve& of = reserve(id);
    const Int effective = of.config.frozen && !rules_.v2() ? Int(0) : ltv;
    of.config.ltv = effective;
    of.config.threshold = threshold;
    of.config.bonus = bonus;
    emit<events::CollateralConfigurationChanged>(
        market().configurator, {of.asset, to_word(effective), to_word(threshold), to_word(bonus)}
    );
}

/// In 3.0 a bit; since then the LTV goes to 0 with it, and until 3.5 comes back by itself.
void ContractModel::freeze(ReserveIndex id, bool on) {
    if (rules_.v2()) {
        freeze_v2(id, on);
        return;
    }
    Reserve& of = reserve(id);
    require(of.config.frozen != on);
    of.config.frozen = on;
    const bool moves_ltv = rules_.since(Version::k31) && (on || rules_.until(Version::k35));
    if (moves_ltv) {
        const Int before = of.config.ltv;
        of.config.ltv = on ? Int(0) : of.config.ltv_before_freeze;
        of.config.ltv_before_freeze = on ? before : Int(0);
        emit<events::CollateralConfigurationChanged>(
            market().configurator,
            {of.asset,
             to_word(of.config.ltv),
             to_word(of.config.threshold),
             to_word(of.config.bonus)}
        );
    }
    if (on && rules_.since(Version::k36)) {
        for (const auto& [category, parameters] : state_.categories) {
            if (has_bit(parameters.collateral_bits, id)) {
                set_ltv_zero_in_category(id, category, true);
            }
        }
    }
    emit<events::ReserveFrozen>(market().configurator, {of.asset, on});
}

void ContractModel::set_debt_ceiling(ReserveIndex id, const Int& cents) {
    Reserve& of = reserve(id);
    const bool was_none = of.config.debt_ceiling == 0;
    require(rules_.isolation_mode() && (!was_none || of.scaled_supply == 0));
    if (!was_none && cents == 0) {
        of.isolation_debt = 0;
        emit<events::IsolationModeTotalDebtUpdated>(market().pool, {of.asset, 0});
    }
    emit<events::DebtCeilingChanged>(
        market().configurator, {of.asset, to_word(of.config.debt_ceiling), to_word(cents)}
    );
    of.config.debt_ceiling = cents;
}

void ContractModel::set_switch(ReserveIndex id, unsigned choice, bool on) {
    if (rules_.v2()) {
        set_switch_v2(id, choice, on);
        return;
    }
    Reserve& of = reserve(id);
    const Address& configurator = market().configurator;
    switch (choice) {
        case 0:
            of.config.paused = on;
            emit<events::ReservePaused>(configurator, {of.asset, on});
            break;
        case 1:
            of.config.borrowing = on;
            emit<events::ReserveBorrowing>(configurator, {of.asset, on});
            break;
        case 2:
            of.config.flash_loans = on;
            emit<events::ReserveFlashLoaning>(configurator, {of.asset, on});
            break;
        case 3:
            require(rules_.isolation_mode());
            emit<events::SiloedBorrowingChanged>(configurator, {of.asset, of.config.siloed, on});
            of.config.siloed = on;
            break;
        case 4:
            require(rules_.isolation_mode());
            of.config.borrowable_in_isolation = on;
            emit<events::BorrowableInIsolationChanged>(configurator, {of.asset, on});
            break;
        case 5:
            require(rules_.stable_debt());
            of.config.stable_borrowing = on;
            emit<events::ReserveStableRateBorrowing>(configurator, {of.asset, on});
            break;
        default:
            of.config.active = on;
            emit<events::ReserveActive>(configurator, {of.asset, on});
    }
}

void ContractModel::set_number(ReserveIndex id, unsigned choice, const Int& value) {
    if (rules_.v2()) {
        set_strategy_v2(id, address_of("strategy " + value.str()));
        return;
    }
    Reserve& of = reserve(id);
    Configuration& config = of.config;
    const Address& configurator = market().configurator;
    const auto change = [&]<class Event>(Int& field) {
        emit<Event>(configurator, {of.asset, to_word(field), to_word(value)});
        field = value;
    };
    switch (choice) {
        case 0:
            change.template operator()<events::SupplyCapChanged>(config.supply_cap);
            break;
        case 1:
            change.template operator()<events::BorrowCapChanged>(config.borrow_cap);
            break;
        case 2:
            change.template operator()<events::LiquidationProtocolFeeChanged>(config.protocol_fee);
            break;
        case 3:
            require(rules_.unbacked());
            change.template operator()<events::UnbackedMintCapChanged>(config.unbacked_cap);
            break;
        case 4:
            require(rules_.since(Version::k31));
            config.grace_until = now_ + static_cast<Seconds>(value);
            emit<events::LiquidationGracePeriodChanged>(
                configurator, {of.asset, config.grace_until}
            );
            break;
        case 5:
            require(rules_.since(Version::k31));
            config.grace_until = 0;
            emit<events::LiquidationGracePeriodDisabled>(configurator, {of.asset});
            break;
        default: {
            require(rules_.until(Version::k33));
            const Address next = address_of("strategy " + value.str());
            emit<events::ReserveInterestRateStrategyChanged>(
                configurator, {of.asset, of.strategy, next}
            );
            of.strategy = next;
        }
    }
}

void ContractModel::configure_category(std::uint8_t category, const Category& parameters) {
    require(!rules_.v2());
    Category& of = state_.categories[category];
    of.ltv = parameters.ltv;
    of.threshold = parameters.threshold;
    of.bonus = parameters.bonus;
    of.label = parameters.label;
    of.price_source = rules_.emode_bitmaps() ? Address{} : parameters.price_source;
    emit<events::EModeCategoryAdded>(
        market().configurator,
        {category,
         to_word(of.ltv),
         to_word(of.threshold),
         to_word(of.bonus),
         of.price_source,
         of.label}
    );
    if (rules_.since(Version::k37)) {
        isolate_category(category, parameters.isolated);
    }
}

void ContractModel::isolate_category(std::uint8_t category, bool on) {
    require(rules_.since(Version::k37) && state_.categories.contains(category));
    state_.categories[category].isolated = on;
    emit<events::EModeCategoryIsolationChanged>(market().configurator, {category, on});
}

void ContractModel::put_into_category(ReserveIndex id, std::uint8_t category, bool on) {
    require(state_.categories.contains(category));
    Reserve& of = reserve(id);
    if (rules_.emode_bitmaps()) {
        set_bit(state_.categories[category].collateral_bits, id, on);
        emit<events::AssetCollateralInEModeChanged>(
            market().configurator, {of.asset, category, on}
        );
        return;
    }
    const std::uint8_t next = on ? category : std::uint8_t{0};
    emit<events::EModeAssetCategoryChanged>(
        market().configurator, {of.asset, of.config.emode_category, next}
    );
    of.config.emode_category = next;
}

void ContractModel::set_borrowable_in_category(ReserveIndex id, std::uint8_t category, bool on) {
    require(rules_.emode_bitmaps() && state_.categories.contains(category));
    set_bit(state_.categories[category].borrowable_bits, id, on);
    emit<events::AssetBorrowableInEModeChanged>(
        market().configurator, {reserve(id).asset, category, on}
    );
}

void ContractModel::set_ltv_zero_in_category(ReserveIndex id, std::uint8_t category, bool on) {
    require(rules_.since(Version::k36) && state_.categories.contains(category));
    set_bit(state_.categories[category].ltv_zero_bits, id, on);
    emit<events::AssetLtvzeroInEModeChanged>(
        market().configurator, {reserve(id).asset, category, on}
    );
}

}  // namespace faultline::aave_model
