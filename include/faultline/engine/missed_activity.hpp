// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/engine/activity_log.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::engine {

/// Whether the newest block was live; there is none before the first that was.
struct FollowedRow {
    bool live = true;
    eth::BlockNum since = 0;  ///< The first that was not; 0 while they are.

    auto fields(this auto& self) { return std::tie(self.live, self.since); }
};

/// What passed of one activity of a market.
struct MissedRow {
    std::string event;
    std::string detail;
    std::uint64_t count = 0;
    std::string last;  ///< Of changes: the text of the newest.

    auto fields(this auto& self) {
        return std::tie(self.event, self.detail, self.count, self.last);
    }
};

/// What contracts did while a chain that was followed live before was caught up with: no rule
/// judges it, so people are told at the next live block. Rows of the ledger; none is written at a
/// block in which nothing happened, but for the first one. What passes before a chain is followed
/// live for the first time is nobody's news.
class MissedActivity {
  public:
    /// Longer texts are cut.
    static constexpr std::size_t kMostText = 300;

    explicit MissedActivity(ledger::Ledger& ledger);

    /// Whether what happens in the block is to be kept here. Before the block's logs are folded.
    bool misses(const eth::Block& block);

    /// Keeps the activities among `incidents`, from the one at `from` on, and takes them out.
    /// @pre misses(block)
    void took(std::vector<protocol::Incident>& incidents, std::size_t from);

    /// At a live block: what passed before it and what its own `incidents` change, as an alarm and
    /// a notice for each market; once. Windows of rules may begin behind this block, so they may
    /// not see its own changes. `name_of` says how a market is called.
    std::vector<protocol::Incident> told(
        const eth::Block& block,
        const std::vector<protocol::Incident>& incidents,
        const std::function<std::string(protocol::MarketId)>& name_of
    );

  private:
    struct OnlyKey {
        std::uint8_t zero = 0;
        auto operator<=>(const OnlyKey&) const = default;

        auto fields(this auto& self) { return std::tie(self.zero); }
    };

    /// By market, and whether they are alarms.
    using Missed = std::map<std::pair<protocol::MarketId, bool>, std::vector<MissedRow>>;

    void keep(const protocol::Incident& incident);
    Missed take_all();

    ledger::Table<OnlyKey, FollowedRow> followed_;
    ledger::Table<ActivityKey, MissedRow> rows_;
};

}  // namespace faultline::engine

/// Instantiated once, in tables.cpp.
namespace faultline {
extern template class ledger::Table<engine::MissedActivity::OnlyKey, engine::FollowedRow>;
extern template class ledger::Table<engine::ActivityKey, engine::MissedRow>;
}  // namespace faultline
