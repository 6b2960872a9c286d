// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shell/chain/chain_metrics.hpp"
#include "shell/chain/fetched_block.hpp"
#include "shell/chain/range_size.hpp"
#include "shell/chain/verified_fetch.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/chain/follower.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

namespace faultline::chain {

/// Fetches history in ranges, several at a time, and hands it out in order. A range that is refused
/// comes again in smaller pieces; what came for others meanwhile is kept. What is kept is bounded.
/// Thread: loop; one fetch() at a time, which may be cancelled.
class HistoryFetcher {
  public:
    /// All outlive it.
    HistoryFetcher(
        const FollowerOptions& options,
        const FollowerParts& parts,
        ChainMetrics& metrics,
        VerifiedFetch& verified
    );

    /// False while only single blocks are served.
    [[nodiscard]] bool asks_for_ranges() const noexcept { return size_.blocks() > 1; }

    /// Blocks [next, ...] in a row, each the child of the one before, none above `end`. Empty when
    /// what was asked for was refused and has to be asked for in single blocks. Errors are the
    /// node's; one that hit a later range is reported when its turn comes.
    runtime::Task<Result<std::vector<FetchedBlock>>> fetch(eth::BlockNum next, eth::BlockNum end);

    /// A single block of history was served: larger ranges may work again.
    void single_worked();

    /// Forgets what it holds: it is of another branch.
    void forget();

  private:
    struct Range {
        eth::BlockNum first = 0;
        eth::BlockNum last = 0;

        [[nodiscard]] std::uint64_t blocks() const noexcept { return last - first + 1; }
    };

    /// One fetch() that asks: who fetches what, and what went wrong.
    struct Round {
        Range wanted;
        std::map<eth::BlockNum, eth::BlockNum> claimed;  ///< Ranges fetched or under way.
        std::size_t in_flight = 0;
        std::optional<Error> error;
    };

    class UnderWay;

    runtime::Task<> fetch_ranges(Round& round);
    runtime::Task<> fetch_some(Round& round, Range range);
    [[nodiscard]] std::optional<Range> claim(Round& round);
    void refused(Round& round, const Range& range, Error error);
    void keep(const Range& range, std::vector<FetchedBlock> blocks, Duration took);
    [[nodiscard]] std::vector<FetchedBlock> take(eth::BlockNum next);
    void drop_below(eth::BlockNum next);
    void pace(const Round& round);

    const FollowerOptions& options_;
    const FollowerParts& parts_;
    ChainMetrics& metrics_;
    VerifiedFetch& verified_;
    RangeSize size_;
    std::size_t lanes_;
    std::map<eth::BlockNum, std::vector<FetchedBlock>> kept_;  ///< By first block.
    std::size_t kept_log_bytes_ = 0;
    std::size_t kept_blocks_ = 0;
    std::optional<Error> later_;  ///< Of a range behind those handed out.
};

}  // namespace faultline::chain
