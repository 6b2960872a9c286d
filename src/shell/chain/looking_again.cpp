// SPDX-License-Identifier: Apache-2.0
// The follower's second look at blocks that were applied.
#include "shell/chain/fetch.hpp"
#include "shell/chain/head_follower.hpp"

#include <string>
#include <utility>
#include <vector>

namespace faultline::chain {

runtime::Task<Result<void>> HeadFollower::look_again(eth::BlockRef tip) {
    // Ends: each turn takes a block out.
    while (const auto seen = looks_.take_due(tip)) {
        if (parts_.applied.applied(seen->block.number) != seen->block) {
            continue;  // Orphaned meanwhile, or below the undo window.
        }
        FAULTLINE_CO_TRY(
            const eth::Header header, co_await parts_.node.header_by_hash(seen->block.hash)
        );
        FAULTLINE_CO_TRY(const FetchedBlock again, co_await verified_.fetch(header));
        const SecondLook::Verdict verdict = SecondLook::compare(seen->logs, again.logs);
        if (verdict == SecondLook::Verdict::kMore) {
            co_return co_await apply_again(tip, seen->block);
        }
        if (verdict == SecondLook::Verdict::kOther) {
            metrics_.second_looks_poorer.add();
            parts_.log.warn(
                "second_look_poorer",
                "an endpoint leaves out or changes logs of a block that is applied; the block "
                "stays as it was",
                {{"chain", options_.chain_name},
                 {"block", seen->block.text()},
                 {"logs", seen->logs.size()},
                 {"logs_now", again.logs.size()}}
            );
        }
    }
    co_return Result<void>();
}

runtime::Task<Result<void>> HeadFollower::apply_again(eth::BlockRef tip, eth::BlockRef from) {
    std::vector<FetchedBlock> blocks;
    for (eth::BlockNum number = from.number; number <= tip.number; ++number) {
        const auto ours = parts_.applied.applied(number);
        if (!ours) {
            co_return Result<void>();
        }
        FAULTLINE_CO_TRY(eth::Header header, co_await parts_.node.header_by_hash(ours->hash));
        FAULTLINE_CO_TRY(FetchedBlock block, co_await verified_.fetch(std::move(header)));
        blocks.push_back(std::move(block));
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
    co_return Result<void>();
}

}  // namespace faultline::chain
