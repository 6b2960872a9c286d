// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/obs/metrics.hpp>

#include <string>

namespace faultline::delivery {

/// Counters of one receiver, all made at start so that they read 0 before anything happens.
struct ChannelMetrics {
    /// Counters are of the receiver, over all chains; gauges are of one chain, as each sets its
    /// own.
    ChannelMetrics(obs::Metrics& metrics, const std::string& chain, const std::string& channel);

    obs::Counter& acknowledged;
    obs::Counter& dry_run;
    obs::Counter& retried;
    obs::Counter& blocked;
    obs::Counter& stopped;
    obs::Counter& refused;
    obs::Counter& gave_up;
    obs::Counter& skipped;
    obs::Counter& annulled;
    obs::Counter& not_routed;
    obs::Counter& silenced;
    obs::Counter& inhibited;
    obs::Counter& acknowledged_by_person;
    obs::Counter& unescalated;
    obs::Counter& replayed;
    obs::Counter& over;
    obs::Counter& unreadable;
    obs::Counter& dead_letters;
    obs::Gauge& waiting_for_finality;
    obs::Gauge& held_back;
    obs::Gauge& is_blocked;
    obs::Gauge& is_stopped;
    obs::Histogram& seconds;
};

}  // namespace faultline::delivery
