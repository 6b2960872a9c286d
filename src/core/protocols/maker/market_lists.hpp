// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <cstddef>

namespace faultline::maker {

/// So many unsafe vaults are listed, the worst first; the number of all is beside them.
inline constexpr std::size_t kMostUnsafeListed = 100;

/// The lists of a market's sheet: ilks, auctions, psms, unsafe_vaults.
void add_lists(
    protocol::Sheet& sheet,
    const Tables& tables,
    MarketId market,
    const MarketConfig& config,
    protocol::At at
);

}  // namespace faultline::maker
