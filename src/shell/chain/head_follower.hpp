// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shell/chain/backfill_progress.hpp"
#include "shell/chain/branch.hpp"
#include "shell/chain/chain_metrics.hpp"
#include "shell/chain/endpoint_health.hpp"
#include "shell/chain/fetched_block.hpp"
#include "shell/chain/head_tracker.hpp"
#include "shell/chain/hint_listener.hpp"
#include "shell/chain/history_fetcher.hpp"
#include "shell/chain/second_look.hpp"
#include "shell/chain/verified_fetch.hpp"

#include <faultline/shell/chain/follower.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace faultline::chain {

/// The follower. It remembers no position of its own: each step compares AppliedChain::tip() with
/// what the node says, so whatever went wrong in a step, the next one starts from the truth.
///
/// `buffer_` holds verified blocks, each the child of the one before. The first is a child of the
/// tip or, after a reorg, of a block below it: then our blocks from `branch_first_` up are reverted
/// first. A reorg is taken up only when its whole branch lies in the buffer.
class HeadFollower final : public Follower {
  public:
    HeadFollower(FollowerOptions options, FollowerParts parts);

    runtime::Task<Result<eth::ChainEvent>> next() override;

    [[nodiscard]] bool has_history() const override;

    [[nodiscard]] const HeadStatus& status() const override { return status_; }

    runtime::Task<> run_hints() override;

  private:
    using Step = Result<std::optional<eth::ChainEvent>>;

    /// One step: an event, or nothing when there is none yet but the step worked.
    runtime::Task<Step> step();
    runtime::Task<Result<void>> identify();

    /// The next event of the buffer; nothing when it is empty or no longer fits the tip.
    runtime::Task<Step> take_buffered();
    /// Hands out the buffer's first block with the reads it needs.
    runtime::Task<Step> complete();

    /// Fills the buffer, or waits for the chain to move.
    runtime::Task<Result<void>> plan();
    runtime::Task<Result<void>> plan_history(eth::BlockNum next, eth::BlockNum end);
    runtime::Task<Result<void>> plan_block(
        eth::BlockNum next, std::optional<eth::BlockNum> history_end
    );
    runtime::Task<Result<void>> plan_head_at_or_below_tip(eth::BlockRef tip);
    runtime::Task<Result<void>> plan_branch(eth::Header header);
    runtime::Task<Result<void>> plan_reorg(eth::BlockRef tip, Branch branch);

    /// A block that was applied, as it is said to be now.
    struct Look {
        FetchedBlock block;
        SecondLook::Verdict verdict = SecondLook::Verdict::kSame;
        bool differs = false;  ///< The first answer did, before receipts were asked.
        bool proven = false;   ///< By its receipts.

        [[nodiscard]] bool corrects() const {
            return verdict == SecondLook::Verdict::kMore ||
                   (proven && verdict == SecondLook::Verdict::kOther);
        }
    };

    /// Looks at blocks that were applied a while ago once more; may fill the buffer with them.
    runtime::Task<> look_again(eth::BlockRef tip);
    runtime::Task<Result<Look>> look_at(SecondLook::Seen seen);
    /// The look is made again after a pause, and given up after many.
    void look_failed(const eth::BlockRef& block);
    /// Those that a process before this one had still to look at.
    void take_over_looks();
    /// Takes back all from that block up and applies them again, that one with the logs it has now.
    /// False, and nothing done, when one of the others cannot be had.
    runtime::Task<bool> apply_again(eth::BlockRef tip, FetchedBlock more);
    runtime::Task<Result<FetchedBlock>> fetch_applied(eth::BlockRef block);
    runtime::Task<Result<void>> refuse_deep_reorg(eth::BlockRef tip, eth::Header lowest);
    /// What ends the stream when it has been so for a while, and is an error like others before.
    Result<void> condemn(Error error);

    void say_waiting(eth::BlockNum wanted);
    void buffer(FetchedBlock block);
    /// That the block has reads without an answer.
    void say_unanswered(const eth::Block& block);

    const FollowerOptions options_;
    const FollowerParts parts_;
    HeadStatus status_;
    ChainMetrics metrics_;
    EndpointHealth health_;
    HeadTracker heads_;
    std::vector<std::unique_ptr<HintListener>> hints_;  ///< One per endpoint with a socket.
    VerifiedFetch verified_;
    HistoryFetcher history_;
    SecondLook looks_;
    BackfillProgress progress_;
    bool identified_ = false;
    bool said_behind_ = false;
    bool said_unanswered_ = false;
    bool head_in_doubt_ = false;  ///< A read at the newest head that is known failed.
    std::deque<FetchedBlock> buffer_;
    eth::BlockRef handed_out_;                   ///< The last block that next() returned.
    std::optional<eth::BlockNum> branch_first_;  ///< Set while a reorg's reverts are under way.
    std::optional<eth::BlockRef> contested_;     ///< A competing head not above ours, seen once.
    std::optional<Instant> condemned_since_;     ///< Set while nothing but an end is in sight.
    Instant condemned_at_;                       ///< The last time.
    Instant look_not_before_;                    ///< Set when a second look failed.
    int look_failures_ = 0;                      ///< In a row, of the look that is due.
    std::optional<Error> halt_;                  ///< What next() cannot get past.
};

}  // namespace faultline::chain
