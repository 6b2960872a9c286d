// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/told_events.hpp"

#include "core/protocols/aave/events.hpp"
#include "core/protocols/aave/v2_events.hpp"

#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/access_control.hpp>
#include <faultline/core/protocol/told_event.hpp>

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace faultline::aave {
namespace {

using protocol::About;
using protocol::Numbers;
using protocol::told;
using protocol::told_events;
using protocol::ToldEvent;

using OfAsset = About<"asset">;

constexpr std::string_view kGovernance = "governance";

/// A parameter of a reserve.
template <class Event, Numbers As = Numbers::kPlain>
constexpr ToldEvent parameter() {
    return told<Event, OfAsset, As>(kGovernance, "parameter");
}

/// A parameter of the market.
template <class Event, Numbers As = Numbers::kPlain>
constexpr ToldEvent market_parameter() {
    return told<Event, About<>, As>(kGovernance, "parameter");
}

template <class Event>
constexpr ToldEvent pause() {
    return told<Event, OfAsset>(kGovernance, "paused");
}

template <class Event, class Whom = About<>>
constexpr ToldEvent upgrade() {
    return told<Event, Whom>(kGovernance, "upgraded");
}

constexpr auto kFolded = [] {
    using namespace events;
    return told_events(
        told<LiquidationCall, About<"debtAsset", "user", "debtToCover">>("liquidation"),
        told<DeficitCreated, About<"debtAsset", "user", "amountCreated">>("bad_debt"),
        told<FlashLoan, About<"asset", "initiator", "amount">>("flash_loan"),
        told<v2::FlashLoan, About<"asset", "initiator", "amount">>("flash_loan"),
        told<v2::Paused>(kGovernance, "paused"),
        told<v2::Unpaused>(kGovernance, "paused"),
        upgrade<Upgraded>(),
        upgrade<ProxyCreated>(),
        upgrade<ATokenUpgraded, OfAsset>(),
        upgrade<VariableDebtTokenUpgraded, OfAsset>(),
        upgrade<v2::StableDebtTokenUpgraded, OfAsset>(),
        upgrade<v2::LendingPoolUpdated>(),
        upgrade<v2::CollateralManagerUpdated>(),
        told<PriceOracleUpdated>("source_changed"),
        told<v2::PriceOracleUpdated>("source_changed"),
        market_parameter<PriceOracleSentinelUpdated>(),
        market_parameter<AddressSet>(),
        market_parameter<v2::AddressSet>(),
        parameter<ReserveInitialized>(),
        parameter<ReserveDropped>(),
        parameter<CollateralConfigurationChanged, Numbers::kBps>(),
        pause<ReserveActive>(),
        pause<ReserveFrozen>(),
        pause<ReservePaused>(),
        pause<v2::ReserveActivated>(),
        pause<v2::ReserveDeactivated>(),
        pause<v2::ReserveFrozen>(),
        pause<v2::ReserveUnfrozen>(),
        parameter<ReserveBorrowing>(),
        parameter<v2::BorrowingEnabled>(),
        parameter<v2::BorrowingDisabled>(),
        parameter<v2::StableRateEnabled>(),
        parameter<v2::StableRateDisabled>(),
        parameter<v2::ReserveFactorChanged, Numbers::kBps>(),
        parameter<v2::ReserveDecimalsChanged>(),
        parameter<v2::ReserveInterestRateStrategyChanged>(),
        parameter<ReserveStableRateBorrowing>(),
        parameter<UnbackedMintCapChanged>(),
        market_parameter<FlashloanPremiumTotalUpdated, Numbers::kBps>(),
        market_parameter<FlashloanPremiumToProtocolUpdated, Numbers::kBps>(),
        market_parameter<BridgeProtocolFeeUpdated, Numbers::kBps>(),
        parameter<ReserveFlashLoaning>(),
        parameter<SiloedBorrowingChanged>(),
        parameter<BorrowableInIsolationChanged>(),
        parameter<ReserveFactorChanged, Numbers::kBps>(),
        parameter<LiquidationProtocolFeeChanged, Numbers::kBps>(),
        parameter<SupplyCapChanged>(),
        parameter<BorrowCapChanged>(),
        parameter<DebtCeilingChanged, Numbers::kCents>(),
        parameter<LiquidationGracePeriodChanged>(),
        parameter<LiquidationGracePeriodDisabled>(),
        parameter<ReserveInterestRateStrategyChanged>(),
        market_parameter<EModeCategoryAdded, Numbers::kBps>(),
        parameter<AssetCollateralInEModeChanged>(),
        parameter<AssetBorrowableInEModeChanged>(),
        parameter<AssetLtvzeroInEModeChanged>(),
        market_parameter<EModeCategoryIsolationChanged>(),
        parameter<EModeAssetCategoryChanged>()
    );
}();

constexpr auto kOthers = [] {
    using namespace events;
    return told_events(
        told<AssetSourceUpdated, OfAsset>("source_changed"),
        told<FallbackOracleUpdated>("source_changed"),
        told<BaseCurrencySet>("source_changed"),
        told<ACLAdminUpdated>(kGovernance, "admin"),
        told<ACLManagerUpdated>(kGovernance, "admin"),
        upgrade<AddressSetAsProxy>(),
        upgrade<PoolUpdated>(),
        upgrade<PoolConfiguratorUpdated>(),
        parameter<PendingLtvChanged, Numbers::kBps>(),
        parameter<ReserveInterestRateDataChanged>()
    );
}();

constexpr auto kPayloads = [] {
    using namespace events;
    return told_events(
        told<PayloadQueued>(kGovernance, "queued"),
        told<PayloadExecuted>(kGovernance, "executed"),
        told<PayloadCancelled>(kGovernance, "cancelled"),
        told<ExecutorSet>(kGovernance, "admin")
    );
}();

using protocol::access_control::role_named;
using protocol::access_control::RoleName;

/// ACLManager.sol of 3.0 to 3.7.
constexpr std::array kRoleNames{
    RoleName{.role = {}, .name = "DEFAULT_ADMIN"},
    role_named("POOL_ADMIN"),
    role_named("EMERGENCY_ADMIN"),
    role_named("RISK_ADMIN"),
    role_named("FLASH_BORROWER"),
    role_named("BRIDGE"),
    role_named("ASSET_LISTING_ADMIN"),
};

constexpr auto kOthersOfV2 = [] {
    using namespace events::v2;
    return told_events(
        told<ConfigurationAdminUpdated>(kGovernance, "admin"),
        told<EmergencyAdminUpdated>(kGovernance, "admin"),
        upgrade<LendingPoolConfiguratorUpdated>()
    );
}();

}  // namespace

std::span<const ToldEvent> folded_activities() {
    return kFolded;
}

std::span<const ToldEvent> other_activities() {
    return kOthers;
}

std::span<const ToldEvent> payload_activities() {
    return kPayloads;
}

std::string acl_roles_in(const eth::Log& log) {
    return protocol::access_control::roles_in(log, kRoleNames);
}

std::span<const ToldEvent> other_activities_of_v2() {
    return kOthersOfV2;
}

}  // namespace faultline::aave
