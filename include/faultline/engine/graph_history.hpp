// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/exposure_graph.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/shell/store/store.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <variant>
#include <vector>

namespace faultline::engine {

/// How long the exposure graph can be had as of every block, and of every hour; of every day for
/// ever. In the chain's time, back from its newest block.
struct KeepGraph {
    std::uint64_t blocks_for_seconds = 86'400;
    std::uint64_t hours_for_seconds = 30ULL * 86'400;
};

/// A block, or a moment: the newest block at or before it.
using AsOf = std::variant<eth::BlockNum, UnixSeconds>;

/// Earlier exposure graphs (Family::kGraph): what each live block changed, written and pruned in
/// its batch, and in the place of that of the first of each hour the whole graph, in a batch behind
/// it: writing all of the graph takes so long that an alert would be late by it. Where there is
/// none yet, the first is whole at once.
class GraphHistory {
  public:
    explicit GraphHistory(KeepGraph keep = {}) : keep_(keep) {}

    /// Finds what is kept.
    Result<void> load(const store::Store& store);

    /// Adds what a live block changed of the graph, which is that of the block by now: `changes`
    /// are all that it changed. Takes out some of what is too old by now.
    void applied(
        store::Batch& batch,
        const graph::ExposureGraph& graph,
        const std::vector<ledger::RowChange>& changes
    );

    /// Whether the graph is the newest that is kept, and none of its hour is whole: it is the
    /// first, or the program ended, or the first was taken back, before there was one.
    [[nodiscard]] bool owes_whole(const graph::ExposureGraph& graph) const;
    /// Makes the newest one whole. @pre owes_whole()
    void keep_whole(store::Batch& batch, const graph::ExposureGraph& graph);

    void reverted(store::Batch& batch, eth::BlockNum number);

    /// The rows of the newest graph that is kept at or before that. kMissing where there is none,
    /// with the oldest there is; kCorrupt when it is damaged.
    [[nodiscard]] Result<std::vector<ledger::RowChange>> rows(
        const store::Store& store, const AsOf& as_of
    ) const;

    /// What tells the graph that rows() gives apart from any other of this object's life, also from
    /// one of the same block that was applied again: equal stamps are equal rows. nullopt where
    /// rows() has none.
    [[nodiscard]] std::optional<std::uint64_t> stamp(const AsOf& as_of) const;
    /// The same of the graph that was kept last for exactly that block.
    [[nodiscard]] std::optional<std::uint64_t> stamp_of(eth::BlockNum number) const;

    [[nodiscard]] std::optional<eth::BlockNum> oldest() const {
        return index_.empty() ? std::nullopt : std::optional(index_.begin()->first);
    }

  private:
    struct Kept {
        UnixSeconds timestamp;
        bool whole = false;
        std::optional<eth::BlockNum> previous;  ///< Which one the changes are from.
        std::uint64_t stamp = 0;
    };

    using Index = std::map<eth::BlockNum, Kept>;

    [[nodiscard]] Index::const_iterator newest(const AsOf& as_of) const;
    /// Whose rows make the newest graph at or before that: its own block first, the last one is
    /// whole. Empty where there is none.
    [[nodiscard]] std::vector<eth::BlockNum> made_of(const AsOf& as_of) const;
    void prune(store::Batch& batch, UnixSeconds now);
    void drop(store::Batch& batch, eth::BlockNum number);
    void find_newest_whole();

    KeepGraph keep_;
    Index index_;
    std::optional<eth::BlockNum> newest_whole_;
    std::uint64_t next_stamp_ = 0;
    eth::BlockNum pruned_changes_ = 0;  ///< Below it, every one that is not whole was looked at.
    eth::BlockNum pruned_whole_ = 0;    ///< Below it, every whole one was.
};

}  // namespace faultline::engine
