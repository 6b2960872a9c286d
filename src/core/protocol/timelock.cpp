// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/protocol/timelock.hpp>
#include <faultline/core/protocol/told_event.hpp>

#include <span>
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
    told<MinDelayChange>(kGovernance, "parameter")
);

}  // namespace

std::span<const ToldEvent> activities() {
    return kTold;
}

}  // namespace faultline::protocol::timelock
