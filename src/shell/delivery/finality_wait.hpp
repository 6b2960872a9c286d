// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lanes.hpp"

#include <faultline/core/alerts/transition.hpp>

#include <optional>

namespace faultline::delivery {

Lanes::Fact fact_of(const alerts::Transition& transition);

/// What a transition waits for. A retraction waits for nothing: what it takes back was sent.
std::optional<Lanes::Gate> gate_of(const alerts::Transition& transition);

/// Takes the unsent row that a retraction takes back out of its lane, if there is one.
std::optional<Lanes::Row> annul(Lanes& lanes, const alerts::Transition& transition);

}  // namespace faultline::delivery
