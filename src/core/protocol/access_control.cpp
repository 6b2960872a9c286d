// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/access_control.hpp>
#include <faultline/core/protocol/told_event.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace faultline::protocol::access_control {
namespace {

constexpr std::string_view kGovernance = "governance";

constexpr auto kTold = told_events(
    told<RoleGranted>(kGovernance, "role"),
    told<RoleRevoked>(kGovernance, "role"),
    told<RoleAdminChanged>(kGovernance, "role")
);

/// How many topics of a log are roles.
std::size_t roles_of(const eth::Log& log) {
    if (RoleAdminChanged::matches(log)) {
        return 3;
    }
    return RoleGranted::matches(log) || RoleRevoked::matches(log) ? 1 : 0;
}

}  // namespace

std::span<const ToldEvent> activities() {
    return kTold;
}

std::string roles_in(const eth::Log& log, std::span<const RoleName> names) {
    std::string out;
    for (std::size_t at = 1; at <= roles_of(log) && at < log.topics.size(); ++at) {
        const auto known = std::ranges::find(names, log.topics[at], &RoleName::role);
        out += at == 1 ? ": " : ", ";
        out += known == names.end() ? log.topics[at].hex() : std::string(known->name);
    }
    return out;
}

}  // namespace faultline::protocol::access_control
