// SPDX-License-Identifier: Apache-2.0
#include "channel_metrics.hpp"

#include <faultline/shell/obs/metrics.hpp>

#include <string>

namespace faultline::delivery {
namespace {

obs::Counter& outcome_counter(
    obs::Metrics& metrics, const std::string& channel, const std::string& outcome
) {
    return metrics.counter(
        "faultline_deliveries_total",
        "Attempts to deliver an alert transition, and transitions that need none, by outcome.",
        {{"channel", channel}, {"outcome", outcome}}
    );
}

obs::Counter& suppressed_counter(
    obs::Metrics& metrics, const std::string& channel, const std::string& reason
) {
    return metrics.counter(
        "faultline_notifications_suppressed_total",
        "Alert transitions that a receiver was never told, by what held them back.",
        {{"channel", channel}, {"reason", reason}}
    );
}

}  // namespace

ChannelMetrics::ChannelMetrics(
    obs::Metrics& metrics, const std::string& chain, const std::string& channel
)
    : acknowledged(outcome_counter(metrics, channel, "acknowledged")),
      dry_run(outcome_counter(metrics, channel, "dry_run")),
      retried(outcome_counter(metrics, channel, "retried")),
      blocked(outcome_counter(metrics, channel, "blocked")),
      stopped(outcome_counter(metrics, channel, "stopped")),
      refused(outcome_counter(metrics, channel, "refused")),
      gave_up(outcome_counter(metrics, channel, "gave_up")),
      skipped(outcome_counter(metrics, channel, "skipped")),
      annulled(outcome_counter(metrics, channel, "annulled")),
      not_routed(outcome_counter(metrics, channel, "not_routed")),
      silenced(suppressed_counter(metrics, channel, "silenced")),
      inhibited(suppressed_counter(metrics, channel, "inhibited")),
      acknowledged_by_person(suppressed_counter(metrics, channel, "acknowledged")),
      unescalated(suppressed_counter(metrics, channel, "unescalated")),
      replayed(suppressed_counter(metrics, channel, "replayed")),
      over(suppressed_counter(metrics, channel, "over")),
      unreadable(outcome_counter(metrics, channel, "unreadable")),
      dead_letters(metrics.counter(
          "faultline_dead_letters_total",
          "Alert transitions that a receiver will not get.",
          {{"channel", channel}}
      )),
      waiting_for_finality(metrics.gauge(
          "faultline_alerts_waiting_for_finality",
          "Alert transitions kept back until their block is as final as their rule asks.",
          {{"chain", chain}, {"channel", channel}}
      )),
      held_back(metrics.gauge(
          "faultline_notifications_held",
          "Firing alerts a receiver is not told of yet: silenced, inhibited or not escalated.",
          {{"chain", chain}, {"channel", channel}}
      )),
      is_blocked(metrics.gauge(
          "faultline_receiver_blocked",
          "1 while a receiver turns alerts away until a person changes something.",
          {{"chain", chain}, {"channel", channel}}
      )),
      is_stopped(metrics.gauge(
          "faultline_receiver_stopped",
          "1 when nothing is sent to a receiver any more until a restart.",
          {{"chain", chain}, {"channel", channel}}
      )),
      seconds(metrics.histogram(
          "faultline_alert_delivery_seconds",
          "From the commit of an alert transition to its acknowledgement.",
          obs::latency_buckets(),
          {{"channel", channel}}
      )) {}

}  // namespace faultline::delivery
