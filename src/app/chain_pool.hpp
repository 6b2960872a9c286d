// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/fork_join.hpp>
#include <faultline/core/alerts/silence.hpp>
#include <faultline/shell/delivery/rate_limits.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/net/websocket.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/rpc/pool.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/random.hpp>
#include <faultline/shell/runtime/workers.hpp>

#include <app/daemon_config.hpp>
#include <memory>

namespace faultline::app {

/// What every chain of the process shares. Outlives the services.
struct Shared {
    runtime::Clock& clock;
    runtime::Random& random;
    runtime::Workers& workers;
    ForkJoin& second_thread;  ///< For engines, one at a time.
    net::HttpClient& http;
    net::WsConnector& websockets;
    net::HttpClient& receivers;  ///< Carries what receivers are sent.
    delivery::RateLimits& limits;
    obs::Log& log;
    obs::Metrics& metrics;
    /// What operators decided about alerts; nullptr where nobody is told of any.
    const alerts::Decisions* decisions = nullptr;
};

/// The endpoints of a chain as one node. `shared` and the observer outlive it.
std::unique_ptr<rpc::Pool> open_pool(
    const ChainConfig& chain, const Shared& shared, rpc::RequestObserver& observer
);

}  // namespace faultline::app
