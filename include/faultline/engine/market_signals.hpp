// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/engine/activity_log.hpp>
#include <faultline/engine/evaluation_counts.hpp>

#include <compare>
#include <cstdint>
#include <optional>
#include <tuple>
#include <vector>

namespace faultline::engine {

/// Which price: of a part of a market.
struct PriceKey {
    protocol::MarketId market = 0;
    Hash32 part;
    auto operator<=>(const PriceKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.part); }
};

struct PriceRow {
    protocol::UnitPrice price;
    UnixSeconds since;  ///< The block that first had it; of a price met as it was, the first block.

    auto fields(this auto& self) { return std::tie(self.price, self.since); }
};

/// The signals that every market has, from what protocols say of it; those that a protocol says
/// itself come before, and are the ones that count.
class MarketSignals {
  public:
    explicit MarketSignals(ledger::Ledger& ledger);

    /// At each live block, after the protocols took it.
    void saw(const protocol::Protocols& protocols, protocol::At at);

    struct Source {
        const protocol::Protocols& protocols;
        const ActivityLog& activity;
        const std::vector<MarketValued>& valued;  ///< By market; empty where none were.
        protocol::At at;
    };

    /// @pre saw() was called for the block
    void each(const Source& source, const signals::Wanted& wanted, const signals::Visit& visit)
        const;

    /// The block that first had the price that a part has now; nullopt: it had none yet.
    [[nodiscard]] std::optional<UnixSeconds> price_since(
        protocol::MarketId market, const Hash32& part
    ) const;

  private:
    ledger::Table<PriceKey, PriceRow> prices_;
};

}  // namespace faultline::engine

/// Instantiated once, in tables.cpp.
namespace faultline {
extern template class ledger::Table<engine::PriceKey, engine::PriceRow>;
}  // namespace faultline
