// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

namespace faultline::engine {

/// What one rule takes of a block, and whether it waits.
struct RuleTurnRow {
    std::uint64_t work = 0;              ///< As it was judged last; a guess where it was cut.
    std::optional<eth::BlockNum> since;  ///< The first block in a row at which it was put off.

    bool operator==(const RuleTurnRow&) const = default;

    auto fields(this auto& self) { return std::tie(self.work, self.since); }
};

/// How many rules wait for their turn, and since when.
struct PutOff {
    std::size_t rules = 0;
    std::uint64_t oldest_blocks = 0;  ///< At how many blocks in a row the oldest was put off.
};

/// Which rules a block judges, so that all of them take no more work than it has.
///
/// While all rules together fit, all have a turn at each block. Where they do not, half of a
/// block's work is shared evenly: a rule that takes no more than its share has a turn at each
/// block. The others take what is left in turn: first the one that waits longest, then critical
/// ones, then the rest, each by how long it waits. No rule may take more than half of a block, so
/// that small ones never wait for large ones. Rules that take 16 or less are judged at every block
/// that concerns them, and not counted.
///
/// Whether a rule would say something new does not matter, only what all of them take: that follows
/// from the signals there are, so that a daemon that was restarted, or took a block back, comes to
/// the same turns. What it took and since when it waits are rows.
///
/// Of n rules the one that waits longest has its turn at each block; one that was cut needs a few
/// turns, as it may take twice as much each time. So a rule waits for n blocks at most while its
/// signals stay, and for some n * log2(most()) where they do not. Pure; the engine's thread.
class RuleTurns {
  public:
    using Index = std::uint32_t;
    static constexpr ledger::TableId kTable = 0x0011;
    /// Measured (tests/bench/turns_bench): 50 ms at most on one core.
    static constexpr std::uint64_t kDefaultWork = 65'536;

    /// A rule, in the order in which it is judged.
    struct Taker {
        Hash32 id;
        bool critical = false;
        std::uint64_t least = 1;  ///< What it takes at least.
    };

    RuleTurns(ledger::Ledger& ledger, std::uint64_t work_per_block);

    /// Other rules, from the next begin() on.
    void use(std::vector<Taker> takers);

    /// Rows were changed by others: begin() reads them anew.
    void forget() { known_ = false; }

    /// What one rule may take.
    [[nodiscard]] std::uint64_t most() const noexcept { return most_; }

    /// Shares out the work of a block; end() goes with it.
    void begin(eth::BlockNum block);

    /// What a rule may take now; nullopt: it has no turn at this block.
    [[nodiscard]] std::optional<std::uint64_t> allowed(Index rule) const;

    /// What a rule took of what it was allowed; `cut`: it would have taken more. Whether it was
    /// judged: cut below most() it waits, and may take twice as much next time. @pre allowed()
    bool took(Index rule, std::uint64_t work, bool cut);

    /// Those who had no turn wait.
    void end();

    /// As of the last end(), or of the rows when there was none.
    [[nodiscard]] PutOff put_off(eth::BlockNum block) const;

    /// What is known of a rule; nullptr: it was never judged.
    [[nodiscard]] const RuleTurnRow* row(const Hash32& id) const { return rows_.find(id); }

  private:
    void learn();
    void plan();
    [[nodiscard]] std::uint64_t charge(Index rule) const;
    /// What a rule may take to be judged at each block.
    [[nodiscard]] std::uint64_t share() const;
    [[nodiscard]] std::vector<Index> in_turn() const;
    void put(Index rule, const RuleTurnRow& row);

    ledger::Table<Hash32, RuleTurnRow> rows_;
    std::uint64_t work_per_block_;
    std::uint64_t most_;
    std::vector<Taker> takers_;
    bool known_ = false;  ///< Whether what follows is that of the rows.
    std::vector<std::optional<RuleTurnRow>> known_rows_;
    std::uint64_t all_ = 0;  ///< Of all charges.
    std::set<Index> waiting_;
    eth::BlockNum block_ = 0;
    std::uint64_t spare_ = 0;  ///< Of this block's work, not promised to anybody.
    bool all_have_turns_ = true;
    std::vector<std::uint8_t> turns_;  ///< Unless all have; in the order of takers_.
    std::set<Index> cut_;
};

}  // namespace faultline::engine

/// Instantiated once, in tables.cpp.
namespace faultline {
extern template class ledger::Table<Hash32, engine::RuleTurnRow>;
}  // namespace faultline
