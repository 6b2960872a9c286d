// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/move.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/signals/selector.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

namespace faultline::engine {

/// What was done.
enum class Moved : std::uint8_t {
    kLeft,        ///< Claims on a part fell: withdrawn, sent on or seized. Units of its legs.
    kBorrowed,    ///< Debt of a part rose. Units of its legs.
    kLiquidated,  ///< Debt of the market that was liquidated, without a part: 1e-18 of its
                  ///< currency.
    kSeized,      ///< Collateral of a part that liquidations took: 1e-18 of the market's currency.
};

constexpr Moved last_of(Moved /*of*/) noexcept {
    return Moved::kSeized;
}

/// What moves of one kind are kept together.
struct MoverKey {
    protocol::MarketId market = 0;
    Moved moved = Moved::kLeft;
    Hash32 part;
    std::uint8_t horizon = 0;  ///< Place in Movers::kHorizons.
    auto operator<=>(const MoverKey&) const = default;

    auto fields(this auto& self) {
        return std::tie(self.market, self.moved, self.part, self.horizon);
    }
};

/// What one holder moved in one block.
struct Mover {
    protocol::Holder holder;
    U256 amount;
    eth::BlockNum number = 0;
    UnixSeconds at;
    bool operator==(const Mover&) const = default;

    auto fields(this auto& self) {
        return std::tie(self.holder, self.amount, self.number, self.at);
    }
};

struct MoverRow {
    std::vector<Mover> largest;  ///< The largest first, of equal ones the older.

    auto fields(this auto& self) { return std::tie(self.largest); }
};

/// Who moved most within the last ten minutes, hour and day, of live blocks: what figures of
/// windows over flows are made of. Only the largest moves are kept, so that most blocks write no
/// row here; who moves much in small pieces is not found, nor a move that larger ones displaced
/// which are too old by now. Rows of the ledger, so undo takes them back.
class Movers {
  public:
    static constexpr ledger::TableId kTable = 0x0013;
    static constexpr std::uint64_t kHorizons[] = {600, 3'600, 86'400};  ///< Seconds.
    /// Of one kind and horizon.
    static constexpr std::size_t kKept = 16;

    explicit Movers(ledger::Ledger& ledger) : rows_(ledger, kTable) {}

    /// What happened in a live block.
    void took(
        const std::vector<graph::Move>& moves,
        const std::vector<protocol::Incident>& incidents,
        const eth::Block& block
    );

    struct Sum {
        protocol::Holder holder;
        U256 amount;
    };

    /// Sums by holder of what is kept of a window that ends with the block, which is at most the
    /// longest horizon; in order of holders.
    [[nodiscard]] std::vector<Sum> within(
        protocol::MarketId market,
        Moved moved,
        const Hash32& part,
        const signals::Range& window,
        eth::BlockNum number,
        UnixSeconds at
    ) const;

  private:
    void keep(MoverKey key, const Mover& mover);

    ledger::Table<MoverKey, MoverRow> rows_;
};

}  // namespace faultline::engine

/// Instantiated once, in tables.cpp.
namespace faultline {
extern template class ledger::Table<engine::MoverKey, engine::MoverRow>;
}  // namespace faultline
