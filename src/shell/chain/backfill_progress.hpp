// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shell/chain/chain_metrics.hpp"

#include <faultline/core/eth/block.hpp>
#include <faultline/shell/chain/follower.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace faultline::chain {

/// Tells people how far the backfill is: every few seconds, and when it is done.
class BackfillProgress {
  public:
    BackfillProgress(const FollowerParts& parts, ChainMetrics& metrics);

    /// History up to `done` is fetched, of what reaches to `end`; the newest part had `logs` logs.
    void fetched(eth::BlockNum first, eth::BlockNum done, eth::BlockNum end, std::size_t logs);

  private:
    struct Run {
        eth::BlockNum first = 0;
        std::uint64_t logs = 0;
        Instant since;
        Instant said_at;
    };

    const FollowerParts& parts_;
    ChainMetrics& metrics_;
    std::optional<Run> run_;
};

}  // namespace faultline::chain
