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
        const eth::BlockRef block = seen->block;
        if (parts_.applied.applied(block.number) != block) {
            looks_.done();  // Orphaned meanwhile, or below the undo window.
            continue;
        }
        if (parts_.clock.now() < look_not_before_) {
            co_return;
        }
        auto look = co_await look_at(*seen);
        if (!look) {
            look_not_before_ = parts_.clock.now() + kLookPause;
            co_return;
        }
        if (look->corrects()) {
            co_await apply_again(tip, std::move(look->block));
            co_return;
        }
        if (look->differs) {
            metrics_.second_looks_poorer.add();
            parts_.log.warn(
                "second_look_poorer",
                "an endpoint leaves out or changes logs of a block that is applied; the block "
                "stays as it was",
                {{"chain", options_.chain_name}, {"block", block.text()}}
            );
        }
        looks_.done();
    }
}

// Two answers that differ leave open which is wrong, and one with more logs may hold a copy, which
// no bloom shows: receipts decide if they can.
runtime::Task<Result<HeadFollower::Look>> HeadFollower::look_at(SecondLook::Seen seen) {
    FAULTLINE_CO_TRY(FetchedBlock again, co_await fetch_applied(seen.block));
    Look look{.block = std::move(again)};
    look.verdict = SecondLook::compare(seen.logs, look.block.logs);
    look.differs = look.verdict != SecondLook::Verdict::kSame;
    if (!look.differs) {
        co_return look;
    }
    FAULTLINE_CO_TRY(
        FetchedBlock proven,
        co_await fetch_unverified_block(parts_.node, look.block.header, options_.filter)
    );
    look.proven = std::ranges::find(proven.checks, "receipts_root") != proven.checks.end();
    if (look.proven) {
        look.block = std::move(proven);
        look.verdict = SecondLook::compare(seen.logs, look.block.logs);
    }
    co_return look;
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
        const SecondLook::Seen* seen = looks_.of(*ours);
        if (seen == nullptr) {
            auto block = co_await fetch_applied(*ours);
            if (!block) {
                co_return;
            }
            blocks.push_back(*std::move(block));
            continue;
        }
        auto look = co_await look_at(*seen);
        if (!look || (look->verdict == SecondLook::Verdict::kOther && !look->proven)) {
            co_return;  // The blocks above would come back poorer than they are.
        }
        blocks.push_back(std::move(look->block));
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
        "logs of a block had been left out or were wrong when it was applied; it is taken back and "
        "applied again as it is",
        {{"chain", options_.chain_name}, {"block", from.text()}, {"to", tip.text()}}
    );
}

}  // namespace faultline::chain
