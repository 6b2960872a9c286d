// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lanes.hpp"

#include <faultline/core/alerts/transition.hpp>

#include <optional>
#include <vector>

namespace faultline::delivery {

Lanes::Fact fact_of(const alerts::Transition& transition);

/// What a transition waits for. A retraction waits for nothing: what it takes back was sent.
std::optional<Lanes::Gate> gate_of(const alerts::Transition& transition);

/// Takes the unsent rows that a retraction takes back out of its lane, if there are any.
std::vector<Lanes::Row> annul(Lanes& lanes, const alerts::Transition& transition);

}  // namespace faultline::delivery
