// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/figure.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/activity_list.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

namespace faultline::maker {

/// A market at the end of a block.
struct SeizuresOf {
    const Tables& tables;
    MarketId market = 0;
    const MarketConfig& config;
    Figure<bool> usable;
};

/// Adds the collateral that each Bark of the block put up for auction, at the price of its ilk
/// then.
void take_seizures(const SeizuresOf& of, const eth::Block& block, protocol::ActivityList& list);

}  // namespace faultline::maker
