// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace faultline::protocol {

/// A configured market, unique within its chain over all protocols: counted over protocols in the
/// order of app/registry.cpp, within one in the configuration's order. The store's identity pins it
/// (app/chain_identity.hpp).
using MarketId = std::uint16_t;

}  // namespace faultline::protocol
