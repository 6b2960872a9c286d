// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/protocol/market_id.hpp>

#include <string>

namespace faultline::protocol {

/// A conservation law that the rows break after a block: they cannot be the contracts' state.
struct BrokenLaw {
    MarketId market = 0;
    std::string law;   ///< "debt = sum of dai": stable, for people and labels.
    std::string text;  ///< Both sides as integers, and of what.
};

}  // namespace faultline::protocol
