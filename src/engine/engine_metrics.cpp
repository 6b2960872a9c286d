// SPDX-License-Identifier: Apache-2.0
#include "engine/engine_metrics.hpp"

#include <faultline/base/time.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/rule_turns.hpp>
#include <faultline/shell/obs/metrics.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <string>

namespace faultline::engine {
namespace {

obs::Counter& evaluated(obs::Metrics& registry, const std::string& chain, const char* result) {
    return registry.counter(
        "faultline_rules_evaluated_total",
        "Readings that rules judged, by result",
        {{"chain", chain}, {"rule", "health_factor"}, {"result", result}}
    );
}

obs::Gauge& active(obs::Metrics& registry, const std::string& chain, rules::Severity severity) {
    return registry.gauge(
        "faultline_alerts_active",
        "Alerts firing now",
        {{"chain", chain}, {"severity", std::string(rules::severity_name(severity))}}
    );
}

double seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

}  // namespace

Engine::EngineMetrics::EngineMetrics(
    obs::Metrics& r, const FoldOptions& o, const protocol::Protocols& protocols
)
    : processed_block(r.gauge(
          "faultline_processed_block",
          "Number of the newest committed block",
          {{"chain", o.chain_name}}
      )),
      last_block_processed(r.gauge(
          "faultline_last_block_processed_timestamp_seconds",
          "Wall-clock time of the last commit",
          {{"chain", o.chain_name}}
      )),
      processing(r.histogram(
          "faultline_block_processing_seconds",
          "From having a block to its durable commit",
          obs::latency_buckets(),
          {{"chain", o.chain_name}}
      )),
      arrival_delay(r.histogram(
          "faultline_block_arrival_delay_seconds",
          "From a block's own timestamp to its commit, live blocks only",
          obs::latency_buckets(),
          {{"chain", o.chain_name}}
      )),
      event_to_alert(r.histogram(
          "faultline_event_to_alert_seconds",
          "From a block's own timestamp to a committed firing",
          obs::latency_buckets(),
          {{"chain", o.chain_name}}
      )),
      logs(r.counter(
          "faultline_logs_applied_total", "Watched logs folded", {{"chain", o.chain_name}}
      )),
      reads(r.counter(
          "faultline_block_reads_total",
          "View calls whose answers blocks carried, because no log has them",
          {{"chain", o.chain_name}}
      )),
      unanswered_reads(r.counter(
          "faultline_block_reads_unanswered_total",
          "View calls of these that no endpoint carried through: what they feed is withheld",
          {{"chain", o.chain_name}}
      )),
      reverted_blocks(r.counter(
          "faultline_reverted_blocks_total", "Blocks taken back", {{"chain", o.chain_name}}
      )),
      commit_failures(r.counter(
          "faultline_commit_failures_total",
          "Batches the store refused; each is retried",
          {{"chain", o.chain_name}}
      )),
      incidents(r.counter(
          "faultline_market_incidents_total",
          "Logs or answers the accounting could not take",
          {{"chain", o.chain_name}}
      )),
      news_dropped(r.counter(
          "faultline_market_news_dropped_total",
          "News without an alert of their own, because too many came at once; the log has them",
          {{"chain", o.chain_name}}
      )),
      evaluated_firing(evaluated(r, o.chain_name, "firing")),
      evaluated_ok(evaluated(r, o.chain_name, "ok")),
      evaluated_no_data(evaluated(r, o.chain_name, "no_data")),
      evaluated_stale(evaluated(r, o.chain_name, "stale")),
      evaluated_error(evaluated(r, o.chain_name, "error")),
      rules_blind(r.gauge(
          "faultline_rules_blind",
          "Rules over signals that had figures and have none any more; /v1/rules says which",
          {{"chain", o.chain_name}}
      )),
      rules_put_off(r.gauge(
          "faultline_rules_put_off",
          "Rules over signals that wait for their turn, as all of them take too much of a block",
          {{"chain", o.chain_name}}
      )),
      rules_put_off_blocks(r.gauge(
          "faultline_rules_put_off_blocks",
          "At how many blocks in a row the one that waits longest has been put off",
          {{"chain", o.chain_name}}
      )),
      degraded_markets(r.gauge(
          "faultline_degraded_markets",
          "Markets whose figures are withheld; see the log for why",
          {{"chain", o.chain_name}}
      )),
      quarantined_logs(r.gauge(
          "faultline_quarantined_logs",
          "Logs of the markets' own contracts that the accounting could not take",
          {{"chain", o.chain_name}}
      )),
      alerts_active{
          &active(r, o.chain_name, rules::Severity::kInfo),
          &active(r, o.chain_name, rules::Severity::kWarning),
          &active(r, o.chain_name, rules::Severity::kCritical),
      } {
    for (const auto& one : protocols.all()) {
        const obs::Labels where{{"chain", o.chain_name}, {"protocol", std::string(one->family())}};
        holders.push_back(&r.gauge(
            "faultline_accounts_followed", "Accounts with a balance, a debt or a flag", where
        ));
        positions.push_back(
            &r.gauge("faultline_graph_positions", "Positions: account and asset", where)
        );
    }
}

void Engine::EngineMetrics::loaded(const Fold& fold) {
    const auto tip = fold.tip();
    if (tip) {
        processed_block.set(static_cast<double>(tip->ref.number));
    }
    std::size_t degraded = 0;
    for (std::size_t i = 0; i < fold.protocols().markets(); ++i) {
        const auto market = static_cast<protocol::MarketId>(i);
        degraded += fold.protocols().of(market).degraded(market).empty() ? 0 : 1;
    }
    for (std::size_t i = 0; i < fold.protocols().all().size(); ++i) {
        const protocol::Counts counts = fold.protocols().all()[i]->counts();
        holders.at(i)->set(static_cast<double>(counts.holders));
        positions.at(i)->set(static_cast<double>(counts.positions));
    }
    rules_blind.set(static_cast<double>(fold.signal_rules().blind()));
    const PutOff waiting = fold.signal_rules().turns().put_off(tip ? tip->ref.number : 0);
    rules_put_off.set(static_cast<double>(waiting.rules));
    rules_put_off_blocks.set(static_cast<double>(waiting.oldest_blocks));
    degraded_markets.set(static_cast<double>(degraded));
    quarantined_logs.set(static_cast<double>(fold.protocols().quarantine().total()));
    std::array<std::size_t, 3> firing{};
    fold.alerts().rows().for_each_unordered([&](const alerts::AlertKey&,
                                                const alerts::AlertRow& row) {
        firing.at(static_cast<std::size_t>(row.severity)) +=
            row.phase == alerts::Phase::kFiring ? 1 : 0;
    });
    for (std::size_t i = 0; i < firing.size(); ++i) {
        alerts_active.at(i)->set(static_cast<double>(firing.at(i)));
    }
}

void Engine::EngineMetrics::applied(
    const eth::Block& block, const Outcome& outcome, Duration took, UnixMillis now, const Fold& fold
) {
    constexpr double kMillisPerSecond = 1000.0;
    const double now_s = static_cast<double>(now.value) / kMillisPerSecond;
    const double delay_s = now_s - static_cast<double>(block.header.timestamp.value);
    processing.observe(seconds(took));
    last_block_processed.set(now_s);
    logs.add(static_cast<double>(block.logs.size()));
    reads.add(static_cast<double>(block.reads.size()));
    unanswered_reads.add(
        static_cast<double>(std::ranges::count_if(block.reads, &eth::ReadAnswer::unanswered))
    );
    if (block.live) {
        arrival_delay.observe(delay_s);
    }
    for (const alerts::Transition& transition : outcome.transitions) {
        if (transition.kind == alerts::Kind::kFiring) {
            event_to_alert.observe(delay_s);
        }
    }
    news_dropped.add(static_cast<double>(outcome.news_dropped));
    evaluated_firing.add(static_cast<double>(outcome.evaluated.firing));
    evaluated_ok.add(static_cast<double>(outcome.evaluated.ok));
    evaluated_no_data.add(static_cast<double>(outcome.evaluated.no_data));
    evaluated_stale.add(static_cast<double>(outcome.evaluated.stale));
    evaluated_error.add(static_cast<double>(outcome.evaluated.error));
    loaded(fold);
}

}  // namespace faultline::engine
