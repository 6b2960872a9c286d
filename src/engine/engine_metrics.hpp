// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/obs/metrics.hpp>

#include <array>
#include <cstddef>
#include <vector>

namespace faultline::engine {

/// The engine's figures for Prometheus; every label value exists from the start.
struct Engine::EngineMetrics {
    EngineMetrics(
        obs::Metrics& registry, const FoldOptions& options, const protocol::Protocols& protocols
    );

    void loaded(const Fold& fold);
    void applied(
        const eth::Block& block,
        const Outcome& outcome,
        Duration took,
        UnixMillis now,
        const Fold& fold
    );

    obs::Gauge& processed_block;
    obs::Gauge& last_block_processed;
    obs::Histogram& processing;
    obs::Histogram& arrival_delay;
    obs::Histogram& event_to_alert;
    obs::Counter& logs;
    obs::Counter& reads;
    obs::Counter& unanswered_reads;
    obs::Counter& reverted_blocks;
    obs::Counter& commit_failures;
    obs::Counter& incidents;
    obs::Counter& news_dropped;
    obs::Counter& evaluated_firing;
    obs::Counter& evaluated_ok;
    obs::Counter& evaluated_no_data;
    obs::Counter& evaluated_stale;
    obs::Counter& evaluated_error;
    obs::Gauge& rules_blind;
    obs::Gauge& rules_put_off;
    obs::Gauge& rules_put_off_blocks;
    obs::Gauge& degraded_markets;
    obs::Gauge& quarantined_logs;
    std::vector<obs::Gauge*> holders;          ///< By protocol.
    std::vector<obs::Gauge*> positions;        ///< By protocol.
    std::array<obs::Gauge*, 3> alerts_active;  ///< By severity.
};

}  // namespace faultline::engine
