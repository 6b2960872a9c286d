// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/shell/obs/metrics.hpp>

#include <string>
#include <vector>

namespace faultline::chain {

/// Why a newHeads subscription had to be opened again.
enum class ReconnectReason {
    kConnect,  ///< It could not be opened.
    kClosed,   ///< It ended or sent something unreadable.
    kSilent,   ///< Open, but silent while the chain moved.
};

std::string reconnect_reason_name(ReconnectReason reason);

/// The metrics of one followed chain; every label value exists from the start.
class ChainMetrics {
  public:
    ChainMetrics(
        obs::Metrics& metrics,
        std::string chain,
        std::string provider,
        const std::vector<std::string>& sockets
    );

    obs::Gauge& head_latest;
    obs::Gauge& head_safe;
    obs::Gauge& head_finalized;
    obs::Gauge& head_timestamp;
    obs::Gauge& backfill_remaining_blocks;
    obs::Gauge& backfill_eta;
    obs::Gauge& backfill_ranges_in_flight;
    obs::Counter& backfill_blocks;
    obs::Counter& backfill_logs;
    obs::Counter& backfill_ranges_refused;
    obs::Counter& reorgs;
    obs::Counter& blocks_unverified;
    obs::Counter& second_look_corrections;
    obs::Counter& second_looks_poorer;
    obs::Histogram& reorg_depth_blocks;

    [[nodiscard]] obs::Counter& endpoint_errors(Code code) const;
    [[nodiscard]] obs::Counter& reconnects(const std::string& provider, ReconnectReason reason)
        const;

  private:
    obs::Metrics& metrics_;
    std::string chain_;
    std::string provider_;
};

}  // namespace faultline::chain
