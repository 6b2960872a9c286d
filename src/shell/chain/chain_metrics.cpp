// SPDX-License-Identifier: Apache-2.0
#include "shell/chain/chain_metrics.hpp"

#include <utility>

namespace faultline::chain {

namespace {

obs::Gauge& head_block(obs::Metrics& metrics, const std::string& chain, const char* level) {
    return metrics.gauge(
        "faultline_chain_head_block",
        "Head of the chain as the endpoint last reported it, by level; 0 while unknown",
        {{"chain", chain}, {"level", level}}
    );
}

}  // namespace

std::string reconnect_reason_name(ReconnectReason reason) {
    switch (reason) {
        case ReconnectReason::kConnect:
            return "connect";
        case ReconnectReason::kClosed:
            return "closed";
        case ReconnectReason::kSilent:
            return "silent";
    }
    return "unknown";
}

ChainMetrics::ChainMetrics(
    obs::Metrics& metrics,
    std::string chain,
    std::string provider,
    const std::vector<std::string>& sockets
)
    : head_latest(head_block(metrics, chain, "latest")),
      head_safe(head_block(metrics, chain, "safe")),
      head_finalized(head_block(metrics, chain, "finalized")),
      head_timestamp(metrics.gauge(
          "faultline_chain_head_timestamp_seconds",
          "The latest block's own time; an old one means an endpoint that is stuck or syncing",
          {{"chain", chain}}
      )),
      backfill_remaining_blocks(metrics.gauge(
          "faultline_backfill_remaining_blocks",
          "Blocks of history still to be fetched; 0 when following the head",
          {{"chain", chain}}
      )),
      backfill_eta(metrics.gauge(
          "faultline_backfill_eta_seconds",
          "Until history is fetched, at the pace so far; 0 when following the head",
          {{"chain", chain}}
      )),
      backfill_ranges_in_flight(metrics.gauge(
          "faultline_backfill_ranges_in_flight",
          "Ranges of history asked for and not answered yet",
          {{"chain", chain}}
      )),
      backfill_blocks(metrics.counter(
          "faultline_backfill_blocks_total",
          "Blocks of history fetched in ranges",
          {{"chain", chain}}
      )),
      backfill_logs(metrics.counter(
          "faultline_backfill_logs_total",
          "Watched logs of history fetched in ranges",
          {{"chain", chain}}
      )),
      backfill_ranges_refused(metrics.counter(
          "faultline_backfill_ranges_refused_total",
          "Ranges of history that an endpoint refused, to be asked for in smaller ones",
          {{"chain", chain}}
      )),
      reorgs(metrics.counter(
          "faultline_reorgs_total", "Reorgs followed since the start", {{"chain", chain}}
      )),
      blocks_unverified(metrics.counter(
          "faultline_blocks_unverified_total",
          "Blocks, or ranges of history begun, that no endpoint had as `verification` wants them",
          {{"chain", chain}}
      )),
      second_look_corrections(metrics.counter(
          "faultline_second_look_corrections_total",
          "Blocks applied again, because logs had been left out the first time",
          {{"chain", chain}}
      )),
      second_looks_poorer(metrics.counter(
          "faultline_second_looks_poorer_total",
          "Second answers about a block that lack logs of the first; the first one was kept",
          {{"chain", chain}}
      )),
      reorg_depth_blocks(metrics.histogram(
          "faultline_reorg_depth_blocks",
          "Blocks reverted by a reorg",
          {1, 2, 3, 5, 8, 16, 32, 64, 128, 256},
          {{"chain", chain}}
      )),
      metrics_(metrics),
      chain_(std::move(chain)),
      provider_(std::move(provider)) {
    for (const Code code :
         {Code::kTransient, Code::kRateLimited, Code::kMissing, Code::kRejected, Code::kMalformed
         }) {
        static_cast<void>(endpoint_errors(code));
    }
    for (const std::string& socket : sockets) {
        for (const ReconnectReason reason :
             {ReconnectReason::kConnect, ReconnectReason::kClosed, ReconnectReason::kSilent}) {
            static_cast<void>(reconnects(socket, reason));
        }
    }
}

obs::Counter& ChainMetrics::endpoint_errors(Code code) const {
    return metrics_.counter(
        "faultline_endpoint_errors_total",
        "Failures that made following a chain wait and try again, by what they were",
        {{"chain", chain_}, {"provider", provider_}, {"code", std::string(code_name(code))}}
    );
}

obs::Counter& ChainMetrics::reconnects(const std::string& provider, ReconnectReason reason) const {
    return metrics_.counter(
        "faultline_ws_reconnects_total",
        "newHeads subscriptions opened again, by reason",
        {{"chain", chain_}, {"provider", provider}, {"reason", reconnect_reason_name(reason)}}
    );
}

}  // namespace faultline::chain
