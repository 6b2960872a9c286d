// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <app/rpc_metrics.hpp>
#include <chrono>
#include <string>

namespace faultline::app {

void RpcMetrics::observe(const rpc::RequestObservation& request) {
    const obs::Labels where{
        {"chain", chain_},
        {"provider", std::string(request.endpoint)},
        {"method", std::string(request.method)},
    };
    obs::Labels counted = where;
    counted.emplace("outcome", request.outcome);
    metrics_
        .counter("faultline_rpc_requests_total", "HTTP requests to endpoints, by outcome", counted)
        .add();
    metrics_
        .histogram(
            "faultline_rpc_request_duration_seconds",
            "From sending a request to its parsed answer",
            obs::latency_buckets(),
            where
        )
        .observe(std::chrono::duration<double>(request.took).count());
    if (request.outcome == "rate_limited") {
        metrics_
            .counter(
                "faultline_rpc_rate_limited_total",
                "Requests the endpoint refused for their number",
                {{"chain", chain_}, {"provider", std::string(request.endpoint)}}
            )
            .add();
    }
}

}  // namespace faultline::app
