// SPDX-License-Identifier: Apache-2.0
// The legs of a protocol, kept as the exposure graph keeps them: by what rows tell alone.
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>
#include <vector>

namespace faultline::tests {

/// Of each holder by part and side.
using LegMap = std::map<protocol::Holder, std::vector<protocol::Leg>>;

/// What each_leg() visits.
inline LegMap all_legs(const protocol::Protocol& protocol, protocol::MarketId market) {
    LegMap out;
    protocol.each_leg(market, [&](const protocol::Holder& holder, const protocol::Leg& leg) {
        CHECK_FALSE(leg.units.is_zero());
        out[holder].push_back(leg);
    });
    for (auto& [holder, legs] : out) {
        std::ranges::sort(legs, {}, [](const protocol::Leg& leg) {
            return std::pair(leg.part, leg.side);
        });
    }
    return out;
}

class LegsTold {
  public:
    void read_anew(const protocol::Protocol& protocol) { kept_ = all(protocol); }

    /// Of a block that is not sealed yet.
    void hear(const protocol::Protocol& protocol, const ledger::Ledger& ledger) {
        ledger.visit_touched([&](ledger::TableId table, BytesView key) {
            hear(protocol, table, key);
        });
    }

    /// Of a block that was taken back.
    void hear(const protocol::Protocol& protocol, const std::vector<ledger::RowChange>& undone) {
        for (const ledger::RowChange& change : undone) {
            hear(protocol, change.table, change.key);
        }
    }

    /// Nobody else's legs are others now.
    void check(const protocol::Protocol& protocol) const { CHECK(kept_ == all(protocol)); }

  private:
    using Markets = std::map<protocol::MarketId, LegMap>;

    static Markets all(const protocol::Protocol& protocol) {
        Markets out;
        for (std::size_t place = 0; place < protocol.markets().size(); ++place) {
            const auto market = static_cast<protocol::MarketId>(protocol.first_market() + place);
            out.emplace(market, all_legs(protocol, market));
        }
        return out;
    }

    void hear(const protocol::Protocol& protocol, ledger::TableId table, BytesView key) {
        if (const auto whose = protocol.legs_told_by(table, key)) {
            std::vector<protocol::Leg> legs = protocol.legs(whose->first, whose->second);
            if (legs.empty()) {
                kept_[whose->first].erase(whose->second);
            } else {
                kept_[whose->first][whose->second] = std::move(legs);
            }
        }
    }

    Markets kept_;
};

}  // namespace faultline::tests
