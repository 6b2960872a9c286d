// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/chain/source.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/random.hpp>
#include <faultline/shell/runtime/workers.hpp>
#include <faultline/shell/store/committer.hpp>
#include <faultline/shell/store/memory_store.hpp>

#include <cstdint>
#include <memory>

namespace faultline::app {

/// The daemon's engine over a store in memory, for blocks that are at hand: no network, no alerts.
/// One at a time per process (it has the loop).
class OfflineEngine {
  public:
    /// Deeper than any chain reorganises, and a bound on what is kept for it.
    static constexpr std::uint64_t kUndoWindowBlocks = 4096;

    /// The log outlives it. What is folded goes back at most `undo_window_blocks` at a time.
    OfflineEngine(
        engine::FoldOptions options,
        obs::Log& log,
        std::uint64_t undo_window_blocks = kUndoWindowBlocks
    );

    [[nodiscard]] engine::Engine& engine() noexcept { return *engine_; }

    [[nodiscard]] obs::Metrics& metrics() noexcept { return metrics_; }

    [[nodiscard]] runtime::Random& random() noexcept { return random_; }

    [[nodiscard]] runtime::Loop& loop() noexcept { return loop_; }

    [[nodiscard]] store::Store& store() noexcept { return store_; }

    /// Folds until the source ends; returns what it ended with.
    Error run(chain::Source& source);

  private:
    obs::Metrics metrics_;
    runtime::Loop loop_;
    runtime::Random random_;
    std::unique_ptr<runtime::Workers> workers_;
    store::MemoryStore store_;
    store::Committer committer_;
    std::unique_ptr<engine::Engine> engine_;
};

}  // namespace faultline::app
