// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace faultline::protocol {

/// A configured market, unique within its chain over all protocols: where it stands in the
/// configuration's order. The store's identity pins that order (app/chain_identity.hpp).
using MarketId = std::uint16_t;

}  // namespace faultline::protocol
