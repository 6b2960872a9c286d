// SPDX-License-Identifier: Apache-2.0
#include "shell/chain/history_fetcher.hpp"

#include "shell/chain/fetch.hpp"

#include <faultline/shell/runtime/task_group.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace faultline::chain {

namespace {

/// Enough to hide the latency of an endpoint or two, few enough for a public one's limits.
constexpr std::size_t kMostInFlight = 4;
/// No range is begun beyond these while others wait for their turn.
constexpr std::size_t kMostKeptLogBytes = 24UL << 20U;
constexpr std::size_t kMostKeptBlocks = 20'000;

std::size_t count_logs(const std::vector<FetchedBlock>& blocks) {
    std::size_t logs = 0;
    for (const FetchedBlock& block : blocks) {
        logs += block.logs.size();
    }
    return logs;
}

std::size_t count_log_bytes(const std::vector<FetchedBlock>& blocks) {
    std::size_t bytes = 0;
    for (const FetchedBlock& block : blocks) {
        bytes += block.logs.bytes();
    }
    return bytes;
}

}  // namespace

/// Counts a request as long as it runs, and frees its range when it brings nothing.
class HistoryFetcher::UnderWay {
  public:
    UnderWay(HistoryFetcher& fetcher, Round& round, Range range)
        : fetcher_(fetcher), round_(round), range_(range) {
        show(++round_.in_flight);
    }

    UnderWay(const UnderWay&) = delete;
    UnderWay& operator=(const UnderWay&) = delete;

    ~UnderWay() {
        if (!fetcher_.kept_.contains(range_.first)) {
            round_.claimed.erase(range_.first);
        }
        show(--round_.in_flight);
    }

  private:
    void show(std::size_t in_flight) {
        fetcher_.metrics_.backfill_ranges_in_flight.set(static_cast<double>(in_flight));
    }

    HistoryFetcher& fetcher_;
    Round& round_;
    Range range_;
};

HistoryFetcher::HistoryFetcher(
    const FollowerOptions& options,
    const FollowerParts& parts,
    ChainMetrics& metrics,
    VerifiedFetch& verified
)
    : options_(options),
      parts_(parts),
      metrics_(metrics),
      verified_(verified),
      size_(std::min(options.backfill_range_blocks, kMostRangeBlocks)),
      lanes_(kMostInFlight) {}

runtime::Task<Result<std::vector<FetchedBlock>>> HistoryFetcher::fetch(
    eth::BlockNum next, eth::BlockNum end
) {
    drop_below(next);
    if (!kept_.contains(next)) {
        if (later_) {
            co_return *std::exchange(later_, std::nullopt);
        }
        Round round;
        round.wanted = {.first = next, .last = end};
        for (const auto& [first, blocks] : kept_) {
            round.claimed.emplace(first, first + blocks.size() - 1);
        }
        runtime::TaskGroup group;
        for (std::size_t i = 0; i < lanes_; ++i) {
            group.spawn("history", fetch_ranges(round));
        }
        co_await group.wait();
        pace(round);
        later_ = std::move(round.error);
    }
    std::vector<FetchedBlock> blocks = take(next);
    if (blocks.empty() && later_) {
        co_return *std::exchange(later_, std::nullopt);
    }
    co_return blocks;
}

runtime::Task<> HistoryFetcher::fetch_ranges(Round& round) {
    // Ends when all is fetched, enough is kept, or something failed.
    for (;;) {
        const std::optional<Range> range = claim(round);
        if (!range) {
            break;
        }
        co_await fetch_some(round, *range);
    }
}

runtime::Task<> HistoryFetcher::fetch_some(Round& round, Range range) {
    const UnderWay counted(*this, round, range);
    const Instant began = parts_.clock.now();
    const rpc::Proof proof = verified_.history_proof();
    auto fetched =
        co_await fetch_range(parts_.node, range.first, range.last, options_.filter, proof);
    if (fetched) {
        verified_.history_fetched(*fetched, proof);
        keep(range, *std::move(fetched), parts_.clock.now() - began);
    } else {
        verified_.history_failed(fetched.error());
        refused(round, range, std::move(fetched).error());
    }
}

std::optional<HistoryFetcher::Range> HistoryFetcher::claim(Round& round) {
    if (round.error || (size_.blocks() == 1 && round.wanted.first != round.wanted.last)) {
        return std::nullopt;
    }
    eth::BlockNum first = round.wanted.first;
    eth::BlockNum last = round.wanted.last;
    for (const auto& [begin, end] : round.claimed) {
        if (begin > first) {
            last = std::min(last, begin - 1);
            break;
        }
        first = end + 1;
    }
    const bool full = kept_log_bytes_ >= kMostKeptLogBytes || kept_blocks_ >= kMostKeptBlocks;
    if (first > last || (full && first != round.wanted.first)) {
        return std::nullopt;
    }
    const Range range{.first = first, .last = std::min(last, first + size_.blocks() - 1)};
    round.claimed.emplace(range.first, range.last);
    return range;
}

void HistoryFetcher::refused(Round& round, const Range& range, Error error) {
    const Code code = error.code();
    if (code == Code::kRejected && range.blocks() > 1) {
        size_.refused(range.first, range.last, error.suggestion());
        metrics_.backfill_ranges_refused.add();
        return;  // Too wide for this endpoint, or refused for good: then single blocks tell.
    }
    if (code == Code::kRateLimited) {
        lanes_ = std::max<std::size_t>(1, lanes_ / 2);
    } else {
        size_.failed(range.blocks());
    }
    if (!round.error) {
        round.error = std::move(error).context(
            "fetch blocks " + std::to_string(range.first) + " to " + std::to_string(range.last)
        );
    }
}

void HistoryFetcher::keep(const Range& range, std::vector<FetchedBlock> blocks, Duration took) {
    const std::size_t logs = count_logs(blocks);
    size_.worked(range.blocks(), logs, took);
    metrics_.backfill_blocks.add(static_cast<double>(blocks.size()));
    metrics_.backfill_logs.add(static_cast<double>(logs));
    kept_log_bytes_ += count_log_bytes(blocks);
    kept_blocks_ += blocks.size();
    kept_.emplace(range.first, std::move(blocks));
}

std::vector<FetchedBlock> HistoryFetcher::take(eth::BlockNum next) {
    std::vector<FetchedBlock> out;
    // Ends: each turn takes a range out.
    for (auto found = kept_.find(next); found != kept_.end(); found = kept_.find(next)) {
        if (!out.empty() && found->second.front().header.parent != out.back().header.ref.hash) {
            // The chain moved between two answers: only what is of one branch counts.
            const std::vector<FetchedBlock> taken = std::move(out);
            forget();
            return taken;
        }
        std::vector<FetchedBlock> blocks = std::move(found->second);
        kept_.erase(found);
        kept_log_bytes_ -= count_log_bytes(blocks);
        kept_blocks_ -= blocks.size();
        next += blocks.size();
        out.reserve(out.size() + blocks.size());
        std::ranges::move(blocks, std::back_inserter(out));
    }
    return out;
}

void HistoryFetcher::drop_below(eth::BlockNum next) {
    if (!kept_.empty() && kept_.begin()->first < next) {
        forget();  // Others went on from where these blocks were to be used.
    }
}

void HistoryFetcher::pace(const Round& round) {
    if (!round.error) {
        lanes_ = std::min(kMostInFlight, lanes_ + 1);
    }
}

void HistoryFetcher::single_worked() {
    // One block of history at a time is what a refused range leaves; try larger ones again.
    size_.worked(1, 0, Duration::zero());
}

void HistoryFetcher::forget() {
    kept_.clear();
    kept_log_bytes_ = 0;
    kept_blocks_ = 0;
    later_.reset();
}

}  // namespace faultline::chain
