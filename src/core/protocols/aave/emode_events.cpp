// SPDX-License-Identifier: Apache-2.0
// eModes: until 3.1 an asset names its category, later a category has bitmaps of assets.
#include "core/protocols/aave/basis_points.hpp"
#include "core/protocols/aave/events.hpp"
#include "core/protocols/aave/transition.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/literal.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <cstdint>
#include <span>
#include <string>

namespace faultline::aave {
namespace {

Result<void> on_emode_category(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::EModeCategoryAdded::decode(log));
    FAULTLINE_TRY(const std::uint16_t ltv, bps(event.get<"ltv">(), "ltv"));
    FAULTLINE_TRY(
        const std::uint16_t threshold,
        bps(event.get<"liquidationThreshold">(), "liquidationThreshold")
    );
    FAULTLINE_TRY(
        const std::uint16_t bonus, bps(event.get<"liquidationBonus">(), "liquidationBonus")
    );
    const auto category = static_cast<std::uint8_t>(event.get<"categoryId">());
    at.tables.emodes.update({.market = at.market, .category = category}, [&](EModeRow& row) {
        row.ltv_bps = ltv;
        row.liquidation_threshold_bps = threshold;
        row.liquidation_bonus_bps = bonus;
        row.price_source = event.get<"oracle">();
        row.label = std::string(event.get<"label">());
    });
    return {};
}

template <class Event, eth::Literal Name, U256 EModeRow::* Bits>
Result<void> on_emode_bit(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, Event::decode(log));
    FAULTLINE_TRY(const ReserveId id, at.reserve_of(event.template get<"asset">()));
    const bool on = event.template get<Name>();
    const auto category = static_cast<std::uint8_t>(event.template get<"categoryId">());
    at.tables.emodes.update({.market = at.market, .category = category}, [&](EModeRow& row) {
        (row.*Bits).set_bit(id, on);
    });
    return {};
}

Result<void> on_emode_isolation(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::EModeCategoryIsolationChanged::decode(log));
    const auto category = static_cast<std::uint8_t>(event.get<"categoryId">());
    at.tables.emodes.update({.market = at.market, .category = category}, [&](EModeRow& row) {
        row.isolated = event.get<"isolated">();
    });
    return {};
}

Result<void> on_category_of_asset(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::EModeAssetCategoryChanged::decode(log));
    return at.edit_reserve(event.get<"asset">(), [&](ReserveRow& reserve) {
        reserve.config.emode_category = static_cast<std::uint8_t>(event.get<"newCategoryId">());
    });
}

constexpr auto kHandlers = [] {
    using namespace events;
    return handlers_of(
        entry<EModeCategoryAdded>(on_emode_category),
        entry<AssetCollateralInEModeChanged>(on_emode_bit<
                                             AssetCollateralInEModeChanged,
                                             "collateral",
                                             &EModeRow::collateral_bits>),
        entry<AssetBorrowableInEModeChanged>(on_emode_bit<
                                             AssetBorrowableInEModeChanged,
                                             "borrowable",
                                             &EModeRow::borrowable_bits>),
        entry<AssetLtvzeroInEModeChanged>(on_emode_bit<
                                          AssetLtvzeroInEModeChanged,
                                          "ltvzero",
                                          &EModeRow::ltv_zero_bits>),
        entry<EModeCategoryIsolationChanged>(on_emode_isolation),
        entry<EModeAssetCategoryChanged>(on_category_of_asset)
    );
}();

}  // namespace

std::span<const HandlerEntry> emode_handlers() {
    return kHandlers;
}

}  // namespace faultline::aave
