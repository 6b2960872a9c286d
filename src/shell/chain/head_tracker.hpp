// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shell/chain/chain_metrics.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/chain/follower.hpp>
#include <faultline/shell/runtime/event.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <optional>

namespace faultline::chain {

/// What the node says its head is: asked at least every poll interval while blocks are wanted, at
/// once when a hint arrives. The node's latest word counts, also when it moves back.
class HeadTracker {
  public:
    HeadTracker(
        const FollowerOptions& options,
        const FollowerParts& parts,
        ChainMetrics& metrics,
        HeadStatus& status
    );

    /// Asks the node unless it answered within the poll interval and no hint came since.
    runtime::Task<Result<void>> refresh();

    /// Makes the next refresh() ask.
    void distrust() noexcept { fresh_ = false; }

    /// Waits for a hint, at most for the poll interval; the next refresh() asks.
    runtime::Task<> wait();
    /// Ends wait() early. `ref` is only compared with what is known already, never used.
    void hint(const eth::BlockRef& ref);

    /// The head. @pre refresh() worked once
    [[nodiscard]] const eth::Header& latest() const noexcept { return *latest_; }

    /// The newest block that is history: finalized, or so deep below the head that a reorg there
    /// could not be followed anyway (where a chain has no finality or it stands still). Never one
    /// of the newest few: where finality is immediate, nothing would be live and no price ever
    /// read.
    [[nodiscard]] std::optional<eth::BlockNum> history_end() const;
    /// Whether a block is recent enough for what only live blocks ask: above history, and so close
    /// to the head that a node which keeps the usual 128 states can answer for it.
    [[nodiscard]] bool is_live(eth::BlockNum number) const;
    [[nodiscard]] eth::Finality finality(eth::BlockNum number) const;

  private:
    runtime::Task<Result<void>> poll();
    void judge_age();
    runtime::Task<Result<void>> poll_levels();
    void say_levels(const Result<void>& levels);
    runtime::Task<Result<std::optional<eth::BlockRef>>> level(
        rpc::HeadTag tag, std::optional<eth::BlockRef> known
    );

    const FollowerOptions& options_;
    const FollowerParts& parts_;
    ChainMetrics& metrics_;
    HeadStatus& status_;
    runtime::Event hints_;
    bool fresh_ = false;
    bool said_old_ = false;
    bool said_no_levels_ = false;
    Instant polled_at_;
    std::optional<Instant> levels_at_;
    std::optional<Instant> first_asked_at_;
    std::optional<eth::Header> latest_;
};

}  // namespace faultline::chain
