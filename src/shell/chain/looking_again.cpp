// SPDX-License-Identifier: Apache-2.0
// The follower's second look at blocks that were applied.
#include "shell/chain/fetch.hpp"
#include "shell/chain/head_follower.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::chain {

// Only verified answers count here, and a failure is no reason to wait with the next block: the
// look is made again when the chain stands still the next time.
runtime::Task<> HeadFollower::look_again(eth::BlockRef tip) {
    // Ends: each turn is done with a block, or leaves.
    while (const SecondLook::Seen* seen = looks_.due(tip)) {
        if (parts_.applied.applied(seen->block.number) != seen->block) {
            looks_.done();  // Orphaned meanwhile, or below the undo window.
            continue;
        }
        const eth::BlockRef block = seen->block;
        const auto again = co_await fetch_applied(block);
        if (!again) {
            co_return;
        }
        const SecondLook::Verdict verdict = SecondLook::compare(seen->logs, again->logs);
        if (verdict == SecondLook::Verdict::kMore) {
            if (co_await apply_again(tip, block)) {
                looks_.done();
            }
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

runtime::Task<Result<FetchedBlock>> HeadFollower::fetch_applied(eth::BlockRef block) {
    FAULTLINE_CO_TRY(eth::Header header, co_await parts_.node.header_by_hash(block.hash));
    co_return co_await fetch_block(parts_.node, std::move(header), options_.filter);
}

runtime::Task<bool> HeadFollower::apply_again(eth::BlockRef tip, eth::BlockRef from) {
    std::vector<FetchedBlock> blocks;
    for (eth::BlockNum number = from.number; number <= tip.number; ++number) {
        const std::optional<eth::BlockRef> ours = parts_.applied.applied(number);
        if (!ours) {
            co_return false;
        }
        auto block = co_await fetch_applied(*ours);
        if (!block) {
            co_return false;
        }
        blocks.push_back(*std::move(block));
    }
    buffer_.clear();
    for (FetchedBlock& block : blocks) {
        buffer(std::move(block));
    }
    branch_first_ = from.number;
    metrics_.second_look_corrections.add();
    parts_.log.error(
        "second_look_corrected",
        "logs of a block had been left out when it was applied; it is taken back and applied again "
        "with all of them",
        {{"chain", options_.chain_name}, {"block", from.text()}, {"to", tip.text()}}
    );
    co_return true;
}

}  // namespace faultline::chain
