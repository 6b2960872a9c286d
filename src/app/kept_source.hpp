// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/engine/kept_blocks.hpp>
#include <faultline/shell/chain/source.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/store/store.hpp>

#include <app/replay_progress.hpp>
#include <cstddef>

namespace faultline::app {

/// Blocks that a store kept, in order. When the engine already stands above the first of them, it
/// takes back what it has down to there first.
class KeptSource final : public chain::Source {
  public:
    /// All outlive it.
    KeptSource(
        const store::Store& store,
        engine::KeptRange range,
        const chain::AppliedChain& applied,
        ReplayProgress& progress
    )
        : store_(store),
          range_(range),
          next_(range.first),
          applied_(applied),
          progress_(progress) {}

    /// kMissing at the end, and ended() is true; kInvalid for a block that is not kept, kCorrupt
    /// for one that is damaged or no child of the one before.
    runtime::Task<Result<eth::ChainEvent>> next() override;

    [[nodiscard]] bool ended() const noexcept { return ended_; }

    [[nodiscard]] std::size_t logs() const noexcept { return logs_; }

  private:
    Result<eth::ChainEvent> read();

    const store::Store& store_;
    engine::KeptRange range_;
    eth::BlockNum next_;
    const chain::AppliedChain& applied_;
    ReplayProgress& progress_;
    std::size_t logs_ = 0;
    bool ended_ = false;
};

}  // namespace faultline::app
