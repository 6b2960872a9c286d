// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/shell/store/store.hpp>

#include <cstdint>
#include <optional>
#include <tuple>
#include <vector>

/// A chain's store whose rows were read at one block by view calls instead of folded to it: what
/// stands in it until all is read, and how the engine takes it over.
namespace faultline::engine {

/// How far a bootstrap has come. While a store has one, Engine::load() refuses it.
struct BootstrapMark {
    eth::BlockRef block;  ///< All is read at it.
    UnixSeconds timestamp;
    /// The first block whose logs were not searched for holders yet; above `block`: all were.
    eth::BlockNum search_next = 0;
    /// Who holds something was listed; logs are only searched for who need not hold anything.
    bool listed = false;
    protocol::MarketId market = 0;  ///< The one that is being read.
    /// Of its bootstrap_holders(), the first so many have their rows.
    std::uint64_t holders_known = 0;

    auto fields(this auto& self) {
        return std::tie(
            self.block,
            self.timestamp,
            self.search_next,
            self.listed,
            self.market,
            self.holders_known
        );
    }
};

/// kCorrupt when it does not decode.
Result<std::optional<BootstrapMark>> bootstrap_mark(const store::Store& store);
void put_mark(store::Batch& batch, const BootstrapMark& mark);

/// Rows as the engine stores them.
void put_rows(store::Batch& batch, const std::vector<ledger::RowChange>& rows);
Result<void> load_rows(const store::Store& store, ledger::Ledger& ledger);

/// Adds to the holders of a market that are to be read.
void put_holder(store::Batch& batch, protocol::MarketId market, const protocol::Holder& holder);
/// All of them, in order.
Result<std::vector<protocol::Holder>> bootstrap_holders(
    const store::Store& store, protocol::MarketId market
);

/// All is read: the mark and the lists of holders go and its block becomes the tip. From here on
/// the store is the engine's.
Result<void> adopt(const store::Store& store, store::Batch& batch, const BootstrapMark& mark);

/// Forget what a bootstrap has read, and whom it was to read. @pre no block was applied
Result<void> forget_rows(const store::Store& store, store::Batch& batch);
Result<void> forget_holders(const store::Store& store, store::Batch& batch);

}  // namespace faultline::engine
