// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/market_id.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace faultline::engine {

/// Which activity of a market is counted together.
struct ActivityKey {
    protocol::MarketId market = 0;
    Hash32 what;  ///< keccak of event and detail.
    auto operator<=>(const ActivityKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.what); }
};

/// One that happened, for people.
struct ActivityText {
    eth::BlockRef block;
    UnixSeconds at;
    std::string text;

    auto fields(this auto& self) { return std::tie(self.block, self.at, self.text); }
};

struct ActivityRow {
    std::uint64_t count = 0;
    Decimal value;               ///< Summed at the prices of each block, where they were known.
    std::uint64_t unvalued = 0;  ///< How many of them had no value although they move something.
    std::vector<ActivityText> newest;  ///< Up to kNewest, the oldest first.

    auto fields(this auto& self) {
        return std::tie(self.count, self.value, self.unvalued, self.newest);
    }
};

/// What contracts did in live blocks, counted: rows of the ledger, so a block that is undone takes
/// its activity with it.
class ActivityLog {
  public:
    static constexpr std::size_t kNewest = 5;
    /// Longer texts are cut.
    static constexpr std::size_t kMostText = 400;

    /// An activity that each market has a counter of from the beginning.
    struct Counted {
        std::string_view event;
        std::string_view detail;
    };

    /// Sorted.
    static const std::vector<Counted>& counted();

    explicit ActivityLog(ledger::Ledger& ledger);

    /// Counts what happened in a live block; `effects` are texts that follow those of changes of a
    /// market's rules (change_effects.hpp), whole.
    void took(
        const std::vector<protocol::Incident>& incidents,
        const std::map<protocol::MarketId, std::string>& effects,
        const eth::Block& block
    );

    /// The row of a counter; an empty one when nothing happened.
    [[nodiscard]] ActivityRow of(protocol::MarketId market, const Counted& what) const;

  private:
    ledger::Table<ActivityKey, ActivityRow> rows_;
};

ActivityKey activity_key(protocol::MarketId market, const ActivityLog::Counted& what);

/// Whether an event changes what a market goes by, "governance" and "source_changed": each is worth
/// telling by itself.
bool is_change(std::string_view event);

}  // namespace faultline::engine

/// Instantiated once, in tables.cpp.
namespace faultline {
extern template class ledger::Table<engine::ActivityKey, engine::ActivityRow>;
}  // namespace faultline
