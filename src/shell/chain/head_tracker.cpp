// SPDX-License-Identifier: Apache-2.0
#include "shell/chain/head_tracker.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace faultline::chain {

namespace {

/// The shortest time between two polls: what a storm of hints can cost.
constexpr Duration kPollSpacing = std::chrono::milliseconds(50);
/// Finality moves every few minutes at most; it decides evidence and how far history reaches.
constexpr Duration kLevelInterval = std::chrono::seconds(12);
/// What is history is not known before the first answer: worth a few tries.
constexpr Duration kFirstLevelTries = std::chrono::seconds(10);
/// As often the first answer has to be that there is no such block: without one, history is live.
constexpr int kFirstLevelAnswers = 3;
/// Blocks this close to the head are live, final or not.
constexpr eth::BlockNum kAlwaysLiveBlocks = 16;
/// What a node that is no archive keeps of old state (128 blocks), less the time to get there.
constexpr eth::BlockNum kMostLiveBlocks = 96;

eth::BlockNum number_of(const std::optional<eth::BlockRef>& block) {
    return block ? block->number : 0;
}

}  // namespace

HeadTracker::HeadTracker(
    const FollowerOptions& options,
    const FollowerParts& parts,
    ChainMetrics& metrics,
    HeadStatus& status
)
    : options_(options), parts_(parts), metrics_(metrics), status_(status) {}

runtime::Task<Result<void>> HeadTracker::refresh() {
    const bool recent = parts_.clock.now() - polled_at_ < options_.poll_interval;
    if (latest_ && fresh_ && recent) {
        co_return Result<void>();
    }
    co_return co_await poll();
}

runtime::Task<> HeadTracker::wait() {
    co_await hints_.wait_for(parts_.clock, options_.poll_interval);
    const Duration since_poll = parts_.clock.now() - polled_at_;
    if (since_poll < kPollSpacing) {
        co_await parts_.clock.sleep(kPollSpacing - since_poll);
    }
    fresh_ = false;
}

void HeadTracker::hint(const eth::BlockRef& ref) {
    if (!latest_ || ref != latest_->ref) {
        fresh_ = false;
        hints_.notify();
    }
}

std::optional<eth::BlockNum> HeadTracker::history_end() const {
    std::optional<eth::BlockNum> end;
    if (latest_->ref.number > options_.undo_window_blocks) {
        end = latest_->ref.number - options_.undo_window_blocks;
    }
    const eth::BlockNum always_live = std::min(options_.undo_window_blocks, kAlwaysLiveBlocks);
    if (status_.finalized && latest_->ref.number >= always_live) {
        const eth::BlockNum finalized = status_.finalized->number;
        end = std::max(end.value_or(0), std::min(finalized, latest_->ref.number - always_live));
    }
    return end;
}

bool HeadTracker::is_live(eth::BlockNum number) const {
    const std::optional<eth::BlockNum> end = history_end();
    return (!end || number > *end) && number + kMostLiveBlocks > latest_->ref.number;
}

eth::Finality HeadTracker::finality(eth::BlockNum number) const {
    if (status_.finalized && number <= status_.finalized->number) {
        return eth::Finality::kFinalized;
    }
    return status_.safe && number <= status_.safe->number ? eth::Finality::kSafe
                                                          : eth::Finality::kLatest;
}

runtime::Task<Result<void>> HeadTracker::poll() {
    // Set before asking: a hint that comes while the answer is under way asks once more.
    fresh_ = true;
    polled_at_ = parts_.clock.now();
    auto head = co_await parts_.node.head(rpc::HeadTag::kLatest);
    if (!head) {
        fresh_ = false;
        co_return std::move(head).error();
    }
    latest_ = *std::move(head);
    status_.latest = latest_->ref;
    status_.latest_at = latest_->timestamp;
    status_.last_contact = parts_.clock.now();
    metrics_.head_latest.set(static_cast<double>(latest_->ref.number));
    metrics_.head_timestamp.set(static_cast<double>(latest_->timestamp.value));
    judge_age();
    if (!levels_at_ || parts_.clock.now() - *levels_at_ >= kLevelInterval) {
        auto levels = co_await poll_levels();
        const Instant now = parts_.clock.now();
        first_asked_at_ = first_asked_at_.value_or(now);
        if (!levels && !levels_at_ && now - *first_asked_at_ < kFirstLevelTries) {
            fresh_ = false;
            co_return levels;
        }
        say_levels(levels);
        levels_at_ = now;
    }
    co_return Result<void>();
}

void HeadTracker::judge_age() {
    const Duration age = age_of(latest_->timestamp, parts_.clock.wall_now());
    const bool old = age > options_.max_head_age;
    if (old && !said_old_) {
        parts_.log.warn(
            "head_is_old",
            "the endpoint's newest block is old: the endpoint is stuck, syncing or cut off, or the "
            "clock of this machine is wrong; what is followed is not the present",
            {{"endpoint", parts_.node.name()},
             {"head", latest_->ref.number},
             {"age_s", std::chrono::duration_cast<std::chrono::seconds>(age).count()}}
        );
    } else if (!old && said_old_) {
        parts_.log.info(
            "head_is_recent",
            "the endpoint's newest block is recent again",
            {{"endpoint", parts_.node.name()}, {"head", latest_->ref.number}}
        );
    }
    said_old_ = old;
}

runtime::Task<Result<void>> HeadTracker::poll_levels() {
    FAULTLINE_CO_TRY(
        status_.finalized, co_await level(rpc::HeadTag::kFinalized, status_.finalized)
    );
    FAULTLINE_CO_TRY(status_.safe, co_await level(rpc::HeadTag::kSafe, status_.safe));
    metrics_.head_finalized.set(static_cast<double>(number_of(status_.finalized)));
    metrics_.head_safe.set(static_cast<double>(number_of(status_.safe)));
    co_return Result<void>();
}

// Following does not depend on the levels: without an answer they stay what they were, and blocks
// wait longer for being final.
void HeadTracker::say_levels(const Result<void>& levels) {
    if (!levels && !said_no_levels_) {
        parts_.log.warn(
            "finality_unknown",
            "how final blocks are cannot be learned now; what waits for it waits on, and the last "
            "answer counts until there is another",
            {{"endpoint", parts_.node.name()}, {"error", levels.error().message()}}
        );
    }
    said_no_levels_ = !levels;
}

runtime::Task<Result<std::optional<eth::BlockRef>>> HeadTracker::level(
    rpc::HeadTag tag, std::optional<eth::BlockRef> known
) {
    const int tries = levels_at_ ? 1 : kFirstLevelAnswers;
    for (int i = 0; i < tries; ++i) {
        auto header = co_await parts_.node.head(tag);
        if (header) {
            co_return std::optional(header->ref);
        }
        // A young chain, or one without finality, has no such block: that is an answer. What was
        // final stays final, so that an endpoint that lost it for a moment changes nothing.
        const Code code = header.error().code();
        if (code != Code::kMissing && code != Code::kRejected) {
            co_return std::move(header).error();
        }
    }
    co_return known;
}

}  // namespace faultline::chain
