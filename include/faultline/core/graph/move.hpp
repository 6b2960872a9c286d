// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>

#include <vector>

namespace faultline::graph {

/// By how much a block drained a part of a market through one holder.
struct Move {
    protocol::MarketId market = 0;
    protocol::Holder holder;
    Hash32 part;
    bool owed = false;  ///< Its debt rose; otherwise its claims fell, as collateral or not.
    U256 units;         ///< Not 0; of the legs, as Leg::units.

    bool operator==(const Move&) const = default;
};

/// What a holder drained by having these legs after and those before; claims that become
/// collateral, or are it no longer, are no move. Adds to `moves`, by part.
void add_moves(
    protocol::MarketId market,
    const protocol::Holder& holder,
    const std::vector<protocol::Leg>& before,
    const std::vector<protocol::Leg>& after,
    std::vector<Move>& moves
);

}  // namespace faultline::graph
