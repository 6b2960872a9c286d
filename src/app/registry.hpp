// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <app/configured_protocol.hpp>
#include <memory>
#include <vector>

namespace faultline::app {

/// Every protocol that this build follows, in the order that gives a chain's markets their ids.
const std::vector<std::unique_ptr<const ConfiguredProtocol>>& registered_protocols();

/// What registry.cpp lists.
std::unique_ptr<const ConfiguredProtocol> make_aave();
std::unique_ptr<const ConfiguredProtocol> make_compound_v3();
std::unique_ptr<const ConfiguredProtocol> make_compound_v2();
std::unique_ptr<const ConfiguredProtocol> make_maker();

}  // namespace faultline::app
