// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/figure.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/activity.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/engine/evaluation_counts.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace faultline::engine {

/// Adds a position with debt to what a market's positions add up to.
void add_position(
    MarketValued& valued,
    const protocol::Holder& holder,
    const Figure<protocol::PositionHealth>& figure
);

/// For each market in which the block changed a
/// parameter, a price source or code, how many could be liquidated before it and can be after it,
/// and what they owe, as people read it: "; it …". Costs two valuings of such a market and what the
/// block wrote, and nothing at other blocks. `tip` is the newest block that the rows know. @pre the
/// block that `incidents` are of is not sealed
std::map<protocol::MarketId, std::string> change_effects(
    ledger::Ledger& ledger,
    const protocol::Protocols& protocols,
    const std::vector<protocol::Incident>& incidents,
    const std::function<std::optional<protocol::At>()>& tip
);

/// Whether people are told the effect with that activity.
bool has_effect(const protocol::Activity& activity);

}  // namespace faultline::engine
