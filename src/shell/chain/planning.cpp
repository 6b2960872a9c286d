// SPDX-License-Identifier: Apache-2.0
#include "shell/chain/fetch.hpp"
#include "shell/chain/head_follower.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace faultline::chain {

namespace {

/// A competing head that is not above ours may be one backend of many that is behind; a node that
/// means it says so again after this.
constexpr Duration kContestedPause = std::chrono::milliseconds(500);
/// One wrong answer, or one that lies for a moment, must not end the following.
constexpr Duration kCondemned = std::chrono::seconds(15);
/// Longer than any wait between two tries: what comes later is another matter.
constexpr Duration kReprieved = std::chrono::minutes(1);

}  // namespace

runtime::Task<Result<void>> HeadFollower::plan() {
    FAULTLINE_CO_TRY_VOID(co_await heads_.refresh());
    const std::optional<eth::BlockRef> tip = parts_.applied.tip();
    const eth::BlockNum next = tip ? tip->number + 1 : options_.start_block;
    if (heads_.latest().ref.number >= next) {
        said_behind_ = false;
        contested_.reset();
        const std::optional<eth::BlockNum> history_end = heads_.history_end();
        if (history_end && next <= *history_end && history_.asks_for_ranges()) {
            co_return co_await plan_history(next, *history_end);
        }
        co_return co_await plan_block(next, history_end);
    }
    if (tip) {
        co_return co_await plan_head_at_or_below_tip(*tip);
    }
    say_waiting(next);
    co_await heads_.wait();
    co_return Result<void>();
}

runtime::Task<Result<void>> HeadFollower::plan_history(eth::BlockNum next, eth::BlockNum end) {
    FAULTLINE_CO_TRY(std::vector<FetchedBlock> fetched, co_await history_.fetch(next, end));
    if (fetched.empty()) {
        co_return Result<void>();
    }
    const std::optional<eth::BlockRef> tip = parts_.applied.tip();
    if (tip && fetched.front().header.parent != tip->hash) {
        history_.forget();
        co_return co_await plan_branch(fetched.front().header);
    }
    const eth::BlockNum last = fetched.back().header.ref.number;
    std::size_t logs = 0;
    for (FetchedBlock& block : fetched) {
        logs += block.logs.size();
        buffer(std::move(block));
    }
    progress_.fetched(next, last, end, logs);
    co_return Result<void>();
}

runtime::Task<Result<void>> HeadFollower::plan_block(
    eth::BlockNum next, std::optional<eth::BlockNum> history_end
) {
    eth::Header header = heads_.latest();
    if (header.ref.number != next) {
        FAULTLINE_CO_TRY(header, co_await fetch_header(parts_.node, next));
    }
    const std::optional<eth::BlockRef> tip = parts_.applied.tip();
    if (tip && header.parent != tip->hash) {
        co_return co_await plan_branch(std::move(header));
    }
    FAULTLINE_CO_TRY(FetchedBlock block, co_await verified_.fetch(header));
    const std::size_t logs = block.logs.size();
    const bool history = history_end && next <= *history_end;
    if (history) {
        // As for those that come in ranges: what is kept of history must not depend on how it came.
        block.checks.clear();
    }
    buffer(std::move(block));
    if (history) {
        history_.single_worked();
        progress_.fetched(next, next, *history_end, logs);
    }
    co_return Result<void>();
}

runtime::Task<Result<void>> HeadFollower::plan_head_at_or_below_tip(eth::BlockRef tip) {
    const eth::Header head = heads_.latest();
    const std::optional<eth::BlockRef> ours = parts_.applied.applied(head.ref.number);
    // A head we have applied, or one too far back to know, is a node that is behind. Going back
    // takes a proof, and the proof of a reorg is a block that competes with one of ours.
    if (!ours || *ours == head.ref) {
        contested_.reset();
        if (head.ref.number < tip.number && !said_behind_) {
            said_behind_ = true;
            parts_.log.warn(
                "endpoint_behind",
                "the endpoint's head is below the last applied block; waiting for it",
                {{"endpoint", parts_.node.name()},
                 {"head", head.ref.number},
                 {"applied", tip.number}}
            );
        }
        co_await look_again(tip);
        if (buffer_.empty()) {
            co_await heads_.wait();
        }
        co_return Result<void>();
    }
    if (contested_ != head.ref) {
        contested_ = head.ref;
        co_await parts_.clock.sleep(kContestedPause);
        heads_.distrust();
        co_return Result<void>();
    }
    co_return co_await plan_branch(head);
}

runtime::Task<Result<void>> HeadFollower::plan_branch(eth::Header header) {
    contested_.reset();
    const eth::BlockRef tip = *parts_.applied.tip();
    const eth::BlockNum window = options_.undo_window_blocks;
    const eth::BlockNum deepest = tip.number >= window ? tip.number - window + 1 : 0;
    const BranchReach reach{
        .start = options_.start_block, .lowest = std::max(options_.start_block, deepest)
    };
    FAULTLINE_CO_TRY(
        Branch branch, co_await find_branch(parts_.node, parts_.applied, std::move(header), reach)
    );
    if (!branch.rooted) {
        co_return co_await refuse_deep_reorg(tip, branch.headers.front());
    }
    co_return co_await plan_reorg(tip, std::move(branch));
}

runtime::Task<Result<void>> HeadFollower::plan_reorg(eth::BlockRef tip, Branch branch) {
    // A URL that now leads to another network looks like a reorg, too.
    FAULTLINE_CO_TRY_VOID(co_await identify());
    if (halt_) {
        co_return Result<void>();
    }
    std::vector<FetchedBlock> blocks;
    blocks.reserve(branch.headers.size());
    for (eth::Header& header : branch.headers) {
        FAULTLINE_CO_TRY(FetchedBlock block, co_await verified_.fetch(std::move(header)));
        blocks.push_back(std::move(block));
    }
    // What began as the node's branch may be an orphan by now: a header polled earlier, or a chain
    // that moved while its blocks were fetched. Nothing was shown yet, so look again.
    const eth::BlockRef top = blocks.back().header.ref;
    FAULTLINE_CO_TRY(const eth::Header now, co_await fetch_header(parts_.node, top.number));
    if (now.ref != top) {
        heads_.distrust();
        co_return Result<void>();
    }
    buffer_.clear();
    for (FetchedBlock& block : blocks) {
        buffer(std::move(block));
    }
    branch_first_ = buffer_.front().header.ref.number;
    const std::uint64_t depth = tip.number - *branch_first_ + 1;
    ++status_.reorgs;
    metrics_.reorgs.add();
    metrics_.reorg_depth_blocks.observe(static_cast<double>(depth));
    parts_.log.warn(
        "chain_reorg",
        "the chain took another branch; following it",
        {{"chain", options_.chain_name},
         {"depth", depth},
         {"from", tip.text()},
         {"to", buffer_.back().header.ref.text()}}
    );
    co_return Result<void>();
}

runtime::Task<Result<void>> HeadFollower::refuse_deep_reorg(eth::BlockRef tip, eth::Header lowest) {
    // The same again: naming the other network is the better advice.
    FAULTLINE_CO_TRY_VOID(co_await identify());
    if (halt_) {
        co_return Result<void>();
    }
    const eth::BlockNum reached = lowest.ref.number == 0 ? 0 : lowest.ref.number - 1;
    std::string known = "no applied block below it is known";
    if (const auto ours = parts_.applied.applied(reached)) {
        known = "our block " + ours->text() + " is not on it";
    }
    // Where endpoints have to agree on a block, one of them cannot end this with a branch of its
    // own.
    const auto agreed = co_await fetch_block(parts_.node, std::move(lowest), options_.filter);
    if (!agreed && agreed.error().code() != Code::kRejected) {
        co_return agreed.error();
    }
    Error error =
        Error(
            Code::kRejected,
            options_.chain_name + ": endpoint " + parts_.node.name() +
                " is on a branch that leaves ours below block " + std::to_string(reached) +
                ", more than " + std::to_string(tip.number - std::min(tip.number, reached)) +
                " blocks under the applied tip " + tip.text() + "; the undo window is " +
                std::to_string(options_.undo_window_blocks) + " blocks, following began at " +
                std::to_string(options_.start_block) + ", and " + known
        )
            .advise(
                "check the endpoint against another one; if the branch is real, stop the daemon, "
                "run `" +
                options_.resync_command + "` and start it again"
            );
    co_return condemn(std::move(error));
}

Result<void> HeadFollower::condemn(Error error) {
    const Instant now = parts_.clock.now();
    if (!condemned_since_ || now - condemned_at_ > kReprieved) {
        condemned_since_ = now;
    }
    condemned_at_ = now;
    heads_.distrust();
    if (now - *condemned_since_ < kCondemned) {
        return Error(Code::kTransient, error.message());
    }
    halt_ = std::move(error);
    return {};
}

void HeadFollower::say_waiting(eth::BlockNum wanted) {
    if (!said_behind_) {
        said_behind_ = true;
        parts_.log.info(
            "waiting_for_start_block",
            "the endpoint has not reached the first block to follow; waiting for it",
            {{"endpoint", parts_.node.name()},
             {"head", heads_.latest().ref.number},
             {"start_block", wanted}}
        );
    }
}

}  // namespace faultline::chain
