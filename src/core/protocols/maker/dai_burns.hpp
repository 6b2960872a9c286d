// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <cstddef>
#include <vector>

/// Dai's supply, where its logs leave it open. dss v1.2 dai.sol: burn() logs a transfer to zero,
/// and so does transfer() to the zero address, which keeps the supply. Anybody may do either.
namespace faultline::maker {

/// Whether the log is the burn of a DaiJoin.join: it follows directly on the Vat's note of moving
/// as much from the DaiJoin, which nobody else can do.
bool burnt_by_join(const MarketConfig& config, const eth::Block& block, std::size_t place);

/// The supply, where it is in doubt or will be by this block's logs.
void plan_supply(
    const Tables& tables,
    MarketId market,
    const MarketConfig& config,
    const eth::Block& block,
    std::vector<eth::Read>& reads
);
void take_supply(
    Tables& tables, MarketId market, const MarketConfig& config, const eth::Block& block
);

}  // namespace faultline::maker
