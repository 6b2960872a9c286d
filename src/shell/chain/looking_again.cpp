// SPDX-License-Identifier: Apache-2.0
// The follower's second look at blocks that were applied.
#include "shell/chain/fetch.hpp"
#include "shell/chain/head_follower.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::chain {
namespace {

/// An endpoint that fails a look is not asked at each poll.
constexpr Duration kLookPause = std::chrono::seconds(5);

}  // namespace

// Only answers that pass `verification` count here, and a failure is no reason to wait with the
// next block: the look is made again when the chain stands still the next time.
runtime::Task<> HeadFollower::look_again(eth::BlockRef tip) {
    // Ends: each turn is done with a block, or leaves.
    while (const SecondLook::Seen* seen = looks_.due(tip)) {
        if (parts_.applied.applied(seen->block.number) != seen->block) {
            looks_.done();  // Orphaned meanwhile, or below the undo window.
            continue;
        }
        const eth::BlockRef block = seen->block;
        if (parts_.clock.now() < look_not_before_) {
            co_return;
        }
        auto again = co_await fetch_applied(block);
        if (!again) {
            look_not_before_ = parts_.clock.now() + kLookPause;
            co_return;
        }
        SecondLook::Verdict verdict = SecondLook::compare(seen->logs, again->logs);
        if (verdict == SecondLook::Verdict::kMore) {
            // More may be a copy of what is there, which no bloom shows: receipts decide if they
            // can.
            auto proven =
                co_await fetch_unverified_block(parts_.node, again->header, options_.filter);
            if (!proven) {
                co_return;
            }
            if (std::ranges::find(proven->checks, "receipts_root") != proven->checks.end()) {
                verdict = SecondLook::compare(seen->logs, proven->logs) == verdict
                              ? verdict
                              : SecondLook::Verdict::kOther;
                again = std::move(proven);
            }
        }
        if (verdict == SecondLook::Verdict::kMore) {
            co_await apply_again(tip, *std::move(again));
            co_return;
        }
        if (verdict == SecondLook::Verdict::kOther) {
            metrics_.second_looks_poorer.add();
            parts_.log.warn(
                "second_look_poorer",
                "an endpoint leaves out or changes logs of a block that is applied; the block "
                "stays as it was",
                {{"chain", options_.chain_name},
                 {"block", block.text()},
                 {"logs", seen->logs.size()},
                 {"logs_now", again->logs.size()}}
            );
        }
        looks_.done();
    }
}

void HeadFollower::take_over_looks() {
    const std::optional<eth::BlockRef> tip = parts_.applied.tip();
    if (!tip) {
        return;
    }
    for (eth::BlockNum number = tip->number - std::min(tip->number, looks_.after_blocks());
         number <= tip->number;
         ++number) {
        const std::optional<eth::Block> block = parts_.applied.kept(number);
        if (block && parts_.applied.applied(number) == block->ref()) {
            looks_.handed_out(*block);
        }
    }
}

runtime::Task<Result<FetchedBlock>> HeadFollower::fetch_applied(eth::BlockRef block) {
    FAULTLINE_CO_TRY(eth::Header header, co_await parts_.node.header_by_hash(block.hash));
    co_return co_await fetch_block(parts_.node, std::move(header), options_.filter);
}

runtime::Task<> HeadFollower::apply_again(eth::BlockRef tip, FetchedBlock more) {
    const eth::BlockRef from = more.header.ref;
    std::vector<FetchedBlock> blocks;
    blocks.push_back(std::move(more));
    for (eth::BlockNum number = from.number + 1; number <= tip.number; ++number) {
        const std::optional<eth::BlockRef> ours = parts_.applied.applied(number);
        if (!ours) {
            co_return;
        }
        auto block = co_await fetch_applied(*ours);
        if (!block) {
            co_return;
        }
        const SecondLook::Seen* seen = looks_.of(*ours);
        if (seen != nullptr &&
            SecondLook::compare(seen->logs, block->logs) == SecondLook::Verdict::kOther) {
            co_return;  // The blocks above would come back poorer than they are.
        }
        blocks.push_back(*std::move(block));
    }
    looks_.drop_from(from.number);
    buffer_.clear();
    for (FetchedBlock& block : blocks) {
        buffer(std::move(block));
        // They were judged when they came first; what has become final since is judged again.
        buffer_.back().live = true;
        buffer_.back().deep = false;
    }
    branch_first_ = from.number;
    metrics_.second_look_corrections.add();
    parts_.log.error(
        "second_look_corrected",
        "logs of a block had been left out when it was applied; it is taken back and applied again "
        "with all of them",
        {{"chain", options_.chain_name}, {"block", from.text()}, {"to", tip.text()}}
    );
}

}  // namespace faultline::chain
