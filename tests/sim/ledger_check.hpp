// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/chain_model.hpp"

#include <faultline/core/eth/block.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/store/store.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace faultline::sim {

/// Holds what the daemon reads and stores to the chain model. Each check returns what is wrong, or
/// nothing.
///  - Invariant 1, fold: the stored rows are those of a fresh fold over the canonical blocks alone.
///  - Invariant 2, atomic: the checkpoint moves along parent links, by one block at a time or, in
///    deep history, by a run of blocks; after a crash rows and undo records are those of the
///    checkpoint.
///  - The contract of the stream: each block has the model's header, its watched logs once and in
///    order, and the answers the model gives; none is reverted that never left the chain; none is
///    called deep that a reorg inside the undo window may reach.
class LedgerCheck {
  public:
    LedgerCheck(
        const ChainModel& chain,
        engine::FoldOptions fold_options,
        eth::BlockNum start,
        std::uint64_t undo_window
    );

    /// A block as the source delivered it; remembers what was read for it.
    std::optional<std::string> delivered(const eth::Block& block);
    std::optional<std::string> reverted(const eth::BlockRef& ref);

    /// Whether some endpoint was on another branch; with several, that may be followed for a while.
    void may_be_elsewhere(std::function<bool(const eth::BlockRef&)> elsewhere) {
        elsewhere_ = std::move(elsewhere);
    }

    /// The chain has left this path for the one it is on now.
    void leaves(const Path& path);
    std::optional<std::string> committed(const store::Batch& batch);
    /// The process died: the checkpoint is what the store says.
    void restarted(const store::Store& store);

    /// Compares the whole store with a fold over the model's blocks up to the checkpoint.
    [[nodiscard]] std::optional<std::string> rows_match(const store::Store& store) const;

    [[nodiscard]] std::optional<eth::BlockRef> checkpoint() const { return checkpoint_; }

    [[nodiscard]] std::uint64_t reverts() const { return reverts_; }

    /// When all is quiet, the market can be valued: its logs made sense and its prices are of now.
    [[nodiscard]] static std::optional<std::string> usable(const engine::Fold& truth);

    /// The fold that rows_match() compares with, for checks of alerts. nullptr when a block on the
    /// way was never delivered.
    [[nodiscard]] std::unique_ptr<engine::Fold> rebuilt() const;

  private:
    struct Delivered {
        std::vector<eth::Read> reads;
        eth::Evidence evidence;
        bool live = true;
        bool deep = false;
    };

    /// Whether `to` and all between it and `from`, its ancestor (none: before the first block), may
    /// become durable together.
    [[nodiscard]] bool one_run(const std::optional<eth::BlockRef>& from, eth::BlockRef to) const;

    [[nodiscard]] eth::Block model_block(const ModelBlock& model, const Delivered& delivered) const;
    [[nodiscard]] std::optional<std::string> undo_matches(
        const store::Store& store, const std::map<Hash32, std::vector<ledger::RowChange>>& changes
    ) const;
    std::unique_ptr<engine::Fold> rebuild(std::map<Hash32, std::vector<ledger::RowChange>>& changes
    ) const;

    const ChainModel& chain_;
    engine::FoldOptions fold_options_;
    eth::BlockNum start_;
    std::uint64_t undo_window_;
    eth::BlockNum highest_ = 0;  ///< The highest head there was.
    std::vector<Hash32> topics_;
    std::map<Hash32, Delivered> delivered_;
    std::set<Hash32> orphaned_;  ///< Blocks that were off the canonical path at some time.
    std::optional<eth::BlockRef> checkpoint_;
    std::uint64_t reverts_ = 0;
    std::function<bool(const eth::BlockRef&)> elsewhere_;
};

}  // namespace faultline::sim
