// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocol/market_id.hpp>

#include <compare>
#include <span>
#include <tuple>
#include <vector>

namespace faultline::protocol {

struct GovernorKey {
    MarketId market = 0;
    auto operator<=>(const GovernorKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market); }
};

struct GovernorRow {
    Address contract;  ///< Zero: the market's contracts were asked and name none.
    bool operator==(const GovernorRow&) const = default;

    auto fields(this auto& self) { return std::tie(self.contract); }
};

/// How a market tells its governor: the first call is made to `contract`, each of the others to
/// what the one before it answered.
struct GovernorPath {
    Address contract;  ///< Zero: nobody tells, and nobody is asked.
    std::span<const Bytes> calls;
};

/// The contract of each market whose logs tell what governance does to it: a timelock, a registry
/// of roles. It is known from logs where a market has such, and asked for: a market whose governor
/// is not known at the last of every 16 live blocks, the others at the last of every 4096. No
/// figure needs it, so a read without an answer withholds nothing.
class Governors {
  public:
    /// The rows live in that table of `ledger`, which outlives this.
    Governors(ledger::Ledger& ledger, ledger::TableId table) : rows_(ledger, table) {}

    /// Zero: it has none, or it is not known yet.
    [[nodiscard]] Address of(MarketId market) const;

    /// Adds the call that is due in the block and not made yet. `anew`: what the contracts would
    /// answer changed in it.
    void plan(
        MarketId market,
        const GovernorPath& path,
        const eth::Block& block,
        bool anew,
        std::vector<eth::Read>& reads
    ) const;
    /// What those calls answered. A governor that is known is only ever replaced by another.
    void take(MarketId market, const GovernorPath& path, const eth::Block& block);
    /// The same where none is known, so that what it logs in this block is told already.
    void take_first(MarketId market, const GovernorPath& path, const eth::Block& block);

    /// Nothing is known any more, because of what a block changed: it is asked anew.
    void forget(MarketId market) { rows_.erase({market}); }

    /// What a log says.
    void set(MarketId market, const Address& contract);

  private:
    ledger::Table<GovernorKey, GovernorRow> rows_;
};

}  // namespace faultline::protocol

/// Instantiated once, in governor.cpp.
namespace faultline {
extern template class ledger::Table<protocol::GovernorKey, protocol::GovernorRow>;
}  // namespace faultline
