// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/alerts/transition.hpp>

#include <string>
#include <string_view>

namespace faultline::delivery {

/// The JSON document of docs/webhook.md. The same transition gives the same bytes, so every attempt
/// of every process carries the same body.
std::string webhook_body(const alerts::Transition& transition, std::string_view chain_name);

}  // namespace faultline::delivery
