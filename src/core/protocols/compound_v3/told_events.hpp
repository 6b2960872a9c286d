// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/event.hpp>
#include <faultline/core/protocol/told_event.hpp>

#include <span>

/// What rules are told that no figure needs.
namespace faultline::compound_v3::events {

using PauseAction = eth::Event<
    "PauseAction(bool supplyPaused, bool transferPaused, bool withdrawPaused, bool absorbPaused, "
    "bool buyPaused)">;
/// EIP-1967, of the Comet proxy.
using AdminChanged = eth::Event<"AdminChanged(address previousAdmin, address newAdmin)">;

}  // namespace faultline::compound_v3::events

namespace faultline::compound_v3 {

/// Of a Comet, what the fold takes too.
std::span<const protocol::ToldEvent> folded_activities();
/// Of a Comet, what it passes over.
std::span<const protocol::ToldEvent> other_activities();

}  // namespace faultline::compound_v3
