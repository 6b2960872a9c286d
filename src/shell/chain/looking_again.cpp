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
/// The blocks after one that cannot be looked at wait for no more than these.
constexpr int kMostLookFailures = 24;
/// The next block of the chain does not wait for more looks than these.
constexpr int kMostLooksInARow = 8;

}  // namespace

// Only answers that pass `verification` count here, and a failure is no reason to wait with the
// next block: the look is made again when the chain stands still the next time.
runtime::Task<> HeadFollower::look_again(eth::BlockRef tip) {
    if (parts_.clock.now() < look_not_before_) {
        co_return;
    }
    for (int i = 0; i < kMostLooksInARow; ++i) {
        const SecondLook::Seen* seen = looks_.due(tip);
        if (seen == nullptr) {
            co_return;
        }
        const eth::BlockRef block = seen->block;
        if (parts_.applied.applied(block.number) != block) {
            looks_.done();  // Orphaned meanwhile, or below the undo window.
            continue;
        }
        auto look = co_await look_at(*seen);
        const bool corrects = look && look->corrects();
        if (!look || (corrects && !co_await apply_again(tip, std::move(look->block)))) {
            look_failed(block);
            co_return;
        }
        look_failures_ = 0;
        if (corrects) {
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

void HeadFollower::look_failed(const eth::BlockRef& block) {
    look_not_before_ = parts_.clock.now() + kLookPause;
    if (++look_failures_ < kMostLookFailures) {
        return;
    }
    look_failures_ = 0;
    looks_.done();
    parts_.log.warn(
        "second_look_failed",
        "a block could not be looked at again, or not together with those above it; it stays as it "
        "was",
        {{"chain", options_.chain_name}, {"block", block.text()}}
    );
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
        look.verdict = SecondLook::compare(seen.logs, look.block.logs, SecondLook::By::kContent);
    }
    co_return look;
}

void HeadFollower::take_over_looks() {
    const std::optional<eth::BlockRef> tip = parts_.applied.tip();
    const std::uint64_t unsure = looks_.unsure_blocks();
    if (!tip || unsure == 0) {
        return;
    }
    for (eth::BlockNum number = tip->number - std::min(tip->number, unsure); number <= tip->number;
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

runtime::Task<bool> HeadFollower::apply_again(eth::BlockRef tip, FetchedBlock more) {
    const eth::BlockRef from = more.header.ref;
    std::vector<FetchedBlock> blocks;
    blocks.push_back(std::move(more));
    for (eth::BlockNum number = from.number + 1; number <= tip.number; ++number) {
        const std::optional<eth::BlockRef> ours = parts_.applied.applied(number);
        if (!ours) {
            co_return false;
        }
        const SecondLook::Seen* seen = looks_.of(*ours);
        if (seen == nullptr) {
            auto block = co_await fetch_applied(*ours);
            if (!block) {
                co_return false;
            }
            blocks.push_back(*std::move(block));
            continue;
        }
        SecondLook::Seen before = *seen;
        auto look = co_await look_at(before);
        if (!look) {
            co_return false;
        }
        if (look->verdict == SecondLook::Verdict::kOther && !look->proven) {
            look->block.logs = std::move(before.logs);  // It would come back poorer than it was.
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
    co_return true;
}

}  // namespace faultline::chain
