// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/protocol/incident.hpp>

#include <utility>
#include <vector>

namespace faultline::protocol {

/// Moves the activities out of incidents, which tests of anything else are not about.
inline std::vector<Incident> activities_of(std::vector<Incident>& incidents) {
    std::vector<Incident> all = std::exchange(incidents, {});
    std::vector<Incident> activities;
    for (Incident& one : all) {
        (one.kind == IncidentKind::kActivity ? activities : incidents).push_back(std::move(one));
    }
    return activities;
}

}  // namespace faultline::protocol
