// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <vector>

namespace faultline::aave {

/// The views of one subject: of the market what its pool runs, unless it is degraded; of an account
/// its data, flags, eMode, and the balances of the tokens it has some of; of a reserve (by its
/// asset) its data, totals and projected indexes. Empty for what the rows do not know.
std::vector<eth::Read> audit_reads(
    const Tables& tables, const MarketConfig& config, const protocol::Subject& subject
);

}  // namespace faultline::aave
