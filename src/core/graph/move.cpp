// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/move.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>

#include <map>
#include <optional>
#include <vector>

namespace faultline::graph {
namespace {

struct Side {
    Hash32 part;
    bool owed = false;
    auto operator<=>(const Side&) const = default;
};

struct Units {
    U256 before;
    U256 after;
};

}  // namespace

void add_moves(
    protocol::MarketId market,
    const protocol::Holder& holder,
    const std::vector<protocol::Leg>& before,
    const std::vector<protocol::Leg>& after,
    std::vector<Move>& moves
) {
    if (before == after) {
        return;
    }
    std::map<Side, Units> sides;
    const auto side_of = [&sides](const protocol::Leg& leg) -> Units& {
        return sides[{.part = leg.part, .owed = leg.side == protocol::LegSide::kDebt}];
    };
    // What no uint256 holds is no amount of anything: the sum is only compared.
    for (const protocol::Leg& leg : before) {
        U256& sum = side_of(leg).before;
        sum = wrapping_add(sum, leg.units);
    }
    for (const protocol::Leg& leg : after) {
        U256& sum = side_of(leg).after;
        sum = wrapping_add(sum, leg.units);
    }
    for (const auto& [side, units] : sides) {
        const std::optional<U256> drained = side.owed ? checked_sub(units.after, units.before)
                                                      : checked_sub(units.before, units.after);
        if (drained && !drained->is_zero()) {
            moves.push_back(
                {.market = market,
                 .holder = holder,
                 .part = side.part,
                 .owed = side.owed,
                 .units = *drained}
            );
        }
    }
}

}  // namespace faultline::graph
