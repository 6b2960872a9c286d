// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/access_control.hpp>
#include <faultline/core/protocol/timelock.hpp>
#include <faultline/core/protocol/told_event.hpp>

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace faultline::protocol::timelock {
namespace {

constexpr std::string_view kGovernance = "governance";

constexpr auto kTold = told_events(
    told<QueueTransaction>(kGovernance, "queued"),
    told<CancelTransaction>(kGovernance, "cancelled"),
    told<ExecuteTransaction>(kGovernance, "executed"),
    told<NewAdmin>(kGovernance, "admin"),
    told<NewPendingAdmin>(kGovernance, "admin"),
    told<NewDelay>(kGovernance, "parameter"),
    told<CallScheduled>(kGovernance, "queued"),
    told<Cancelled>(kGovernance, "cancelled"),
    told<CallExecuted>(kGovernance, "executed"),
    told<MinDelayChange>(kGovernance, "parameter"),
    told<access_control::RoleGranted>(kGovernance, "role"),
    told<access_control::RoleRevoked>(kGovernance, "role"),
    told<access_control::RoleAdminChanged>(kGovernance, "role")
);

/// TimelockController.sol; until 4.9 it had an admin of its own.
constexpr std::array kRoleNames{
    access_control::RoleName{.role = {}, .name = "DEFAULT_ADMIN_ROLE"},
    access_control::role_named("PROPOSER_ROLE"),
    access_control::role_named("EXECUTOR_ROLE"),
    access_control::role_named("CANCELLER_ROLE"),
    access_control::role_named("TIMELOCK_ADMIN_ROLE"),
};

}  // namespace

std::span<const ToldEvent> activities() {
    return kTold;
}

std::string roles_in(const eth::Log& log) {
    return access_control::roles_in(log, kRoleNames);
}

}  // namespace faultline::protocol::timelock
