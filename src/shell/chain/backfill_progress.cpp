// SPDX-License-Identifier: Apache-2.0
#include "shell/chain/backfill_progress.hpp"

#include <algorithm>
#include <chrono>
#include <string>

namespace faultline::chain {

namespace {

constexpr Duration kSayInterval = std::chrono::seconds(5);

}  // namespace

BackfillProgress::BackfillProgress(const FollowerParts& parts, ChainMetrics& metrics)
    : parts_(parts), metrics_(metrics) {}

void BackfillProgress::fetched(
    eth::BlockNum first, eth::BlockNum done, eth::BlockNum end, std::size_t logs
) {
    const Instant now = parts_.clock.now();
    if (!run_) {
        run_ = Run{.first = first, .logs = 0, .since = now, .said_at = now};
    }
    run_->logs += logs;
    const eth::BlockNum left = end > done ? end - done : 0;
    metrics_.backfill_remaining_blocks.set(static_cast<double>(left));
    const eth::BlockNum fetched = done - run_->first + 1;
    const auto spent_ms = std::max<std::int64_t>(
        1, std::chrono::duration_cast<std::chrono::milliseconds>(now - run_->since).count()
    );
    const std::uint64_t per_second = fetched * 1000 / static_cast<std::uint64_t>(spent_ms);
    const std::uint64_t seconds_left = per_second == 0 ? 0 : left / per_second;
    metrics_.backfill_eta.set(static_cast<double>(seconds_left));
    if (left > 0 && now - run_->said_at < kSayInterval) {
        return;
    }
    run_->said_at = now;
    parts_.log.info(
        "backfill_progress",
        left == 0 ? "history is fetched" : "fetching history",
        {{"block", done},
         {"end", end},
         {"percent", fetched * 100 / (fetched + left)},
         {"blocks_per_second", per_second},
         {"logs_per_second", run_->logs * 1000 / static_cast<std::uint64_t>(spent_ms)},
         {"seconds_left", seconds_left}}
    );
    if (left == 0) {
        run_.reset();
    }
}

}  // namespace faultline::chain
