// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/alerts/transition.hpp>
#include <faultline/shell/delivery/calldata.hpp>
#include <faultline/shell/delivery/links.hpp>
#include <faultline/shell/delivery/receiver.hpp>

#include <string>
#include <string_view>

namespace faultline::delivery {

/// Whether a receiver is to hear of a transition at all: not every one hears of pendings, and a
/// trigger hears of limits on exposures and of the rules that it names.
bool wants(const Receiver& receiver, const alerts::Transition& transition);

/// The JSON document of docs/trigger.schema.json. The same bytes at every attempt.
std::string trigger_body(
    const alerts::Transition& transition,
    std::string_view chain_name,
    const TriggerSettings& settings,
    const LinkBases& links = {}
);

/// What the placeholders of a call may name: limit, figure, resolve_at, key, key_hash, transition,
/// rule, block_number, block_hash, timestamp, every figure and every label.
CallValues call_values(const alerts::Transition& transition);

}  // namespace faultline::delivery
